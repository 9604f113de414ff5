// Pooling and sums over positions on blocked values; gradients of pooling stay in plain layout.
import { blockedDomain, fourAxes, intAttribute, intsAttribute, type Expansion, type Layout } from '../channelLayout'
import type { OnnxNode } from '../../onnx/model'
import { addChannelMean } from './affine'

/** MaxPool without indices. */
export const maxPool: Expansion = (node, layout) => node.outputs.length === 1 && pool(node, layout)

export const averagePool: Expansion = (node, layout) => pool(node, layout)

function pool(node: OnnxNode, layout: Layout): boolean {
  const [x = ''] = node.inputs
  const [y = ''] = node.outputs
  if (!layout.isBlocked(x) || intAttribute(node, 'ceil_mode', 0) !== 0 || node.attributes['auto_pad']) return false
  if (intsAttribute(node, 'dilations').some((dilation) => dilation !== 1)) return false
  const name = layout.target.unique(`${y}/blocked`)
  layout.target.append({ ...node, domain: blockedDomain, name, inputs: [layout.blocked(x)], outputs: [name] })
  layout.setBlocked(y, name)
  return true
}

/** [N, C, 1, 1]: one position per channel, so both layouts are the same bytes. */
export const globalAveragePool: Expansion = (node, layout) => {
  const [x = ''] = node.inputs
  const [y = ''] = node.outputs
  if (!layout.isBlocked(x)) return false
  const { target } = layout
  const [, channels = 1] = layout.shapeOf(x)
  const isFilled = channels === layout.blockedChannels(x)
  const options = { domain: blockedDomain, name: isFilled ? y : `${y}/filled` }
  const pooled = target.add('GlobalAveragePool', [layout.blocked(x)], {}, options)
  const cut = [target.ints([0]), target.ints([channels]), target.ints([1])]
  layout.setPlain(y, isFilled ? pooled : target.add('Slice', [pooled, ...cut], {}, { name: y }))
  return true
}

/** Sum over images and positions, as bias gradients need it: the mean times the count. */
export const sumOverPositions: Expansion = (node, layout) => {
  const [images, , height, width] = fourAxes(layout.shapeOf(node.inputs[0] ?? ''))
  const axes = layout.source.constantOf(node.inputs[1] ?? '')
  const mean = addMean(node, layout, axes ? Array.from<unknown, number>(axes.data, Number) : [])
  if (mean === undefined) return false
  const [y = ''] = node.outputs
  layout.setPlain(y, layout.target.add('Mul', [mean, layout.target.scalar(images * height * width)], {}, { name: y }))
  return true
}

/** Mean over images and positions, as batch statistics need it. */
export const meanOverPositions: Expansion = (node, layout) => {
  const mean = addMean(node, layout, intsAttribute(node, 'axes'))
  if (mean === undefined) return false
  layout.setPlain(node.outputs[0] ?? '', mean)
  return true
}

/** [C] or [1, C, 1, 1], for a blocked input reduced over all axes but the channels. */
function addMean(node: OnnxNode, layout: Layout, axes: readonly number[]): string | undefined {
  const [x = ''] = node.inputs
  if (!layout.isBlocked(x) || axes.join() !== '0,2,3') return undefined
  const mean = layout.channelMean(x, () => addChannelMean(layout, x))
  const dims = layout.shapeOf(node.outputs[0] ?? '')
  return dims.length === 1 ? mean : layout.target.add('Reshape', [mean, layout.target.ints(dims)])
}
