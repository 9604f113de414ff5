// Convolutions and their input gradients on ONNX Runtime's blocked kernels; weight gradients are in weightGradient.ts.
import type { GraphBuilder } from '../../onnx/builder'
import { addChannelFill } from './affine'
import {
  blockedDomain,
  convAttributes,
  fourAxes,
  type ConvAttributes,
  type Expansion,
  type Layout,
} from '../channelLayout'

/** Conv whose output is worth blocking, from blocked channels or from a few plain ones (the first layer). */
export const convolution: Expansion = (node, layout) => {
  const [x = '', w = '', bias = ''] = node.inputs
  const [y = ''] = node.outputs
  const block = layout.blockSize
  if (block === null || node.attributes['auto_pad'] || !layout.canBlock(y) || layout.shapeOf(w).length !== 4)
    return false
  const [, , height, width] = fourAxes(layout.shapeOf(w))
  const attributes = { ...convAttributes(node), kernel: [height, width] as const }
  const reads = inputForm(layout, x, w, attributes.group)
  if (reads === undefined) return false
  const { target } = layout
  const filters = layout.blockedChannels(y)
  const inputs = reads === 'blocked' ? layout.blockedChannels(x) : fourAxes(layout.shapeOf(w))[1]
  const filled = addFilled(target, layout.plain(w), [filters, inputs, height, width])
  const kernel = addBlockedKernel(target, filled, [filters, inputs, height, width], block, reads === 'blocked')
  const source = reads === 'plain' ? layout.plain(x) : layout.blocked(x)
  const added = bias ? [addChannelFill(layout, layout.plain(bias), filters)] : []
  const reader = layout.soleReader(y)
  const rectified = reader?.opType === 'Relu' ? reader : undefined
  const output = rectified?.outputs[0] ?? y
  if (rectified) layout.markWritten(rectified)
  const group = reads === 'depthwise' ? filters : 1
  const name = `${output}/blocked`
  const written = addBlockedConv(
    target,
    [source, kernel, ...added],
    { ...attributes, group },
    name,
    rectified !== undefined,
  )
  layout.setBlocked(output, written)
  return true
}

/** How the convolution reads x: blocked channels, a few plain ones, one channel per filter; undefined where it cannot. */
function inputForm(layout: Layout, x: string, w: string, group: number): 'blocked' | 'plain' | 'depthwise' | undefined {
  const [, channels] = fourAxes(layout.shapeOf(x))
  if (group === channels && group > 1)
    return layout.shapeOf(w)[0] === channels && layout.canBlock(x) ? 'depthwise' : undefined
  if (group !== 1) return undefined
  if (layout.canBlock(x)) return 'blocked'
  return channels < (layout.blockSize ?? 0) ? 'plain' : undefined
}

/** A kernel [O, I, kh, kw] filled up with zeros to `shape`. */
function addFilled(target: GraphBuilder, w: string, shape: readonly number[]): string {
  const missing = shape.map((extent, axis) => extent - (target.shapeOf(w)[axis] ?? 0))
  return missing.some((count) => count > 0) ? target.add('Pad', [w, target.ints([0, 0, 0, 0, ...missing])]) : w
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
  const shape = [layout.blockedChannels(dy), layout.blockedChannels(dx), ...kernel]
  const turned = addTurnedKernel(layout.target, addFilled(layout.target, layout.plain(w), shape), shape, block)
  const inputs = [layout.blocked(dy), turned]
  const padded = { ...attributes, pads: [top, left, bottom, right] as const }
  layout.setBlocked(dx, addBlockedConv(layout.target, inputs, padded, `${dx}/blocked`, false))
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
