// Weight gradient of a 1x1 convolution without padding: a matrix product over the positions of each image.
import type { GraphBuilder } from '../../../onnx/builder'
import { matMul, product, reshape, slice, sumOver } from '../../emit'
import type { ConvolutionShapes } from './convolutionGeometry'

/** The positions of x that a strided 1x1 kernel touches. */
function touched(builder: GraphBuilder, x: string, shapes: ConvolutionShapes): string {
  const cuts = shapes.strides.flatMap((step, index) => {
    if (step === 1) return []
    return [{ axis: index + 2, start: 0, end: ((shapes.output[index] ?? 1) - 1) * step + 1, step }]
  })
  return slice(builder, x, cuts)
}

/** @returns [Co, Ci / groups, 1, 1] from x: [N, Ci, H, W] and dy: [N, Co, Ho, Wo] */
export function addPointwiseForm(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): string {
  const { batch, groups } = shapes
  const [co, ci] = [shapes.outputChannels / groups, shapes.inputChannels / groups]
  const positions = product(shapes.output)
  const rows = reshape(builder, dy, [batch, groups, co, positions])
  const columns = reshape(builder, touched(builder, x, shapes), [batch, groups, ci, positions])
  const perImage = matMul(builder, rows, columns, { transB: true })
  const dims = [shapes.outputChannels, ci, ...shapes.kernel]
  return reshape(builder, sumOver(builder, perImage, [0], false), dims)
}
