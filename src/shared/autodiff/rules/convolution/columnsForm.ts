// Weight gradient by columns (im2col): the slices of kernel cells side by side, one product per image for many cells.
import type { GraphBuilder } from '../../../onnx/builder'
import { matMul, product, reshape, sumOver, transpose } from '../../emit'
import { groupCells } from './cellGroups'
import type { ConvolutionShapes } from './convolutionGeometry'
import { addTapSlices } from './tapSlices'

/** @returns [Co, Ci / groups, ...kernel] from x: [N, Ci, ...input] and dy: [N, Co, ...output] */
export function addColumnsForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const { groups } = shapes
  const ci = shapes.inputChannels / groups
  const slices = addTapSlices(builder, x, dy, shapes)
  const sums = groupCells(slices.count, shapes.batch * shapes.inputChannels * product(shapes.output)).map((cells) => {
    const columns = concat(
      builder,
      cells.map((cell) => slices.add(cell)),
      2,
    )
    const perImage = matMul(builder, slices.dy, columns, { transB: true })
    return sumOver(builder, perImage, [0], false)
  })
  // [groups, Co / groups, cells * Ci / groups]
  const apart = reshape(builder, concat(builder, sums, 2), [shapes.outputChannels, slices.count, ci])
  return reshape(builder, transpose(builder, apart, [0, 2, 1]), [shapes.outputChannels, ci, ...shapes.kernel])
}

function concat(builder: GraphBuilder, values: readonly string[], axis: number): string {
  const [first = ''] = values
  return values.length === 1 ? first : builder.add('Concat', values, { axis })
}
