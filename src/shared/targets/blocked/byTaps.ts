// A stride-1 weight gradient as pointwise products on blocked kernels, one per tap.
//
// All images are laid end to end as one row of K positions, with zero columns between rows and zero rows between images,
// so that every tap of the kernel is one offset along that row: dW[o, i, tap] = sum over q of dy[o, q] x[i, q + offset(tap)].
// With q as the input channels, i as the positions and o as the output channels this is a 1x1 convolution: dy, blocked over o,
// already lies as such a kernel does, and a tap costs one contiguous slice of it.
import type { GraphBuilder } from '../../onnx/builder'
import { blockedDomain } from '../channelLayout'
import { addBlockedPad } from './affine'
import { reachBeyond, type BlockedValue, type TargetValue, type UnitStrideProblem } from './unitStride'

/** How positions are laid out: N images of `rows` x `columns`, zero-filled. */
interface PositionGrid {
  readonly images: number
  readonly rows: number
  readonly columns: number
  /** images * rows * columns */
  readonly count: number
  /** `count` rounded up to whole blocks. */
  readonly padded: number
}

/** @returns dW as a plain target value, [O, I, kh, kw], O and blocked I filled up to whole blocks */
export function addByTaps(problem: UnitStrideProblem, name: string): string {
  const { target, block, x, dy, kernel } = problem
  const grid = layGrid(problem)
  const offsets = tapOffsets(problem, grid.columns)
  const channels = x.blocked?.channels ?? x.dims[1]
  const filters = dy.blocked.channels
  const pixels = x.blocked ? addBlockedPixels(problem, x.blocked, grid) : addPlainPixels(problem, grid)
  const products = addTapKernels(problem, grid, offsets).map((tap) =>
    target.add('Conv', [pixels, tap], pointwise, { domain: blockedDomain, name: `${name}/tap` }),
  )
  const inner = x.blocked ? block : channels
  const apart = target.ints([1, channels / inner, filters / block, inner, block])
  const taps = products.map((product) => target.add('Reshape', [product, apart]))
  const joined = taps.length === 1 ? (taps[0] ?? '') : target.add('Concat', taps, { axis: 0 })
  const ordered = target.add('Transpose', [joined], { perm: [2, 4, 1, 3, 0] })
  return target.add('Reshape', [ordered, target.ints([filters, channels, ...kernel])], {}, { name })
}

const pointwise = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1], group: 1 }

/** Rows and columns with enough zeros that no tap reaches into a neighbour, and with room for dy. */
function layGrid(problem: UnitStrideProblem): PositionGrid {
  const { x, dy, padBegin, block } = problem
  const [images, , height, width] = x.dims
  const rows = Math.max(height + Math.max(padBegin[0], reachBeyond(problem, 0), 0), dy.dims[2])
  const columns = Math.max(width + Math.max(padBegin[1], reachBeyond(problem, 1), 0), dy.dims[3])
  const count = images * rows * columns
  return { images, rows, columns, count, padded: Math.ceil(count / block) * block }
}

/** Distance along the row of positions from an output to the input that each tap reads, taps in row-major order. */
function tapOffsets({ kernel, dilations, padBegin }: UnitStrideProblem, columns: number): readonly number[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const row = Math.floor(tap / kernel[1]) * dilations[0] - padBegin[0]
    const column = (tap % kernel[1]) * dilations[1] - padBegin[1]
    return row * columns + column
  })
}

/** x as [C / b, padded, b, 1]: positions as channels (blocked), the channels of a block as rows. */
function addBlockedPixels({ target, block, x }: UnitStrideProblem, blocked: BlockedValue, grid: PositionGrid): string {
  const { channels } = blocked
  const flat = addFlatBlocks(target, x.dims, blocked, grid, block)
  const filled = addZeros(target, flat, channels / block, 0, (grid.padded - grid.count) * block)
  const rows = target.add('Reshape', [filled, target.ints([channels / block, grid.padded, block, 1])])
  return target.add('ReorderInput', [rows], {}, { domain: blockedDomain, name: `${x.name}/pixels` })
}

/** The same for a few plain channels: [1, padded, C, 1]. */
function addPlainPixels({ target, block, x }: UnitStrideProblem, grid: PositionGrid): string {
  const [, channels, height, width] = x.dims
  const pads = [0, 0, 0, 0, 0, 0, grid.rows - height, grid.columns - width]
  const padded = pads.some((count) => count > 0) ? target.add('Pad', [x.plain(), target.ints(pads)]) : x.plain()
  const perImage = target.add('Reshape', [padded, target.ints([grid.images, channels, grid.rows * grid.columns])])
  const perChannel = target.add('Transpose', [perImage], { perm: [1, 0, 2] })
  const flat = target.add('Reshape', [perChannel, target.ints([channels, grid.count])])
  const filled = addZeros(target, flat, channels, 0, grid.padded - grid.count)
  const blocks = target.add('Reshape', [filled, target.ints([channels, grid.padded / block, block])])
  const ordered = target.add('Transpose', [blocks], { perm: [1, 0, 2] })
  return target.add('Reshape', [ordered, target.ints([1, grid.padded, channels, 1])], {}, { name: `${x.name}/pixels` })
}

/** dy shifted for each tap, as a kernel [O, padded, 1, 1]. */
function addTapKernels(
  { target, block, dy }: UnitStrideProblem,
  grid: PositionGrid,
  offsets: readonly number[],
): readonly string[] {
  const filters = dy.blocked.channels
  const front = Math.max(0, ...offsets)
  const back = grid.padded - grid.count + Math.max(0, -Math.min(...offsets))
  const flat = addFlatBlocks(target, dy.dims, dy.blocked, grid, block)
  const guarded = addZeros(target, flat, filters / block, front * block, back * block)
  const shape = target.ints([filters, grid.padded, 1, 1])
  return offsets.map((offset) => {
    const start = (front - offset) * block
    const end = start + grid.padded * block
    const isWhole = start === 0 && front + grid.count + back === grid.padded
    const range = [target.ints([start]), target.ints([end]), target.ints([1])]
    const shifted = isWhole ? guarded : target.add('Slice', [guarded, ...range], {}, { name: `${dy.name}/tap` })
    return target.add('Reshape', [shifted, shape])
  })
}

/** A blocked value [N, C, H, W] on the grid, channel blocks outermost: [C / b, count * b]. */
function addFlatBlocks(
  target: GraphBuilder,
  dims: TargetValue['dims'],
  value: BlockedValue,
  grid: PositionGrid,
  block: number,
): string {
  const { channels } = value
  const [images, , height, width] = dims
  const padded = addBlockedPad(target, value.name(), channels, [0, 0, grid.rows - height, grid.columns - width])
  const blocks = channels / block
  if (blocks === 1) return target.add('Reshape', [padded, target.ints([1, grid.count * block])])
  const apart = target.add('Reshape', [padded, target.ints([images, blocks, grid.rows * grid.columns * block])])
  const outermost = target.add('Transpose', [apart], { perm: [1, 0, 2] })
  return target.add('Reshape', [outermost, target.ints([blocks, grid.count * block])])
}

/** Puts zeros before and after each row of a [rows, length] value. */
function addZeros(target: GraphBuilder, value: string, rows: number, before: number, after: number): string {
  const zeros = (length: number) =>
    target.constant({ dataType: 'float32', dims: [rows, length], data: new Float32Array(rows * length) }, 'zeros')
  if (before === 0 && after === 0) return value
  const parts = [...(before > 0 ? [zeros(before)] : []), value, ...(after > 0 ? [zeros(after)] : [])]
  return target.add('Concat', parts, { axis: 1 }, { name: 'guarded' })
}
