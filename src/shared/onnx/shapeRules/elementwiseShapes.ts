// Shape rules of operators that work position by position, with broadcasting where ONNX allows it.
import { broadcastShapes } from '../../shapes/broadcast'
import { dataTypeOfCode } from '../dataTypes'
import type { DataType } from '../model'
import { show, type ShapeContext, type ShapeRule, type ShapeRuleTable } from './shapeContext'

/** One output of the first input's type and extents. */
const unary: ShapeRule = (context) => [context.type(0)]

function broadcastAll(context: ShapeContext, first = 0): readonly number[] {
  const shapes = context.node.inputs.slice(first).map((_, index) => context.dims(first + index))
  if (shapes.length === 0) context.fail('it has no input')
  return broadcastShapes(shapes) ?? context.fail(`${shapes.map(show).join(' and ')} do not broadcast together`)
}

function requireOneType(context: ShapeContext, first = 0): DataType {
  const { dataType } = context.type(first)
  for (let index = first + 1; index < context.inputCount; index++) {
    const other = context.type(index).dataType
    if (other !== dataType) context.fail(`its inputs have the types ${dataType} and ${other}; they must be the same`)
  }
  return dataType
}

const arithmetic: ShapeRule = (context) => [{ dataType: requireOneType(context), dims: broadcastAll(context) }]

/** The exponent may have another type than the base. */
const power: ShapeRule = (context) => context.like(0, broadcastAll(context))

const comparison: ShapeRule = (context) => {
  requireOneType(context)
  return [{ dataType: 'bool', dims: broadcastAll(context) }]
}

const select: ShapeRule = (context) => [{ dataType: requireOneType(context, 1), dims: broadcastAll(context) }]

/** The slope broadcasts to the input in one direction only. */
const parametricRelu: ShapeRule = (context) => {
  const [x, slope] = [context.dims(0), context.dims(1)]
  const joint = broadcastShapes([x, slope])
  if (joint?.length !== x.length || joint.some((extent, axis) => extent !== x[axis]))
    context.fail(`the slope ${show(slope)} does not broadcast to the input ${show(x)}`)
  return [context.type(0)]
}

const cast: ShapeRule = (context) => [
  { dataType: dataTypeOfCode(context.int('to', 0), context.title), dims: context.dims(0) },
]

const dropout: ShapeRule = (context) => [context.type(0), { dataType: 'bool', dims: context.dims(0) }]

const logicalNot: ShapeRule = (context) => [{ dataType: 'bool', dims: context.dims(0) }]

/** Softmax and its kin check their axis. */
const alongAxis: ShapeRule = (context) => {
  context.axis(context.int('axis', context.dims(0).length === 1 ? 0 : -1), context.dims(0).length)
  return [context.type(0)]
}

export const elementwiseRules = {
  Relu: unary,
  LeakyRelu: unary,
  ThresholdedRelu: unary,
  Elu: unary,
  Selu: unary,
  Celu: unary,
  Gelu: unary,
  Mish: unary,
  Sigmoid: unary,
  Tanh: unary,
  HardSigmoid: unary,
  HardSwish: unary,
  Softplus: unary,
  Softsign: unary,
  Shrink: unary,
  Clip: unary,
  Neg: unary,
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Abs: unary,
  Reciprocal: unary,
  Erf: unary,
  Sign: unary,
  Floor: unary,
  Ceil: unary,
  Round: unary,
  Sin: unary,
  Cos: unary,
  Tan: unary,
  Sinh: unary,
  Cosh: unary,
  Asin: unary,
  Acos: unary,
  Atan: unary,
  Asinh: unary,
  Acosh: unary,
  Atanh: unary,
  Identity: unary,
  IsNaN: logicalNot,
  IsInf: logicalNot,
  Not: logicalNot,
  Softmax: alongAxis,
  LogSoftmax: alongAxis,
  Hardmax: alongAxis,
  LpNormalization: alongAxis,
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Mod: arithmetic,
  BitShift: arithmetic,
  Max: arithmetic,
  Min: arithmetic,
  Sum: arithmetic,
  Mean: arithmetic,
  Pow: power,
  And: comparison,
  Or: comparison,
  Xor: comparison,
  Equal: comparison,
  Greater: comparison,
  Less: comparison,
  GreaterOrEqual: comparison,
  LessOrEqual: comparison,
  Where: select,
  PRelu: parametricRelu,
  Cast: cast,
  CastLike: (context) => [{ dataType: context.type(1).dataType, dims: context.dims(0) }],
  Dropout: dropout,
} satisfies ShapeRuleTable
