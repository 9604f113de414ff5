// Shape rules of Netloom's composite operators (domain `netloom`), which every target expands before anything runs.
import type { ShapeRule, ShapeRuleTable } from './context'

/** The shape stated by an attribute. */
const stated =
  (attribute: string): ShapeRule =>
  (context) =>
    context.like(0, context.ints(attribute) ?? context.fail(`it needs the attribute ${attribute}`))

export const compositeRules = {
  /** (dy, w) -> dx of the shape `input_dims` */
  ConvInputGradient: stated('input_dims'),
  /** (x, dy) -> dw of the shape `weight_dims` */
  ConvWeightGradient: stated('weight_dims'),
} satisfies ShapeRuleTable

/** ONNX Runtime's conversions between plain and blocked channels keep the shape by name. */
export const blockedRules = {
  ReorderInput: (context) => [context.type(0)],
  ReorderOutput: (context) => [context.type(0)],
} satisfies ShapeRuleTable
