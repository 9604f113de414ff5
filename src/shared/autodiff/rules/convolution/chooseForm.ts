// Chooses, by the shapes alone, how the weight gradient of a convolution is computed; the forms are in files of their own.
import { product } from '../../emit'
import type { ConvolutionShapes } from './convolutionGeometry'

/**
 * - `pointwise`: 1x1 kernels; one product per image, summed.
 * - `taps`: a slice of the padded x and a product for each kernel cell.
 * - `rows`: the same with the channels of x last and the sums of several cells taken at once.
 * - `columns`: the slices of all cells side by side (im2col), one product per image.
 * - `swappedAxes`: a convolution of x by dy with batch and channels exchanged.
 */
export type WeightGradientForm = 'pointwise' | 'taps' | 'rows' | 'columns' | 'swappedAxes'

/** Elements that the columns of a batch may take: 64 MiB of float32. */
const columnsLimit = 1 << 24
/** Below this many channels per group a product per cell is too narrow to be worth its slice. */
const narrow = 16
/** From this many kernel cells on, a strided slice per cell costs more than the products. */
const manyCells = 25

/**
 * The form that is fastest for these shapes on two CPU cores: products over few channels are widened by putting cells
 * side by side, wide ones go cell by cell without copies, large strided kernels become one convolution.
 */
export function chooseWeightGradientForm(shapes: ConvolutionShapes): WeightGradientForm {
  const cells = product(shapes.kernel)
  const isUnpadded = [...shapes.padBegin, ...shapes.padEnd].every((pad) => pad === 0)
  if (cells === 1 && isUnpadded) return 'pointwise'
  const columns = shapes.batch * shapes.inputChannels * cells * product(shapes.output)
  const width = shapes.inputChannels / shapes.groups
  if (shapes.groups === 1 && width < narrow && columns <= columnsLimit) return 'columns'
  const hasStride = shapes.strides.some((stride) => stride > 1)
  if (hasStride && cells >= manyCells && shapes.groups === 1) return 'swappedAxes'
  return 'taps'
}

/**
 * The form for a graphics processor, which wants large products and nothing transposed twice: there the swapped axes of a
 * ResNet's first layer, a kernel of 112x112 cells, took a quarter of the step (docs/benchmarks.md).
 */
export function chooseAcceleratorForm(shapes: ConvolutionShapes): WeightGradientForm {
  const cells = product(shapes.kernel)
  const isUnpadded = [...shapes.padBegin, ...shapes.padEnd].every((pad) => pad === 0)
  if (cells === 1 && isUnpadded) return 'pointwise'
  if (shapes.groups > 1) return 'taps'
  return shapes.inputChannels < narrow ? 'columns' : 'rows'
}
