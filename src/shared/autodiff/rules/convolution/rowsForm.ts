// Weight gradient cell by cell with the channels of x last, so that products need no transpose and sums are few.
import type { GraphBuilder } from '../../../onnx/builder'
import { matMul, reshape, sumOver, transpose } from '../../emit'
import { groupCells } from './cellGroups'
import type { ConvolutionShapes } from './convolutionGeometry'
import { addRowSlices } from './tapSlices'

/** For one group. @returns [Co, Ci, ...kernel] from x: [N, Ci, ...input] and dy: [N, Co, ...output] */
export function addRowsForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const { batch, inputChannels, outputChannels, kernel } = shapes
  const slices = addRowSlices(builder, x, dy, shapes)
  const sums = groupCells(slices.count, batch * inputChannels * outputChannels).map((cells) => {
    const products = cells.map((cell) => matMul(builder, slices.dy, slices.add(cell)))
    const [first = ''] = products
    const together = products.length === 1 ? first : builder.add('Concat', products, { axis: 1 })
    return sumOver(builder, together, [0], false)
  })
  const [first = ''] = sums
  const stacked = sums.length === 1 ? first : builder.add('Concat', sums, { axis: 0 })
  // [cells, Co, Ci] to [Co, Ci, cells]
  return reshape(builder, transpose(builder, stacked, [1, 2, 0]), [outputChannels, inputChannels, ...kernel])
}
