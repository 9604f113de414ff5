// Operators of imported networks against values and gradients that PyTorch gave (cases/recorded.ts).
import { describe, expect, it } from 'vitest'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { groupNormalization } from '../../src/shared/exchange/onnx/groupNormalizationForm'
import { GraphBuilder, type AttributeInput } from '../../src/shared/onnx/builder'
import type { ValueType } from '../../src/shared/onnx/inferShapes'
import { relativeError, runGraph, type Numbers } from '../reference/runGraph'
import { recordedNodes, type RecordedNode } from './cases/recorded'

const numbers = (dims: readonly number[], data: readonly number[]): Numbers => ({ dims, data: Float32Array.from(data) })

/** The node, or what an import makes of a group norm. @returns its first output */
function addNode(builder: GraphBuilder, { op, attributes, constants = [], inputs }: RecordedNode): string {
  const names = inputs.map((_, index) => `x${index}`)
  if (op === 'GroupNormalization') return addGroupNorm(builder, names, attributes ?? {})
  const whole = constants.map((constant) => {
    if (constant === '') return ''
    const { ints, dims = [ints.length] } = constant
    return builder.constant({ dataType: 'int64', dims, data: BigInt64Array.from(ints, BigInt) })
  })
  return builder.addMany(op, op === 'TopK' ? 2 : 1, [...names, ...whole], attributes)[0] ?? ''
}

function addGroupNorm(builder: GraphBuilder, inputs: readonly string[], attributes: Record<string, AttributeInput>) {
  const scratch = new GraphBuilder(true)
  for (const name of inputs) scratch.input(name, 'float32', builder.shapeOf(name))
  const y = scratch.add('GroupNormalization', inputs, attributes)
  const types = new Map<string, ValueType>()
  const [node] = scratch.nodes
  if (!node) return y
  const composed = groupNormalization(node, {
    opset: 21,
    typeOf: (value) => types.get(value) ?? (builder.hasType(value) ? builder.typeOf(value) : undefined),
    constantOf: (value) => builder.constantOf(value),
    addConstant: (name, tensor) => builder.initializer(name, tensor),
    addReshaped: (name) => expect.fail(`${name} is no constant`),
    addType: (name, type) => types.set(name, type),
  })
  for (const part of [composed].flat()) builder.append({ ...part, name: part.outputs[0] ?? '' })
  return y
}

async function check(recorded: RecordedNode): Promise<void> {
  const builder = new GraphBuilder(true)
  const feeds = new Map<string, Numbers>([['dy', numbers(recorded.y.dims, recorded.dy)]])
  recorded.inputs.forEach(({ dims, data }, index) => {
    feeds.set(builder.input(`x${index}`, 'float32', dims), numbers(dims, data))
  })
  builder.input('dy', 'float32', recorded.y.dims)
  const y = addNode(builder, recorded)
  expect(builder.shapeOf(y)).toEqual(recorded.y.dims)
  const wanted = recorded.inputs.map((_, index) => `x${index}`)
  const gradients = differentiateFrom(builder, new Map([[y, 'dy']]), wanted)
  const results = await runGraph(builder, feeds, [y, ...gradients.values()])
  expect(relativeError(results.get(y) ?? [], recorded.y.data), 'y').toBeLessThan(1e-5)
  recorded.gradients.forEach((expected, index) => {
    const gradient = results.get(gradients.get(`x${index}`) ?? '') ?? []
    expect(relativeError(gradient, expected), `gradient by input ${index}`).toBeLessThan(2e-5)
  })
}

describe('gradients against PyTorch', () => {
  it.each(recordedNodes.map((recorded) => ({ ...recorded, name: `${recorded.op} ${recorded.title ?? ''}`.trim() })))(
    '$name',
    check,
  )
})
