// Gradients of Softmax and LogSoftmax over one axis; the losses built on them are elsewhere.
import { arriving, normaliseAxes, outputOf, sumOver } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

function axisOf(context: RuleContext): number[] {
  return normaliseAxes([context.int('axis', -1)], context.shapeOf(outputOf(context, 0)).length)
}

/** dL/dx = y * (dy - sum(dy * y)). */
const softmax: GradientRule = (context) => {
  const { builder } = context
  const y = outputOf(context, 0)
  const weighted = sumOver(builder, builder.add('Mul', [arriving(context), y]), axisOf(context), true)
  return [builder.add('Mul', [y, builder.add('Sub', [arriving(context), weighted])])]
}

/** dL/dx = dy - exp(y) * sum(dy). */
const logSoftmax: GradientRule = (context) => {
  const { builder } = context
  const total = sumOver(builder, arriving(context), axisOf(context), true)
  const shares = builder.add('Exp', [outputOf(context, 0)])
  return [builder.add('Sub', [arriving(context), builder.add('Mul', [shares, total])])]
}

export const softmaxRules = { Softmax: softmax, LogSoftmax: logSoftmax } satisfies Partial<GradientTable>
