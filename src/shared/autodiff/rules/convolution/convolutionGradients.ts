// The gradient rules of Conv and ConvTranspose, each the other's gradient by its input.
import { arriving, axesButChannels, inputOf, slice, sumOver } from '../../emit'
import type { GradientRule, GradientTable, RuleContext } from '../../rule'
import {
  convolutionAttributes,
  convolutionShapes,
  transposedShapes,
  type ConvolutionShapes,
} from './convolutionGeometry'
import { addInputGradient } from './inputGradient'
import { addWeightGradient } from './weightGradient'

/** The bias gradient: dy summed over everything but channels. */
function biasGradient(context: RuleContext): string | undefined {
  const dy = arriving(context)
  if (!context.needs(2)) return undefined
  return sumOver(context.builder, dy, axesButChannels(context.shapeOf(dy).length), false)
}

const convolution: GradientRule = (context) => {
  const { builder } = context
  const [x, weights, dy] = [inputOf(context, 0), inputOf(context, 1), arriving(context)]
  const shapes = convolutionShapes(context)
  return [
    context.needs(0) ? addInputGradient(builder, dy, weights, shapes) : undefined,
    context.needs(1) ? addWeightGradient(builder, x, dy, shapes) : undefined,
    biasGradient(context),
  ]
}

/** dL/dx of a ConvTranspose is dy convolved with the same weights. */
function convolveBack(context: RuleContext, dy: string, weights: string, shapes: ConvolutionShapes): string {
  const whole = context.builder.add('Conv', [dy, weights], convolutionAttributes(shapes))
  // An output_padding of a stride or more makes room for windows that x does not have.
  const cuts = shapes.output.map((extent, index) => ({ axis: index + 2, start: 0, end: extent }))
  return slice(context.builder, whole, cuts)
}

/** dL/dw of a ConvTranspose is that of the convolution from dy to x. */
const transposedConvolution: GradientRule = (context) => {
  const [x, weights, dy] = [inputOf(context, 0), inputOf(context, 1), arriving(context)]
  const shapes = transposedShapes(context)
  return [
    context.needs(0) ? convolveBack(context, dy, weights, shapes) : undefined,
    context.needs(1) ? addWeightGradient(context.builder, dy, x, shapes) : undefined,
    biasGradient(context),
  ]
}

export const convolutionRules = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
} satisfies Partial<GradientTable>
