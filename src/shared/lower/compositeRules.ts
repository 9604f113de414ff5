// Gradient rules that leave the form of a convolution's gradients to the target: they emit composite operators.
import type { NodeRules } from '../autodiff/backward'
import { sumOver } from '../autodiff/emit'
import type { GradientRule } from '../autodiff/rule'
import type { GraphBuilder } from '../onnx/builder'

/** The domain of the operators that gradient rules emit and that every target expands. */
export const compositeDomain = 'netloom'

/** A rule for every two-dimensional Conv of the graph, by node name. */
export function compositeRules(builder: GraphBuilder): NodeRules {
  const convolutions = builder.nodes.filter(
    ({ domain, opType, inputs, attributes }) =>
      domain === '' && opType === 'Conv' && builder.shapeOf(inputs[0] ?? '').length === 4 && !attributes['auto_pad'],
  )
  return new Map(convolutions.map((node) => [node.name, convolution]))
}

const convolution: GradientRule = (context) => {
  const { builder, node, inputs, outputGradients } = context
  const [x = '', w = ''] = inputs
  const [dy = ''] = outputGradients
  const attributes = { ...node.attributes, kernel_shape: context.shapeOf(w).slice(2) }
  const options = { domain: compositeDomain }
  return [
    context.needs(0)
      ? builder.add('ConvInputGradient', [dy, w], { ...attributes, input_dims: context.shapeOf(x) }, options)
      : undefined,
    context.needs(1)
      ? builder.add('ConvWeightGradient', [x, dy], { ...attributes, weight_dims: context.shapeOf(w) }, options)
      : undefined,
    context.needs(2) ? sumOver(builder, dy, [0, 2, 3], false) : undefined,
  ]
}
