// A stride-1 weight gradient in which the kernel's rows are positions of one long window.
//
// With w = w' + s for the column shift s of a tap, dW[o, i, kh, kw] = sum over n, h', w of dy[o, n, h', w - s] x[i, n, h' + kh, w].
// Fill rows up to whole blocks. Take n and the columns within a block as input channels, rows and blocks of columns as one
// axis along which a window as long as dy moves, kh as the window's positions, and i as rows: plain x then lies as a blocked
// input does, and dy, blocked over o, as a kernel does. A column shift is one depthwise pass; nothing is sliced.
import { blockedDomain } from '../channelLayout'
import { addBlockedPad } from './affine'
import { addBlockedKernel } from './blockedConvolution'
import { reachBeyond, type UnitStrideProblem } from './unitStride'

/** Whether the form applies: windows that end with x or beyond it, and x from its first row on. */
export function allowsRows(problem: UnitStrideProblem): boolean {
  return reachBeyond(problem, 0) >= 0 && problem.padBegin[0] >= 0
}

/** Columns of a row that is filled up to whole blocks and has room for dy too. */
export function filledColumns({ x, dy, block }: UnitStrideProblem): number {
  return Math.ceil(Math.max(x.dims[3], dy.dims[3]) / block) * block
}

/** Fewer input channels than this leave a core idle: then the images are split into groups, whose sums are added. */
const enoughRows = 8

/** @returns dW as a plain target value, [O, I, kh, kw], O filled up to whole blocks */
export function addByRows(problem: UnitStrideProblem, name: string): string {
  const { target, block, x, dy, kernel, dilations, padBegin } = problem
  const [images, channels] = x.dims
  const filters = dy.blocked.channels
  const columnBlocks = filledColumns(problem) / block
  const windows = addWindows(problem)
  const groups = channels < enoughRows && filters === block && images % 4 === 0 ? 4 : 1
  const kernelShape = target.ints([groups * filters, (images * block) / groups, 1, dy.dims[2] * columnBlocks])
  const attributes = {
    kernel_shape: [1, dy.dims[2] * columnBlocks],
    strides: [1, dilations[0] * columnBlocks],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    group: groups,
  }
  const products = Array.from({ length: kernel[1] }, (_, column) => {
    const shifted = addShifted(problem, column * dilations[1] - padBegin[1])
    const taps = target.add('Reshape', [shifted, kernelShape])
    const product = target.add('Conv', [windows, taps], attributes, { domain: blockedDomain, name: `${name}/column` })
    const grouped = target.add('Reshape', [product, target.ints([groups, filters / block, channels, kernel[0], block])])
    return groups === 1 ? grouped : target.add('ReduceSum', [grouped, target.ints([0])], { keepdims: 1 })
  })
  const joined = products.length === 1 ? (products[0] ?? '') : target.add('Concat', products, { axis: 0 })
  // [kw, O / b, I, kh, b] to [O / b, b, I, kh, kw]
  const ordered = target.add('Transpose', [joined], { perm: [1, 4, 2, 3, 0] })
  return target.add('Reshape', [ordered, target.ints([filters, channels, ...kernel])], {}, { name })
}

/** x with zero rows and filled columns, plain, seen as [1, N * b, I, rows * columns / b] in blocked layout. */
function addWindows(problem: UnitStrideProblem): string {
  const { target, block, x, padBegin } = problem
  const [images, channels, height, width] = x.dims
  const beyond = reachBeyond(problem, 0)
  const columns = filledColumns(problem)
  const pads = [padBegin[0], 0, beyond, columns - width] as const
  const isWhole = pads.every((count) => count === 0)
  const padded = isWhole ? x.plain() : x.blocked ? addPaddedFromBlocked() : addPaddedFromPlain()
  const shape = target.ints([1, images * block, channels, ((height + padBegin[0] + beyond) * columns) / block])
  return target.add('Reshape', [padded, shape], {}, { name: `${x.name}/windows` })

  function addPaddedFromBlocked(): string {
    const filled = addBlockedPad(target, x.blocked?.name() ?? '', x.blocked?.channels ?? 0, pads)
    return target.add('ReorderOutput', [filled], { channels }, { domain: blockedDomain })
  }

  function addPaddedFromPlain(): string {
    return target.add('Pad', [x.plain(), target.ints([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
  }
}

/** dy in filled rows, moved right by `shift` columns with zeros moving in, channel blocks outermost. */
function addShifted(problem: UnitStrideProblem, shift: number): string {
  const { target, block, dy } = problem
  const [images, , height, width] = dy.dims
  const columns = filledColumns(problem)
  const { channels } = dy.blocked
  const moved =
    shift === 0
      ? addBlockedPad(target, dy.blocked.name(), channels, [0, 0, 0, columns - width])
      : addMoved(problem, shift, columns - width)
  const blocks = channels / block
  if (blocks === 1) return moved
  const apart = target.add('Reshape', [moved, target.ints([images, blocks, height * columns * block])])
  return target.add('Transpose', [apart], { perm: [1, 0, 2] })
}

/** A depthwise convolution with a single 1 in a kernel of one row. */
function addMoved({ target, block, dy }: UnitStrideProblem, shift: number, fill: number): string {
  const { channels } = dy.blocked
  const reach = Math.abs(shift)
  const length = 2 * reach + 1
  const data = new Float32Array(channels * length)
  for (let channel = 0; channel < channels; channel++) data[channel * length + reach - shift] = 1
  const shape = [channels, 1, 1, length]
  const constant = target.constant({ dataType: 'float32', dims: shape, data }, 'shift')
  const kernel = addBlockedKernel(target, constant, shape, block, false)
  const pads = [0, reach, 0, reach + fill]
  return target.add(
    'Conv',
    [dy.blocked.name(), kernel],
    { kernel_shape: [1, length], strides: [1, 1], pads, dilations: [1, 1], group: channels },
    { domain: blockedDomain, name: 'shifted' },
  )
}
