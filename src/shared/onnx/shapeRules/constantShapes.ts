// Shape rules of operators that make values from nothing or from shapes, and the tensor behind a Constant node.
import { dataTypeOfCode } from '../dataTypes'
import type { OnnxNode, OnnxTensor } from '../model'
import { ShapeContext, show, type ShapeRule, type ShapeRuleTable } from './shapeContext'

/** The tensor of a Constant node in any of its attribute forms; undefined for the sparse one. @see ONNX Constant-13 */
export function constantTensor(node: OnnxNode): OnnxTensor | undefined {
  const attributes = Object.entries(node.attributes)
  const [, attribute] = attributes.find(([name]) => name.startsWith('value')) ?? []
  switch (attribute?.type) {
    case 'tensor':
      return attribute.value
    case 'int':
      return { dataType: 'int64', dims: [], data: BigInt64Array.of(BigInt(attribute.value)) }
    case 'ints':
      return { dataType: 'int64', dims: [attribute.value.length], data: BigInt64Array.from(attribute.value, BigInt) }
    case 'float':
      return { dataType: 'float32', dims: [], data: Float32Array.of(attribute.value) }
    case 'floats':
      return { dataType: 'float32', dims: [attribute.value.length], data: new Float32Array(attribute.value) }
    case 'string':
      return { dataType: 'string', dims: [], data: [attribute.value] }
    case 'strings':
      return { dataType: 'string', dims: [attribute.value.length], data: attribute.value }
    case 'graph':
    case 'graphs':
    case 'tensors':
    case undefined:
      return undefined
    default:
      return attribute satisfies never
  }
}

const constant: ShapeRule = (context) => {
  const tensor = constantTensor(context.node) ?? context.fail('it holds no value')
  return [{ dataType: tensor.dataType, dims: tensor.dims }]
}

const constantOfShape: ShapeRule = (context) => {
  const dims = context.numbers(0, 'extents') ?? context.fail('its shape is missing')
  if (dims.some((extent) => !Number.isInteger(extent) || extent < 0)) context.fail(`${show(dims)} is no shape`)
  const value = context.attribute('value')
  return [{ dataType: value?.type === 'tensor' ? value.value.dataType : 'float32', dims }]
}

/** The axes from `start` up to, not including, `end`, both clamped. @see ONNX Shape-15 */
export function resolveShapeRange(context: ShapeContext): { readonly start: number; readonly end: number } {
  const rank = context.dims(0).length
  const clamp = (axis: number): number => Math.min(rank, Math.max(0, axis < 0 ? axis + rank : axis))
  const start = clamp(context.int('start', 0))
  return { start, end: Math.max(start, clamp(context.int('end', rank))) }
}

const shape: ShapeRule = (context) => {
  const { start, end } = resolveShapeRange(context)
  return [{ dataType: 'int64', dims: [end - start] }]
}

const range: ShapeRule = (context) => {
  const [start, limit, delta] = [0, 1, 2].map(
    (index) => context.numbers(index, 'bounds')?.[0] ?? context.fail(`input ${index} is missing`),
  )
  if (start === undefined || limit === undefined || delta === undefined) return context.fail('a bound is missing')
  if (delta === 0) context.fail('a step of 0 never ends')
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  if (!Number.isSafeInteger(count)) context.fail(`from ${start} to ${limit} in steps of ${delta} there is no count`)
  return context.like(0, [count])
}

const eyeLike: ShapeRule = (context) => {
  context.requireRank(0, 2)
  const code = context.attribute('dtype')
  const dataType = code ? dataTypeOfCode(context.int('dtype', 1), context.title) : context.type(0).dataType
  return [{ dataType, dims: context.dims(0) }]
}

export const constantRules = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shape,
  Size: () => [{ dataType: 'int64', dims: [] }],
  Range: range,
  EyeLike: eyeLike,
} satisfies ShapeRuleTable
