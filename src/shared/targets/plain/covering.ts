// Convolutions whose kernel covers the whole input, and their gradients: they are matrix products, one row per image.
import type { OnnxNode } from '../../onnx/model'
import { convAttributes, fourAxes, type Expansion, type Layout } from '../channelLayout'

/** Whether a convolution x: [N, I, H, W] by w: [O, I, H, W] reads every input once: no padding, one output position. */
function covers(node: OnnxNode, layout: Layout, x: string, y: string): boolean {
  const { pads, group } = convAttributes(node)
  const [, , height, width] = fourAxes(layout.shapeOf(x))
  const [, , outHeight, outWidth] = fourAxes(layout.shapeOf(y))
  const kernel = node.attributes['kernel_shape']
  if (kernel?.type !== 'ints' || kernel.value.join() !== `${height},${width}` || node.attributes['auto_pad'])
    return false
  return layout.shapeOf(x).length === 4 && group === 1 && outHeight * outWidth === 1 && pads.every((pad) => pad === 0)
}

/** A plain value [A, ...] as a matrix of A rows. */
function addRows(layout: Layout, value: string): string {
  const [rows = 1, ...rest] = layout.shapeOf(value)
  const columns = rest.reduce((product, extent) => product * extent, 1)
  return layout.target.add('Reshape', [layout.plain(value), layout.target.ints([rows, columns])])
}

function setReshaped(layout: Layout, value: string, matrix: string): true {
  const shape = layout.target.ints(layout.shapeOf(value))
  layout.setPlain(value, layout.target.add('Reshape', [matrix, shape], {}, { name: value }))
  return true
}

/** y = x w^T + b */
const convolution: Expansion = (node, layout) => {
  const [x = '', w = '', bias = ''] = node.inputs
  const [y = ''] = node.outputs
  if (!covers(node, layout, x, y)) return false
  const operands = [addRows(layout, x), addRows(layout, w), ...(bias ? [layout.plain(bias)] : [])]
  return setReshaped(layout, y, layout.target.add('Gemm', operands, { transB: 1 }))
}

/** dx = dy w */
const inputGradient: Expansion = (node, layout) => {
  const [dy = '', w = ''] = node.inputs
  const [dx = ''] = node.outputs
  if (!covers(node, layout, dx, dy)) return false
  return setReshaped(layout, dx, layout.target.add('MatMul', [addRows(layout, dy), addRows(layout, w)]))
}

/** dw = dy^T x */
const weightGradient: Expansion = (node, layout) => {
  const [x = '', dy = ''] = node.inputs
  const [dw = ''] = node.outputs
  if (!covers(node, layout, x, dy)) return false
  return setReshaped(layout, dw, layout.target.add('Gemm', [addRows(layout, dy), addRows(layout, x)], { transA: 1 }))
}

export const coveringForms: ReadonlyMap<string, Expansion> = new Map([
  ['Conv', convolution],
  ['ConvInputGradient', inputGradient],
  ['ConvWeightGradient', weightGradient],
])
