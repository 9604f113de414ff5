// Runs a graph of fixed shapes once in ONNX Runtime on the CPU, and compares tensors; for tests only.
import { Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { encodeGraph, openSession } from '../../src/main/engines/ort/runtime'
import type { GraphBuilder } from '../../src/shared/onnx/builder'

/** A tensor of a test: float32, or int32 for labels. */
export interface Numbers {
  readonly dims: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Runs the graph and returns the float values asked for, by name. */
export async function runGraph(
  builder: GraphBuilder,
  feeds: ReadonlyMap<string, Numbers>,
  wanted: readonly string[],
): Promise<Map<string, Float32Array>> {
  const declared = new Set(builder.outputs.map((output) => output.name))
  // An output of its own name for each wanted value: one value may be wanted twice, or be an input.
  const names = wanted.map((value, index) => {
    const name = builder.add('Identity', [value], {}, { outputs: [builder.unique(`wanted/${index}`)] })
    builder.output(name, builder.typeOf(value).dataType, builder.shapeOf(value))
    return name
  })
  const graph = builder.build('test')
  const outputs = graph.outputs.filter((output) => !declared.has(output.name))
  const session = await openSession(encodeGraph({ ...graph, outputs }), { device: 'cpu' })
  const tensors = [...feeds].map(([name, { dims, data }]) => {
    const tensor = data instanceof Int32Array ? new Tensor('int32', data, dims) : new Tensor('float32', data, dims)
    return [name, tensor] as const
  })
  const results = await session.run(Object.fromEntries(tensors))
  const values = wanted.map((value, index) => {
    const data = results[names[index] ?? '']?.data
    if (!(data instanceof Float32Array)) throw new Error(`"${value}" is not float32`)
    return [value, data] as const
  })
  await session.release()
  return new Map(values)
}

/**
 * The largest difference of two tensors over the largest magnitude of the expected one (over 1 where that is 0).
 * Measured on the whole tensor, so that elements near 0 do not count their rounding as error.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [difference, magnitude] = [0, 0]
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [actual[index] ?? NaN, expected[index] ?? NaN]
    if (Number.isNaN(a - b)) return Infinity
    difference = Math.max(difference, Math.abs(a - b))
    magnitude = Math.max(magnitude, Math.abs(b))
  }
  return difference / (magnitude || 1)
}
