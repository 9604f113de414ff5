// Weight gradient by columns (im2col): the slices of all kernel cells side by side, one product per image.
import type { GraphBuilder } from '../../../onnx/builder'
import { matMul, range, reshape, sumOver, transpose } from '../../emit'
import type { ConvolutionShapes } from './convolutionGeometry'
import { addTapSlices } from './tapSlices'

/** @returns [Co, Ci / groups, ...kernel] from x: [N, Ci, ...input] and dy: [N, Co, ...output] */
export function addColumnsForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const { groups } = shapes
  const ci = shapes.inputChannels / groups
  const slices = addTapSlices(builder, x, dy, shapes)
  const cells = range(slices.count).map((cell) => slices.add(cell))
  const [first = ''] = cells
  const columns = cells.length === 1 ? first : builder.add('Concat', cells, { axis: 2 })
  const perImage = matMul(builder, slices.dy, columns, { transB: true })
  const summed = sumOver(builder, perImage, [0], false)
  const apart = reshape(builder, summed, [shapes.outputChannels, slices.count, ci])
  return reshape(builder, transpose(builder, apart, [0, 2, 1]), [shapes.outputChannels, ci, ...shapes.kernel])
}
