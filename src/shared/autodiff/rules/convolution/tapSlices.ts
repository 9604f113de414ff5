// The part of the padded input that each kernel cell meets, as rows beside the rows of dy; what is done with them is not here.
import type { GraphBuilder } from '../../../onnx/builder'
import { padOrCrop, product, range, reshape, slice, transpose } from '../../emit'
import { spanOf } from '../gradientWindow'
import type { ConvolutionShapes } from './convolutionGeometry'

/** For each kernel cell the rows it meets, and the rows of dy in the same order. */
export interface TapSlices {
  /** [N, groups, Co / groups, L] */
  readonly dy: string
  /** Kernel cells, row-major. */
  readonly count: number
  /** Adds the slice of one cell: [N, groups, Ci / groups, L], or [N, 1, L, Ci] where the channels are last. */
  add(cell: number): string
}

/** Where the channels of the slices are; last only for one group. */
type ChannelPlace = 'first' | 'last'

interface SliceRequest {
  /** [N, Ci, ...input] */
  readonly x: string
  /** [N, Co, ...output] */
  readonly dy: string
  readonly shapes: ConvolutionShapes
  readonly place: ChannelPlace
}

/** Position of a cell in the kernel, one index per spatial axis. */
function cellPosition(kernel: readonly number[], cell: number): number[] {
  const position: number[] = []
  let rest = cell
  for (const extent of kernel.toReversed()) {
    position.unshift(rest % extent)
    rest = Math.floor(rest / extent)
  }
  return position
}

/** Elements of the input that lie in at least one window: from the padding to the last window's end. */
function padInput(builder: GraphBuilder, x: string, shapes: ConvolutionShapes, extraRows: number): string {
  const spans = spanOf(shapes)
  const end = shapes.input.map((extent, axis) => {
    const reach = ((shapes.output[axis] ?? 1) - 1) * (shapes.strides[axis] ?? 1) + (spans[axis] ?? 1)
    return reach - extent - (shapes.padBegin[axis] ?? 0) + (axis === 0 ? extraRows : 0)
  })
  return padOrCrop(builder, x, [0, 0, ...shapes.padBegin], [0, 0, ...end])
}

/**
 * Stride 1. Each padded image is one row of numbers, dy is padded with zeros to the same row pitch; then the cell at
 * (i, j) meets the contiguous slice that starts at i * pitch + j, and the zeros cancel what wraps around.
 */
function contiguousSlices(builder: GraphBuilder, { x, dy, shapes, place }: SliceRequest): TapSlices {
  const { batch, groups, kernel, dilations } = shapes
  const padded = spanOf(shapes).map((span, axis) => (shapes.output[axis] ?? 1) - 1 + span)
  const pitches = padded.map((_, axis) => product(padded.slice(axis + 1)))
  const wraps = kernel.some((extent, axis) => axis > 0 && extent > 1)
  const rows = (shapes.output[0] ?? 1) * (pitches[0] ?? 1)
  const length = ((padded[0] ?? 1) + (wraps ? 1 : 0)) * (pitches[0] ?? 1)
  const image = padInput(builder, x, shapes, wraps ? 1 : 0)
  const line =
    place === 'last'
      ? reshape(builder, channelsLast(builder, image), [batch, 1, length, shapes.inputChannels])
      : reshape(builder, image, [batch, groups, shapes.inputChannels / groups, length])
  const gaps = padded.map((extent, axis) => (axis === 0 ? 0 : extent - (shapes.output[axis] ?? 1)))
  const spread = padOrCrop(builder, dy, [0, 0, ...gaps.map(() => 0)], [0, 0, ...gaps])
  return {
    dy: reshape(builder, spread, [batch, groups, shapes.outputChannels / groups, rows]),
    count: product(kernel),
    add: (cell) => {
      const offsets = cellPosition(kernel, cell).map(
        (index, axis) => index * (dilations[axis] ?? 1) * (pitches[axis] ?? 1),
      )
      const start = offsets.reduce((sum, offset) => sum + offset, 0)
      return slice(builder, line, [{ axis: place === 'last' ? 2 : 3, start, end: start + rows }])
    },
  }
}

/** Any stride: each cell's slice takes every stride-th element. */
function stridedSlices(builder: GraphBuilder, { x, dy, shapes, place }: SliceRequest): TapSlices {
  const { batch, groups, kernel } = shapes
  const image = padInput(builder, x, shapes, 0)
  const padded = place === 'last' ? channelsLast(builder, image) : image
  const positions = product(shapes.output)
  return {
    dy: reshape(builder, dy, [batch, groups, shapes.outputChannels / groups, positions]),
    count: product(kernel),
    add: (cell) => {
      const cuts = cellPosition(kernel, cell).map((index, axis) => {
        const start = index * (shapes.dilations[axis] ?? 1)
        const step = shapes.strides[axis] ?? 1
        return {
          axis: axis + (place === 'last' ? 1 : 2),
          start,
          end: start + ((shapes.output[axis] ?? 1) - 1) * step + 1,
          step,
        }
      })
      const dims =
        place === 'last'
          ? [batch, 1, positions, shapes.inputChannels]
          : [batch, groups, shapes.inputChannels / groups, positions]
      return reshape(builder, slice(builder, padded, cuts), dims)
    },
  }
}

function channelsLast(builder: GraphBuilder, image: string): string {
  const rank = builder.shapeOf(image).length
  return transpose(builder, image, [0, ...range(rank).slice(2), 1])
}

function addSlices(builder: GraphBuilder, request: SliceRequest): TapSlices {
  const hasStride = request.shapes.strides.some((stride) => stride > 1)
  return (hasStride ? stridedSlices : contiguousSlices)(builder, request)
}

/** Slices of rows of channels: [N, groups, Ci / groups, L]. */
export function addTapSlices(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): TapSlices {
  return addSlices(builder, { x, dy, shapes, place: 'first' })
}

/** For one group: slices of the same with the channels last, [N, 1, L, Ci]. */
export function addRowSlices(builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes): TapSlices {
  return addSlices(builder, { x, dy, shapes, place: 'last' })
}
