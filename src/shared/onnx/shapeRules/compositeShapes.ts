// Shape rules of Netloom's composite operators (domain `netloom`), which every target expands before anything runs.
import type { ShapeRule, ShapeRuleTable } from './shapeContext'

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

/** Back to plain channels: the attribute says how many of the filled up ones are real. */
const reorderOutput: ShapeRule = (context) => {
  const [n = 1, filled = 1, ...positions] = context.dims(0)
  return context.like(0, [n, context.int('channels', filled), ...positions])
}

/**
 * ONNX Runtime's conversions between plain and blocked channels. ReorderInput fills channels up to whole blocks, whose size
 * the node does not tell: who adds it declares its shape where channels do not fill blocks.
 */
export const blockedRules = {
  ReorderInput: (context) => [context.type(0)],
  ReorderOutput: reorderOutput,
} satisfies ShapeRuleTable
