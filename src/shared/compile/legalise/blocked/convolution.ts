// Convolutions and their input gradients on ONNX Runtime's blocked kernels; weight gradients are in weightGradient.ts.
import type { GraphBuilder } from '../../../onnx/builder'
import { blockedDomain, convAttributes, fourAxes, type ConvAttributes, type Expansion, type Layout } from '../layout'

/** Conv whose output channels fill blocks, from blocked channels or from a few plain ones (the first layer). */
export const convolution: Expansion = (node, layout) => {
  const [x = '', w = '', bias = ''] = node.inputs
  const [y = ''] = node.outputs
  const block = layout.blockSize
  if (block === null || node.attributes['auto_pad'] || !layout.canBlock(y) || layout.shapeOf(w).length !== 4)
    return false
  const [, , height, width] = fourAxes(layout.shapeOf(w))
  const attributes = { ...convAttributes(node), kernel: [height, width] as const }
  const [, channels] = fourAxes(layout.shapeOf(x))
  const isDepthwise = attributes.group === channels && layout.shapeOf(w)[0] === channels
  const reads = inputForm(layout, x, attributes.group, isDepthwise)
  if (reads === undefined) return false
  const kernel = addBlockedKernel(
    layout.target,
    layout.plain(w),
    layout.shapeOf(w),
    block,
    reads !== 'plain' && !isDepthwise,
  )
  const inputs = [
    reads === 'plain' ? layout.plain(x) : layout.blocked(x),
    kernel,
    ...(bias ? [layout.plain(bias)] : []),
  ]
  const reader = layout.soleReader(y)
  const rectified = reader?.opType === 'Relu' ? reader : undefined
  const output = rectified?.outputs[0] ?? y
  if (rectified) layout.markWritten(rectified)
  layout.setBlocked(
    output,
    addBlockedConv(layout.target, inputs, attributes, `${output}/blocked`, rectified !== undefined),
  )
  return true
}

/** Whether the convolution reads blocked channels, plain ones (fewer than a block), or cannot be blocked. */
function inputForm(layout: Layout, x: string, group: number, isDepthwise: boolean): 'blocked' | 'plain' | undefined {
  const [, channels] = fourAxes(layout.shapeOf(x))
  if (group !== 1 && !isDepthwise) return undefined
  if (layout.canBlock(x)) return 'blocked'
  return group === 1 && channels < (layout.blockSize ?? 0) ? 'plain' : undefined
}

/**
 * (dy, w) -> dx for stride 1: a convolution of dy with the kernel turned by 180 degrees and its channel axes exchanged,
 * padded so that the output has the input's size.
 */
export const convolutionInputGradient: Expansion = (node, layout) => {
  const [dy = '', w = ''] = node.inputs
  const [dx = ''] = node.outputs
  const block = layout.blockSize
  const attributes = convAttributes(node)
  const { kernel, strides, dilations, pads, group } = attributes
  if (block === null || group !== 1 || strides.some((stride) => stride !== 1)) return false
  if (!layout.canBlock(dy) || !layout.canBlock(dx)) return false
  const reach = [(kernel[0] - 1) * dilations[0], (kernel[1] - 1) * dilations[1]] as const
  const [, , height, width] = fourAxes(layout.shapeOf(dx))
  const [, , outHeight, outWidth] = fourAxes(layout.shapeOf(dy))
  const [top, left] = [reach[0] - pads[0], reach[1] - pads[1]]
  const [bottom, right] = [height - (outHeight + top - reach[0]), width - (outWidth + left - reach[1])]
  if (top < 0 || left < 0 || bottom < 0 || right < 0) return false
  const turned = addTurnedKernel(layout.target, layout.plain(w), layout.shapeOf(w), block)
  const inputs = [layout.blocked(dy), turned]
  layout.setBlocked(
    dx,
    addBlockedConv(layout.target, inputs, { ...attributes, pads: [top, left, bottom, right] }, `${dx}/blocked`, false),
  )
  return true
}

function addBlockedConv(
  target: GraphBuilder,
  inputs: readonly string[],
  attributes: ConvAttributes,
  name: string,
  rectified: boolean,
): string {
  return target.add(
    'Conv',
    inputs,
    {
      kernel_shape: attributes.kernel,
      pads: attributes.pads,
      strides: attributes.strides,
      dilations: attributes.dilations,
      group: attributes.group,
      ...(rectified ? { activation: 'Relu' } : {}),
    },
    { domain: blockedDomain, name },
  )
}

/**
 * Orders a kernel [O, I, kh, kw] as the blocked kernels want it: [O/b, I/b, kh, kw, b, b] (input, then output channel
 * innermost), or [O/b, I, kh, kw, b] where the input channels stay plain or each has its own kernel.
 * @see MlasReorderFilterOIHWBiBo and MlasReorderFilterOIHWBo of ONNX Runtime 1.30
 */
export function addBlockedKernel(
  target: GraphBuilder,
  w: string,
  shape: readonly number[],
  block: number,
  blocksInputs: boolean,
): string {
  const [outputs, inputs, height, width] = fourAxes(shape)
  const apart = blocksInputs
    ? [outputs / block, block, inputs / block, block, height, width]
    : [outputs / block, block, inputs, height, width]
  const order = blocksInputs ? [0, 2, 4, 5, 3, 1] : [0, 2, 3, 4, 1]
  const split = target.add('Reshape', [w, target.ints(apart)])
  const ordered = target.add('Transpose', [split], { perm: order }, { name: `${w}/ordered` })
  return target.add('Reshape', [ordered, target.ints(shape)])
}

/** The blocked kernel of the input gradient: taps in reverse order, input and output channels exchanged. */
function addTurnedKernel(target: GraphBuilder, w: string, shape: readonly number[], block: number): string {
  const [outputs, inputs, height, width] = fourAxes(shape)
  const taps = height * width
  const split = target.add('Reshape', [w, target.ints([outputs / block, block, inputs / block, block, taps])])
  const ordered = target.add('Transpose', [split], { perm: [2, 0, 4, 1, 3] }, { name: `${w}/turned` })
  const reversed =
    taps === 1
      ? ordered
      : target.add('Slice', [ordered, target.ints([-1]), target.ints([-taps - 1]), target.ints([2]), target.ints([-1])])
  return target.add('Reshape', [reversed, target.ints([inputs, outputs, height, width])])
}
