// Weight gradient cell by cell: one batched product of dy with the slice that a kernel cell meets, summed over the images.
import type { GraphBuilder } from '../../../onnx/builder'
import { matMul, range, reshape, sumOver, transpose } from '../../emit'
import type { ConvolutionShapes } from './convolutionGeometry'
import { addTapSlices } from './tapSlices'

/** @returns [Co, Ci / groups, ...kernel] from x: [N, Ci, ...input] and dy: [N, Co, ...output] */
export function addTapsForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const slices = addTapSlices(builder, x, dy, shapes)
  const cells = range(slices.count).map((cell) => {
    return sumOver(builder, matMul(builder, slices.dy, slices.add(cell), { transB: true }), [0], true)
  })
  const [first = ''] = cells
  const stacked = cells.length === 1 ? first : builder.add('Concat', cells, { axis: 0 })
  // [cells, groups, Co / groups, Ci / groups] to [groups, Co / groups, Ci / groups, cells]
  const dims = [shapes.outputChannels, shapes.inputChannels / shapes.groups, ...shapes.kernel]
  return reshape(builder, transpose(builder, stacked, [1, 2, 3, 0]), dims)
}
