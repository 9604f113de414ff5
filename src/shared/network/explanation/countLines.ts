// Parameters, multiplications and memory of a layer or block, with names and numbers; the sums are those of the analysis.
import { printCount } from '../../graph/printNumbers'
import { countElements } from '../../graph/shape'
import { printMemory, type ArithmeticLine } from '../../shapes/arithmeticLine'
import { named, plus, times, type Expression } from '../../shapes/expression'
import type { LayerAnalysis } from '../analyze'
import type { InferredNode } from '../inferDocument'

/** Terms of a sum that are written out; the rest is counted. */
const longestSum = 6

interface Term {
  readonly name: string
  readonly count: number
}

/** `conv + bn`, with what is too long to write out as one number. */
function sumOf(terms: readonly Term[]): Expression {
  const shown = terms.length > longestSum ? terms.slice(0, longestSum - 1) : terms
  const rest = terms.slice(shown.length)
  const more = rest.reduce((sum, { count }) => sum + count, 0)
  return plus(
    ...shown.map(({ name, count }) => named(name, count)),
    ...(rest.length === 0 ? [] : [named(`${rest.length} more`, more)]),
  )
}

/** What a block holds, by the names that stand in it: a block inside it counts as one. */
function heldTerms(layer: InferredNode, rows: readonly LayerAnalysis[], cost: 'parameters' | 'macs'): readonly Term[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const [name = ''] = row.id.slice(layer.node.id.length + 1).split('/')
    if (row[cost] > 0) counts.set(name, (counts.get(name) ?? 0) + row[cost])
  }
  return Array.from(counts, ([name, count]) => ({ name, count }))
}

/** Values that training fits. @param own the layer's own line, where it has one */
export function explainParameters(
  layer: InferredNode,
  counts: LayerAnalysis,
  held: readonly LayerAnalysis[],
  own?: ArithmeticLine,
): ArithmeticLine {
  const base = { subject: 'parameters', title: 'Parameters' } as const
  const statistics =
    counts.statistics > 0
      ? [`${printCount(counts.statistics)} running statistics do not count: no gradient changes them`]
      : []
  const trainable = layer.weights.filter((weight) => weight.trainable)
  if (own) return { ...own, notes: [...(own.notes ?? []), ...statistics] }
  const terms = layer.inside
    ? heldTerms(layer, held, 'parameters')
    : trainable.map(({ name, shape }) => ({ name, count: countElements(shape) }))
  const value = terms.length === 0 ? plus(0) : sumOf(terms)
  const notes = terms.length === 0 ? ['There is nothing to learn here.', ...statistics] : statistics
  return { ...base, states: { kind: 'number', value }, notes }
}

/** Multiply-accumulates for one image. @param own the layer's own line, where it has one */
export function explainMultiplications(
  layer: InferredNode,
  counts: LayerAnalysis,
  held: readonly LayerAnalysis[],
  own?: ArithmeticLine,
): ArithmeticLine {
  const base = { subject: 'multiplications', title: 'Multiplications' } as const
  if (counts.macs === 0) {
    const notes = ['Only convolutions and dense layers are counted, as in the published tables.']
    return { ...base, states: { kind: 'number', value: plus(0) }, notes }
  }
  const notes = [`for one image; ${printCount(2 * counts.macs)} FLOPs, two per multiply-accumulate`]
  if (own) return { ...own, notes: [...(own.notes ?? []), ...notes] }
  const value = layer.inside ? sumOf(heldTerms(layer, held, 'macs')) : plus(counts.macs)
  return { ...base, states: { kind: 'number', value }, notes }
}

const mapNames = ['C', 'H', 'W'] as const
const bytesPerValue = named('4 bytes', 4)

/** Bytes that the output of one image takes as float32. */
export function explainMemory(layer: InferredNode, counts: LayerAnalysis): ArithmeticLine {
  const weights = 4 * (counts.parameters + counts.statistics)
  const notes = [
    'the output of one image as float32; training keeps it for the backward pass',
    ...(weights > 0 ? [`and ${printMemory(weights)} for its weights`] : []),
  ]
  const base = { subject: 'memory', title: 'Memory' } as const
  if (layer.inside) {
    const value = plus(counts.activationBytes)
    const held = ['all feature maps inside the block, for one image', ...notes.slice(1)]
    return { ...base, states: { kind: 'number', value, unit: 'bytes' }, notes: held }
  }
  const [first, ...rest] = layer.outputs
  const isMap = first?.length === 3 && rest.length === 0
  const value = isMap
    ? times(...first.map((extent, axis) => named(mapNames[axis] ?? '', extent)), bytesPerValue)
    : times(named('values', plus(...layer.outputs.map((shape) => times(...shape)))), bytesPerValue)
  return { ...base, states: { kind: 'number', value, unit: 'bytes' }, notes }
}
