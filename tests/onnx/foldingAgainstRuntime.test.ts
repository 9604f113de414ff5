// The values that specialising folds against those that ONNX Runtime computes, one node at a time.
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { describe, expect, it } from 'vitest'
import { GraphBuilder, type AttributeInput } from '../../src/shared/onnx/builder'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { countDims } from '../../src/shared/onnx/dataTypes'
import { evaluateNode } from '../../src/shared/onnx/evaluateNode'
import type { OnnxTensor } from '../../src/shared/onnx/model'

interface Case {
  readonly op: string
  readonly inputs: readonly OnnxTensor[]
  readonly attributes?: Record<string, AttributeInput>
  readonly outputs?: number
}

const ints = (values: readonly number[], dims: readonly number[] = [values.length]): OnnxTensor => ({
  dataType: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
})
const floats = (values: readonly number[], dims: readonly number[] = [values.length]): OnnxTensor => ({
  dataType: 'float32',
  dims,
  data: Float32Array.from(values),
})
const bools = (values: readonly number[], dims: readonly number[] = [values.length]): OnnxTensor => ({
  dataType: 'bool',
  dims,
  data: Uint8Array.from(values),
})
/** 0, 1, 2, ... */
const count = (...dims: readonly number[]): OnnxTensor =>
  ints(
    Array.from({ length: countDims(dims) }, (_, index) => index),
    dims,
  )

const columns = ints([7, -7, 9], [3, 1])
const row = ints([2, -3])
const cases: readonly Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min'].map((op) => ({ op, inputs: [columns, row] })),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'].map((op) => ({ op, inputs: [floats([0.1, 2.5]), floats([3, -0.7])] })),
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map((op) => ({
    op,
    inputs: [columns, ints([7, 9])],
  })),
  ...['And', 'Or'].map((op) => ({ op, inputs: [bools([0, 0, 1, 1]), bools([0, 1, 0, 1])] })),
  { op: 'Not', inputs: [bools([0, 1])] },
  ...['Neg', 'Abs', 'Sign'].map((op) => ({ op, inputs: [ints([-3, 0, 5])] })),
  ...['Neg', 'Abs', 'Sign', 'Floor', 'Ceil'].map((op) => ({ op, inputs: [floats([-2.5, 0, 1.3])] })),
  { op: 'Sqrt', inputs: [floats([2, 49])] },
  { op: 'Cast', inputs: [floats([-2.7, 0.5, 3])], attributes: { to: 7 } },
  { op: 'Cast', inputs: [floats([-2.7, 0, 0.5])], attributes: { to: 9 } },
  { op: 'Cast', inputs: [ints([-3, 2 ** 33 + 1])], attributes: { to: 6 } },
  { op: 'Cast', inputs: [ints([-3, 2 ** 31])], attributes: { to: 1 } },
  { op: 'Cast', inputs: [bools([1, 0])], attributes: { to: 7 } },
  { op: 'Where', inputs: [bools([1, 0, 1]), columns, row].with(0, bools([1, 0])) },
  { op: 'Transpose', inputs: [count(2, 3, 4)], attributes: { perm: [2, 0, 1] } },
  { op: 'Transpose', inputs: [count(2, 3)] },
  { op: 'Slice', inputs: [count(4, 6), ints([-1, 1]), ints([-100, 6]), ints([0, 1]), ints([-2, 2])] },
  { op: 'Slice', inputs: [count(6), ints([2]), ints([100])] },
  { op: 'Expand', inputs: [columns, ints([2, 1, 2])] },
  { op: 'Concat', inputs: [count(2, 3), count(2, 1), count(2, 2)], attributes: { axis: -1 } },
  { op: 'Split', inputs: [count(2, 5), ints([1, 4])], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Gather', inputs: [count(2, 3, 2), ints([2, -3], [2, 1])], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [count(5), ints([3], [])] },
  { op: 'Tile', inputs: [count(2, 3), ints([2, 2])] },
  { op: 'Reshape', inputs: [count(2, 3), ints([-1, 2])] },
  { op: 'Squeeze', inputs: [count(1, 3, 1), ints([0])] },
  { op: 'Unsqueeze', inputs: [count(3), ints([0, 2])] },
  { op: 'Flatten', inputs: [floats([1, 2, 3, 4], [2, 1, 2])] },
  { op: 'Shape', inputs: [count(2, 3, 4)], attributes: { start: 1 } },
  { op: 'Size', inputs: [count(2, 3, 4)] },
  { op: 'Range', inputs: [ints([10], []), ints([1], []), ints([-4], [])] },
  { op: 'NonZero', inputs: [floats([0, 2, 3, 0, 0, 4], [2, 3])] },
  { op: 'ConstantOfShape', inputs: [ints([2, 2])], attributes: { value: { tensor: ints([-7]) } } },
  { op: 'ConstantOfShape', inputs: [ints([3])] },
  { op: 'ReduceProd', inputs: [ints([2, 3, 4])], attributes: { keepdims: 0 } },
  { op: 'ReduceSum', inputs: [count(2, 3)] },
  { op: 'ReduceMax', inputs: [ints([2, 9, 4])], attributes: { keepdims: 0 } },
  { op: 'ReduceMin', inputs: [floats([2, 9, -4])] },
  { op: 'ReduceSum', inputs: [count(2, 3, 4), ints([1])], attributes: { keepdims: 0 } },
  { op: 'ReduceMax', inputs: [count(2, 3, 4)], attributes: { axes: [0, -1] } },
  { op: 'Pow', inputs: [columns, ints([2, 3])] },
  { op: 'Pow', inputs: [floats([4, 9, 2]), floats([0.5])] },
  { op: 'Round', inputs: [floats([0.5, 1.5, -2.5, 2.4])] },
  { op: 'Reciprocal', inputs: [floats([4, -8])] },
  { op: 'Relu', inputs: [floats([-1, 0, 2.5])] },
  { op: 'Sum', inputs: [floats([1, 2]), floats([0.5], [1, 1]), floats([3])] },
  { op: 'Xor', inputs: [bools([0, 0, 1, 1]), bools([0, 1, 0, 1])] },
]

async function compare({ op, inputs, attributes = {}, outputs: outputCount = 1 }: Case): Promise<void> {
  const builder = new GraphBuilder(true)
  const names = inputs.map((tensor) => builder.constant(tensor))
  const outputs = builder.addMany(op, outputCount, names, attributes, { name: 'y' })
  for (const output of outputs) builder.output(output, builder.typeOf(output).dataType, builder.shapeOf(output))
  const [node] = builder.nodes
  const folded =
    node &&
    evaluateNode(
      node,
      (name) => builder.typeOf(name),
      (name) => builder.constantOf(name),
      outputs.map((output) => builder.typeOf(output)),
    )
  const facts = { irVersion: 8, opsets: { '': 17 }, producerName: '', producerVersion: '', metadata: {} }
  const bytes = encodeModel({ ...facts, graph: builder.build('case') })
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const results = await session.run({})
  await session.release()
  const received = outputs.map((output) => {
    const result = results[output]
    return result instanceof Tensor ? { dataType: result.type, dims: result.dims, data: result.data } : undefined
  })
  expect(folded).toEqual(received)
}

describe('folded values', () => {
  it.each(cases.map((entry, index) => [`${index} ${entry.op} of ${entry.inputs[0]?.dataType}`, entry] as const))(
    'are those of ONNX Runtime: %s',
    async (_, entry) => compare(entry),
  )
})
