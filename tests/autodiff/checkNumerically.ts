// Compares a gradient graph with central differences of its forward graph, element by element, in ONNX Runtime.
import type * as ort from 'onnxruntime-node'
import { Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { expect } from 'vitest'
import { encodeGraph, openSession } from '../../src/main/engines/ort/runtime'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { expandTraining, type ExpandOptions } from '../../src/shared/autodiff/expandTraining'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import type { OnnxGraph } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'
import { relativeError } from '../reference/runGraph'

/** Half the distance between the two points of a difference. */
const step = 2 ** -8

export interface NumericCase {
  readonly title: string
  /** Shapes of the float inputs; the gradient by each is checked unless `wanted` names fewer. */
  readonly inputs: readonly (readonly number[])[]
  /** Adds the forward graph. @returns its outputs, each of which gets a gradient */
  build(builder: GraphBuilder, inputs: readonly string[]): string | readonly string[]
  /** Values of input `index`; left out: distinct values in random order, none within 2 steps of 0 or of each other. */
  values?(index: number, count: number): readonly number[]
  /** Positions of the inputs whose gradient is checked. */
  readonly wanted?: readonly number[]
  /** Left out: 2e-3 of the largest magnitude. */
  readonly tolerance?: number
}

/** Values from about -2 to 2 in random order, evenly apart and symmetric about 0 without touching it. */
export function spreadValues(count: number, stream: RandomStream): number[] {
  const order = stream.permutation(count)
  return Array.from({ length: count }, (_, index) => (((order[index] ?? 0) + 0.5) / count - 0.5) * 4)
}

/** A forward graph with its gradients, and values for its inputs. */
export interface GradientGraph {
  readonly graph: OnnxGraph
  readonly feeds: Map<string, ort.Tensor>
  readonly outputs: readonly string[]
  /** Value names, by the input whose gradient they are. */
  readonly gradients: ReadonlyMap<string, string>
}

/** Builds the graph of a case, the same values each time. */
export function buildGradientGraph(numeric: NumericCase, options: ExpandOptions = {}): GradientGraph {
  const stream = new RandomStream(7, numeric.title)
  const source = new GraphBuilder(true)
  const feeds = new Map<string, ort.Tensor>()
  const feed = (name: string, dims: readonly number[], values: readonly number[]) =>
    feeds.set(name, new Tensor('float32', Float32Array.from(values), dims))
  const size = (dims: readonly number[]) => dims.reduce((product, extent) => product * extent, 1)
  const names = numeric.inputs.map((dims, index) => {
    const values = numeric.values?.(index, size(dims)) ?? spreadValues(size(dims), stream)
    feed(`x${index}`, dims, values)
    return source.input(`x${index}`, 'float32', dims)
  })
  const built = numeric.build(source, names)
  const outputs = typeof built === 'string' ? [built] : built
  const seeds = new Map<string, string>()
  for (const output of outputs) {
    const dims = source.shapeOf(output)
    const random = Array.from({ length: size(dims) }, () => stream.normal())
    feed(`d${output}`, dims, random)
    seeds.set(output, source.input(`d${output}`, 'float32', dims))
  }
  const { builder, rules } = expandTraining(source, options)
  const wanted = (numeric.wanted ?? numeric.inputs.map((_, index) => index)).map((index) => `x${index}`)
  const gradients = differentiateFrom(builder, seeds, wanted, rules)
  for (const name of new Set([...outputs, ...gradients.values()]))
    builder.output(name, 'float32', builder.shapeOf(name))
  return { graph: builder.build('numeric'), feeds, outputs, gradients }
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('not a float32 tensor')
  return tensor.data
}

/** sum over all outputs of dy * (after - before), in double precision. */
function projected(
  prepared: GradientGraph,
  after: ort.InferenceSession.OnnxValueMapType,
  before: typeof after,
): number {
  let sum = 0
  for (const output of prepared.outputs) {
    const [a, b] = [floats(after[output]), floats(before[output])]
    const dy = floats(prepared.feeds.get(`d${output}`))
    for (let index = 0; index < a.length; index++) sum += (dy[index] ?? 0) * ((a[index] ?? 0) - (b[index] ?? 0))
  }
  return sum
}

/** Fails where an analytic gradient is not the slope of the forward graph. */
export async function checkNumerically(numeric: NumericCase, options: ExpandOptions = {}): Promise<void> {
  const prepared = buildGradientGraph(numeric, options)
  const { feeds, outputs, gradients } = prepared
  const session = await openSession(encodeGraph(prepared.graph), { device: 'cpu' })
  const run = (fetches: readonly string[]) => session.run(Object.fromEntries(feeds), [...fetches])
  const analytic = await run([...new Set(gradients.values())])
  for (const [name, gradient] of gradients) {
    const values = floats(feeds.get(name))
    const slopes: number[] = []
    for (let index = 0; index < values.length; index++) {
      const kept = values[index] ?? 0
      const [high, low] = [Math.fround(kept + step), Math.fround(kept - step)]
      values[index] = high
      const after = await run(outputs)
      values[index] = low
      const before = await run(outputs)
      values[index] = kept
      slopes.push(projected(prepared, after, before) / (high - low))
    }
    const tensor = analytic[gradient]
    expect(tensor?.dims, `shape of the gradient by ${name}`).toEqual([...(feeds.get(name)?.dims ?? [])])
    expect(relativeError(floats(tensor), slopes), `gradient by ${name}`).toBeLessThan(numeric.tolerance ?? 2e-3)
  }
  await session.release()
}
