// The list of ready-made comparisons, and what they come to; what each compares stands in its own file.
import { analyzeDocument, type Analysis } from '../../network/analyze'
import type { NetworkDocument } from '../../graph/document'
import type { ComparedNetwork, Comparison, Measure } from './comparison'
import { heads } from './heads'
import { inception } from './bottlenecks'
import { kernels } from './kernels'
import { images } from './onImages'

export type { ComparedNetwork, Comparison, Measure } from './comparison'

/** The comparisons of the start page. */
export const comparisons: readonly Comparison[] = [kernels, inception, heads, images]

/** The comparison of a name, or undefined where there is none. */
export function findComparison(id: string): Comparison | undefined {
  return comparisons.find((comparison) => comparison.id === id)
}

/** The network of a comparison by the name of its document (`three-3x3`), or undefined where there is none. */
export function findComparedNetwork(name: string): ComparedNetwork | undefined {
  return comparisons.flatMap(({ left, right }) => [left, right]).find(({ build }) => build().name === name)
}

/** A network of a comparison with its counts. */
export interface CountedNetwork {
  readonly title: string
  readonly document: NetworkDocument
  readonly analysis: Analysis
}

/** One measure of both sides. */
export interface ComparedMeasure {
  readonly measure: Measure
  readonly left: number
  readonly right: number
}

export interface ComparisonResult {
  readonly left: CountedNetwork
  readonly right: CountedNetwork
  /** In the order of the comparison; `output` counts values, `receptiveField` the larger side in pixels. */
  readonly measures: readonly ComparedMeasure[]
}

function measure({ parameters, macs, activationBytes, layers }: Analysis, name: Measure): number {
  const last = layers.at(-1)
  switch (name) {
    case 'parameters':
      return parameters.total
    case 'macs':
      return macs
    case 'activationBytes':
      return activationBytes
    case 'layers':
      return layers.length
    case 'receptiveField': {
      const size = last?.receptiveField?.size ?? 0
      return typeof size === 'number' ? size : Math.max(...size)
    }
    case 'output':
      return last?.output.reduce((product, extent) => product * extent, 1) ?? 0
    default:
      return name satisfies never
  }
}

/** Builds both networks and counts them. */
export function compareNetworks(comparison: Comparison): ComparisonResult {
  const count = ({ title, build }: Comparison['left']): CountedNetwork => {
    const document = build()
    return { title, document, analysis: analyzeDocument(document) }
  }
  const [left, right] = [count(comparison.left), count(comparison.right)]
  return {
    left,
    right,
    measures: comparison.measures.map((name) => ({
      measure: name,
      left: measure(left.analysis, name),
      right: measure(right.analysis, name),
    })),
  }
}
