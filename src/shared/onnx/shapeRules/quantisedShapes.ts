// Shape rules of operators on whole numbers with a scale and a zero point, as quantised files have them.
import { broadcastShapes } from '../../shapes/broadcast'
import { dataTypeOfCode } from '../dataTypes'
import type { DataType, OnnxNode } from '../model'
import { convolutionRules } from './convolutionShapes'
import { matrixRules } from './matrixShapes'
import { ShapeContext, show, type ShapeRule, type ShapeRuleTable } from './shapeContext'

/** Whole numbers of the type of the zero point, where there is one. @see ONNX QuantizeLinear-21 */
const quantise: ShapeRule = (context) => {
  const code = context.int('output_dtype', 0)
  const stated: DataType = code === 0 ? 'uint8' : dataTypeOfCode(code, context.title)
  return [{ dataType: context.has(2) ? context.type(2).dataType : stated, dims: context.dims(0) }]
}

/** Floats of the type of the scale. @see ONNX DequantizeLinear-21 */
const dequantise: ShapeRule = (context) => [{ dataType: context.type(1).dataType, dims: context.dims(0) }]

/** Whole numbers with the scale and zero point of all of them. @see ONNX DynamicQuantizeLinear-11 */
const quantiseDynamically: ShapeRule = (context) => [
  { dataType: 'uint8', dims: context.dims(0) },
  { dataType: 'float32', dims: [] },
  { dataType: 'uint8', dims: [] },
]

/** The same operator on floats: which of the inputs are its own, in order. */
function asFloats(context: ShapeContext, rule: ShapeRule, inputs: readonly number[]): readonly number[] {
  const node: OnnxNode = {
    ...context.node,
    inputs: inputs.map((index) => (context.has(index) ? `input${index}` : '')),
  }
  const typeOf = (value: string) => context.type(Number(value.replace('input', '')))
  const [type] = rule(new ShapeContext(node, typeOf, () => undefined))
  return type?.dims ?? []
}

/** A product of two inputs whose output has the type of its zero point, or sums of 32 bits. */
function product(rule: ShapeRule, inputs: readonly number[], zeroPoint?: number): ShapeRule {
  return (context) => [
    {
      dataType: zeroPoint === undefined ? 'int32' : context.type(zeroPoint).dataType,
      dims: asFloats(context, rule, inputs),
    },
  ]
}

/** a, its scale and zero point, b, its scale and zero point, then those of the result. @see ONNX Runtime, com.microsoft.QLinearAdd */
const combine: ShapeRule = (context) => {
  const dims =
    broadcastShapes([context.dims(0), context.dims(3)]) ??
    context.fail(`${show(context.dims(0))} and ${show(context.dims(3))} do not broadcast together`)
  return [{ dataType: context.type(0).dataType, dims }]
}

/** Operators of quantised files, which compute with whole numbers. */
export const quantisedRules = {
  QuantizeLinear: quantise,
  DequantizeLinear: dequantise,
  DynamicQuantizeLinear: quantiseDynamically,
  QLinearConv: product(convolutionRules.Conv, [0, 3, 8], 7),
  ConvInteger: product(convolutionRules.Conv, [0, 1]),
  QLinearMatMul: product(matrixRules.MatMul, [0, 3], 7),
  MatMulInteger: product(matrixRules.MatMul, [0, 1]),
  QLinearAdd: combine,
  QLinearMul: combine,
} satisfies ShapeRuleTable
