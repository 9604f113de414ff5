// Weight gradient as one convolution: x with images as channels, dy as its kernel, stride and dilation exchanged.
import type { GraphBuilder } from '../../../onnx/builder'
import { range, slice, transpose } from '../../emit'
import type { ConvolutionShapes } from './convolutionGeometry'

/**
 * For one group. dw[co, ci, k] = sum over n, o of dy[n, co, o] * x[n, ci, o * stride + k * dilation].
 * @returns [Co, Ci, ...kernel] from x: [N, Ci, ...input] and dy: [N, Co, ...output]
 */
export function addSwappedAxesForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const rank = shapes.kernel.length + 2
  const swap = [1, 0, ...range(rank).slice(2)]
  const result = builder.add('Conv', [transpose(builder, x, swap), transpose(builder, dy, swap)], {
    kernel_shape: shapes.output,
    strides: shapes.dilations,
    dilations: shapes.strides,
    pads: [...shapes.padBegin, ...shapes.padEnd],
  })
  // Rows at the end that no window reached let dy fit once more: those cells are not part of the kernel.
  const cuts = shapes.kernel.map((extent, index) => ({ axis: index + 2, start: 0, end: extent }))
  return transpose(builder, slice(builder, result, cuts), swap)
}
