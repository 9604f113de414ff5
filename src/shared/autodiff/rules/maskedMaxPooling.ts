// Gradients of MaxPool and GlobalMaxPool without indices, for devices whose MaxPool gives none; the shorter form is in maxPooling.ts.
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, firstMaximum, inputOf, outputOf, padOrCrop, product, range, reshape, slice, zeros } from '../emit'
import type { GradientRule } from '../rule'
import { spanOf, windowsOf, type Windows } from './gradientWindow'

/** The lowest float32, which as padding is never larger than what it is compared with. */
const lowest = -3.4028234663852886e38

/** One cell of the window. */
interface Tap {
  /** Its place in the window, one entry per axis. */
  readonly cell: readonly number[]
  /** dy where this cell is the first maximum of its window, else 0: the shape of y. */
  readonly gradient: string
}

/** The cells of a window in row-major order, as MaxPool scans them. */
function cellsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (cells, extent) => cells.flatMap((cell) => range(extent).map((index) => [...cell, index])),
    [[]],
  )
}

/** x with the lowest number wherever a window reaches beyond it. */
function padLowest(builder: GraphBuilder, x: string, windows: Windows): string {
  const spans = spanOf(windows)
  const end = windows.input.map((extent, axis) => {
    const reach = ((windows.output[axis] ?? 1) - 1) * (windows.strides[axis] ?? 1) + (spans[axis] ?? 1)
    return Math.max(0, reach - extent - (windows.padBegin[axis] ?? 0))
  })
  const pads = [0, 0, ...windows.padBegin, 0, 0, ...end]
  return pads.every((count) => count === 0) ? x : builder.add('Pad', [x, builder.ints(pads), builder.scalar(lowest)])
}

/** What the cells meet as the window slides: padded x, from the cell's place in steps of the stride. */
function sliceOfCell(builder: GraphBuilder, padded: string, cell: readonly number[], windows: Windows): string {
  const cuts = cell.map((index, axis) => {
    const start = index * (windows.dilations[axis] ?? 1)
    const step = windows.strides[axis] ?? 1
    return { axis: axis + 2, start, end: start + ((windows.output[axis] ?? 1) - 1) * step + 1, step }
  })
  return slice(builder, padded, cuts)
}

/** Shares dy out: each cell that equals the maximum takes what the cells before it have left. */
function shareOut(builder: GraphBuilder, x: string, y: string, dy: string, windows: Windows): Tap[] {
  const padded = padLowest(builder, x, windows)
  const zero = builder.scalar(0)
  const cells = cellsOf(windows.kernel)
  let left = dy
  return cells.map((cell, index) => {
    const isMaximum = builder.add('Equal', [sliceOfCell(builder, padded, cell, windows), y])
    const gradient = builder.add('Where', [isMaximum, left, zero])
    if (index + 1 < cells.length) left = builder.add('Where', [isMaximum, zero, left])
    return { cell, gradient }
  })
}

/**
 * Lays the cells' gradients back over x. A cell at k meets the elements o * stride + k * dilation of padded x, that is,
 * element o + q of phase r with k * dilation = q * stride + r: the cells of a phase are shifted and added, then the
 * phases of each axis are interleaved.
 */
function layBack(builder: GraphBuilder, taps: readonly Tap[], windows: Windows, lead: readonly number[]): string {
  const { strides, dilations } = windows
  const offset = (cell: readonly number[], axis: number) => (cell[axis] ?? 0) * (dilations[axis] ?? 1)
  const steps = (cell: readonly number[]) => strides.map((stride, axis) => Math.floor(offset(cell, axis) / stride))
  const phase = (cell: readonly number[]) => strides.map((stride, axis) => offset(cell, axis) % stride)
  const furthest = steps(windows.kernel.map((extent) => extent - 1))
  const extents = windows.output.map((extent, axis) => extent + (furthest[axis] ?? 0))
  const phases = new Map<string, string>()
  for (const { cell, gradient } of taps) {
    const begin = steps(cell)
    const end = furthest.map((most, axis) => most - (begin[axis] ?? 0))
    const shifted = padOrCrop(builder, gradient, [0, 0, ...begin], [0, 0, ...end])
    const key = phase(cell).join()
    const sum = phases.get(key)
    phases.set(key, sum === undefined ? shifted : builder.add('Add', [sum, shifted]))
  }
  const laid = interleave(builder, phases, { strides, extents, lead })
  const held = strides.map((stride, axis) => stride * (extents[axis] ?? 1))
  const before = windows.padBegin.map((pad) => -pad)
  const after = windows.input.map((extent, axis) => extent + (windows.padBegin[axis] ?? 0) - (held[axis] ?? 0))
  return padOrCrop(builder, laid, [0, 0, ...before], [0, 0, ...after])
}

interface Interleaving {
  readonly strides: readonly number[]
  /** Extents of one phase; [N, C] come before them. */
  readonly extents: readonly number[]
  readonly lead: readonly number[]
}

/** Phases by their key `r0,r1` become one value whose element i * stride + r is element i of phase r. */
function interleave(builder: GraphBuilder, phases: ReadonlyMap<string, string>, how: Interleaving): string {
  const { strides, extents, lead } = how
  const fill = () => zeros(builder, [...lead, ...extents])
  /** Puts together the axes from `axis` on, for the phases of the axes before it. */
  const join = (before: readonly number[], axis: number): string => {
    if (axis === strides.length) return phases.get(before.join()) ?? fill()
    const parts = range(strides[axis] ?? 1).map((phase) => join([...before, phase], axis + 1))
    const [only = ''] = parts
    if (parts.length === 1) return only
    const ahead = [...lead, ...extents.slice(0, axis)]
    const done = extents.slice(axis + 1).map((extent, index) => extent * (strides[axis + 1 + index] ?? 1))
    const extent = extents[axis] ?? 1
    const apart = [product(ahead), extent, 1, product(done)]
    const joined = builder.add(
      'Concat',
      parts.map((part) => reshape(builder, part, apart)),
      { axis: 2 },
    )
    return reshape(builder, joined, [...ahead, extent * parts.length, ...done])
  }
  return join([], 0)
}

/** MaxPool: the first of equal maxima takes the whole gradient. */
export const maskedMaxPool: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const windows = windowsOf(context)
  const taps = shareOut(builder, x, outputOf(context, 0), arriving(context), windows)
  return [layBack(builder, taps, windows, context.shapeOf(x).slice(0, 2))]
}

/** GlobalMaxPool: the place of the first maximum of each channel alone gets dy. */
export const maskedGlobalMaxPool: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const dims = context.shapeOf(x)
  const [images = 1, channels = 1] = dims
  const positions = product(dims.slice(2))
  const rows = reshape(builder, x, [images, channels, positions])
  const first = reshape(builder, firstMaximum(builder, rows), [images, channels, 1])
  const data = Int32Array.from({ length: positions }, (_, index) => index)
  const places = builder.constant({ dataType: 'int32', dims: [1, 1, positions], data })
  const dy = reshape(builder, arriving(context), [images, channels, 1])
  const masked = builder.add('Where', [builder.add('Equal', [places, first]), dy, builder.scalar(0)])
  return [reshape(builder, masked, dims)]
}

/** The rules by operator. */
export const maskedMaxPoolingRules: ReadonlyMap<string, GradientRule> = new Map([
  ['MaxPool', maskedMaxPool],
  ['GlobalMaxPool', maskedGlobalMaxPool],
])
