// The composite operators in plain layout, with the forms that the gradient rules have for every shape.
import { addInputGradient } from '../../autodiff/rules/convolution/inputGradient'
import type { ConvolutionShapes } from '../../autodiff/rules/convolution/convolutionGeometry'
import { chooseAcceleratorForm, chooseWeightGradientForm } from '../../autodiff/rules/convolution/chooseForm'
import { addWeightGradient } from '../../autodiff/rules/convolution/weightGradient'
import type { OnnxNode } from '../../onnx/model'
import { convAttributes, fourAxes, type Expansion } from '../channelLayout'

/** (dy, w) -> dx */
const convolutionInputGradient: Expansion = (node, layout) => {
  const [dy = '', w = ''] = node.inputs
  const [dx = ''] = node.outputs
  const shapes = shapesOf(node, layout.shapeOf(dx), layout.shapeOf(dy))
  layout.setPlain(dx, addInputGradient(layout.target, layout.plain(dy), layout.plain(w), shapes))
  return true
}

/** (x, dy) -> dw */
const convolutionWeightGradient =
  (choose: typeof chooseWeightGradientForm): Expansion =>
  (node, layout) => {
    const [x = '', dy = ''] = node.inputs
    const [dw = ''] = node.outputs
    const shapes = shapesOf(node, layout.shapeOf(x), layout.shapeOf(dy))
    layout.setPlain(dw, addWeightGradient(layout.target, layout.plain(x), layout.plain(dy), shapes, choose(shapes)))
    return true
  }

function shapesOf(node: OnnxNode, x: readonly number[], y: readonly number[]): ConvolutionShapes {
  const { kernel, strides, dilations, pads, group } = convAttributes(node)
  const [batch, inputChannels, height, width] = fourAxes(x)
  const [, outputChannels, outHeight, outWidth] = fourAxes(y)
  return {
    input: [height, width],
    output: [outHeight, outWidth],
    kernel,
    strides,
    dilations,
    padBegin: [pads[0], pads[1]],
    padEnd: [pads[2], pads[3]],
    batch,
    inputChannels,
    outputChannels,
    groups: group,
  }
}

export const plainForms: ReadonlyMap<string, Expansion> = new Map([
  ['ConvInputGradient', convolutionInputGradient],
  ['ConvWeightGradient', convolutionWeightGradient(chooseWeightGradientForm)],
])

/** The same for a graphics processor. */
export const acceleratorForms: ReadonlyMap<string, Expansion> = new Map([
  ...plainForms,
  ['ConvWeightGradient', convolutionWeightGradient(chooseAcceleratorForm)],
])
