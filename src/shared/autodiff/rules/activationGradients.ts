// Gradients of activations, the convention at their kinks included (PyTorch's); not of plain mathematical functions.
import { arriving, asFloat, inputOf, outputOf, scale } from '../emit'
import { seluNumbers } from '../../onnx/operatorDefaults'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/** dy times a factor. */
function times(context: RuleContext, factor: string): readonly string[] {
  return [context.builder.add('Mul', [arriving(context), factor])]
}

/** 1 where low <= value <= high, else 0; `open` leaves out the ends. */
function insideMask(context: RuleContext, value: string, low: number, high: number, open = false): string {
  const { builder } = context
  const above = builder.add(open ? 'Greater' : 'GreaterOrEqual', [value, builder.scalar(low)])
  const below = builder.add(open ? 'Less' : 'LessOrEqual', [value, builder.scalar(high)])
  return asFloat(builder, builder.add('And', [above, below]))
}

/**
 * dL/dx = dy * 1[y > 0]; at 0 we take 0. The mask reads y, which the next layer keeps anyway. For y >= 0 HardSigmoid,
 * max(0, min(1, alpha y)), is the mask in one vectorised pass; Sign, Greater and Where take several times as long on a CPU.
 */
const relu: GradientRule = (context) => {
  const attributes = { alpha: { float: 1e38 }, beta: { float: 0 } }
  return times(context, context.builder.add('HardSigmoid', [outputOf(context, 0)], attributes))
}

/** Slope 1 where x > 0, else alpha; at 0 we take alpha. */
const leakyRelu: GradientRule = (context) => {
  const { builder } = context
  const positive = builder.add('Greater', [inputOf(context, 0), builder.scalar(0)])
  return times(
    context,
    builder.add('Where', [positive, builder.scalar(1), builder.scalar(context.float('alpha', 0.01))]),
  )
}

/** Slope 1 where x > 0, else the learned slope, whose own gradient is dy * min(x, 0). */
const parametricRelu: GradientRule = (context) => {
  const { builder } = context
  const [x, slope] = [inputOf(context, 0), inputOf(context, 1)]
  const dy = arriving(context)
  const byInput = () => {
    const positive = builder.add('Greater', [x, builder.scalar(0)])
    return builder.add('Mul', [dy, builder.add('Where', [positive, builder.scalar(1), slope])])
  }
  const bySlope = () => builder.add('Mul', [dy, builder.add('Min', [x, builder.scalar(0)])])
  return [context.needs(0) ? byInput() : undefined, context.needs(1) ? bySlope() : undefined]
}

/** y = alpha * (exp x - 1) for x <= 0, so there the slope is y + alpha. */
const elu: GradientRule = (context) => {
  const { builder } = context
  const positive = builder.add('Greater', [inputOf(context, 0), builder.scalar(0)])
  const slope = builder.add('Add', [outputOf(context, 0), builder.scalar(context.float('alpha', 1))])
  return times(context, builder.add('Where', [positive, builder.scalar(1), slope]))
}

/** y = gamma * alpha * (exp x - 1) for x <= 0, so there the slope is y + gamma * alpha; gamma above. */
const selu: GradientRule = (context) => {
  const { builder } = context
  const { alpha, gamma } = seluNumbers
  const [a, g] = [context.float('alpha', alpha), context.float('gamma', gamma)]
  const positive = builder.add('Greater', [inputOf(context, 0), builder.scalar(0)])
  const slope = builder.add('Add', [outputOf(context, 0), builder.scalar(g * a)])
  return times(context, builder.add('Where', [positive, builder.scalar(g), slope]))
}

/** y = alpha * (exp(x / alpha) - 1) for x <= 0, so there the slope is y / alpha + 1; at 0 both sides are 1. */
const celu: GradientRule = (context) => {
  const { builder } = context
  const positive = builder.add('Greater', [inputOf(context, 0), builder.scalar(0)])
  const bent = scale(builder, outputOf(context, 0), 1 / context.float('alpha', 1))
  const slope = builder.add('Add', [bent, builder.scalar(1)])
  return times(context, builder.add('Where', [positive, builder.scalar(1), slope]))
}

/** y = x for x > alpha, else 0; at alpha we take 0. */
const thresholdedRelu: GradientRule = (context) => {
  const { builder } = context
  return times(
    context,
    asFloat(builder, builder.add('Greater', [inputOf(context, 0), builder.scalar(context.float('alpha', 1))])),
  )
}

/** y = x / (1 + |x|): slope 1 / (1 + |x|)^2, also at 0. */
const softsign: GradientRule = (context) => {
  const { builder } = context
  const below = builder.add('Add', [builder.add('Abs', [inputOf(context, 0)]), builder.scalar(1)])
  return [builder.add('Div', [arriving(context), builder.add('Mul', [below, below])])]
}

/** y = x + bias for x < -lambd, x - bias for x > lambd, else 0: slope 1 outside of [-lambd, lambd]. */
const shrink: GradientRule = (context) => {
  const { builder } = context
  const far = builder.add('Abs', [inputOf(context, 0)])
  return times(context, asFloat(builder, builder.add('Greater', [far, builder.scalar(context.float('lambd', 0.5))])))
}

/** dL/dx = dy * y * (1 - y). */
const sigmoid: GradientRule = (context) => {
  const { builder } = context
  const y = outputOf(context, 0)
  return times(context, builder.add('Mul', [y, builder.add('Sub', [builder.scalar(1), y])]))
}

/** dL/dx = dy * (1 - y^2). */
const tanh: GradientRule = (context) => {
  const { builder } = context
  const y = outputOf(context, 0)
  return times(context, builder.add('Sub', [builder.scalar(1), builder.add('Mul', [y, y])]))
}

/** y = clip(alpha * x + beta, 0, 1): slope alpha inside; at the kinks we take 0. */
const hardSigmoid: GradientRule = (context) => {
  const mask = insideMask(context, outputOf(context, 0), 0, 1, true)
  return times(context, scale(context.builder, mask, context.float('alpha', 0.2)))
}

/** y = x * clip(x / 6 + 1/2, 0, 1): slope x / 3 + 1/2 for -3 <= x <= 3, 1 above, 0 below. */
const hardSwish: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const inside = builder.add('Add', [scale(builder, x, 1 / 3), builder.scalar(0.5)])
  const isHigh = builder.add('Greater', [x, builder.scalar(3)])
  const isLow = builder.add('Less', [x, builder.scalar(-3)])
  const upper = builder.add('Where', [isHigh, builder.scalar(1), inside])
  return times(context, builder.add('Where', [isLow, builder.scalar(0), upper]))
}

const softplus: GradientRule = (context) => times(context, context.builder.add('Sigmoid', [inputOf(context, 0)]))

/**
 * Passes dy where low <= x <= high, the ends included; a bound that is left out does not bind. A bound itself gets dy where
 * it is what comes out.
 */
const clip: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const [, low = '', high = ''] = context.inputs
  const conditions = [
    ...(low === '' ? [] : [builder.add('GreaterOrEqual', [x, low])]),
    ...(high === '' ? [] : [builder.add('LessOrEqual', [x, high])]),
  ]
  const dy = arriving(context)
  const where = (condition: string): string => builder.add('Mul', [dy, asFloat(builder, condition)])
  const inside = () => where(conditions.reduce((both, next) => builder.add('And', [both, next])))
  return [
    conditions.length === 0 ? dy : inside(),
    context.needs(1) ? where(builder.add('Less', [x, low])) : undefined,
    context.needs(2) ? where(builder.add('Greater', [x, high])) : undefined,
  ]
}

export const activationRules = {
  Relu: relu,
  LeakyRelu: leakyRelu,
  PRelu: parametricRelu,
  Elu: elu,
  Selu: selu,
  Celu: celu,
  ThresholdedRelu: thresholdedRelu,
  Shrink: shrink,
  Sigmoid: sigmoid,
  Tanh: tanh,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  Softplus: softplus,
  Softsign: softsign,
  Clip: clip,
} satisfies Partial<GradientTable>
