// A stride-1 weight gradient whose rows fill blocks: the kernel's rows are positions of one long window.
//
// With w = w' + s for the column shift s of a tap, dW[o, i, kh, kw] = sum over n, h', w of dy[o, n, h', w - s] x[i, n, h' + kh, w].
// Take n and the columns within a block as input channels, rows and blocks of columns as one axis along which a window as
// long as dy moves, kh as the window's positions, and i as rows: plain x already lies so, and dy, blocked over o, already lies
// as such a kernel does. A column shift is one depthwise pass; nothing is sliced.
import { blockedDomain } from '../layout'
import { addBlockedPad } from './affine'
import { addBlockedKernel } from './convolution'
import { reachBeyond, type UnitStrideProblem } from './unitStride'

/** Whether the form applies: x blocked, its rows whole blocks and as wide as dy's, and windows that end with x or beyond it. */
export function fillsRows(problem: UnitStrideProblem): boolean {
  const { x, dy, block, padBegin } = problem
  const width = x.dims[3]
  return (
    x.blocked !== undefined &&
    width % block === 0 &&
    dy.dims[3] === width &&
    reachBeyond(problem, 0) >= 0 &&
    padBegin[0] >= 0
  )
}

/** @returns dW as a plain target value, [O, I, kh, kw] */
export function addByRows(problem: UnitStrideProblem, name: string): string {
  const { target, block, x, dy, kernel, dilations, padBegin } = problem
  const [pictures, channels, , width] = x.dims
  const [, filters, outHeight] = dy.dims
  const columnBlocks = width / block
  const windows = addWindows(problem)
  const kernelShape = target.ints([filters, pictures * block, 1, outHeight * columnBlocks])
  const attributes = {
    kernel_shape: [1, outHeight * columnBlocks],
    strides: [1, dilations[0] * columnBlocks],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    group: 1,
  }
  const products = Array.from({ length: kernel[1] }, (_, column) => {
    const shifted = addShifted(problem, column * dilations[1] - padBegin[1])
    const taps = target.add('Reshape', [shifted, kernelShape])
    const product = target.add('Conv', [windows, taps], attributes, { domain: blockedDomain, name: `${name}/column` })
    return target.add('Reshape', [product, target.ints([1, filters / block, channels, kernel[0], block])])
  })
  const joined = products.length === 1 ? (products[0] ?? '') : target.add('Concat', products, { axis: 0 })
  // [kw, O / b, I, kh, b] to [O / b, b, I, kh, kw]
  const ordered = target.add('Transpose', [joined], { perm: [1, 4, 2, 3, 0] })
  return target.add('Reshape', [ordered, target.ints([filters, channels, ...kernel])], {}, { name })
}

/** x with its zero rows, plain, seen as [1, N * b, C, rows * columns / b] in blocked layout. */
function addWindows(problem: UnitStrideProblem): string {
  const { target, block, x, padBegin } = problem
  const [pictures, channels, height, width] = x.dims
  const beyond = reachBeyond(problem, 0)
  const rows = height + padBegin[0] + beyond
  const padded =
    rows === height ? undefined : addBlockedPad(target, x.blocked?.() ?? '', channels, [padBegin[0], 0, beyond, 0])
  const plain =
    padded === undefined ? x.plain() : target.add('ReorderOutput', [padded], { channels }, { domain: blockedDomain })
  const shape = target.ints([1, pictures * block, channels, (rows * width) / block])
  return target.add('Reshape', [plain, shape], {}, { name: `${x.name}/windows` })
}

/** dy moved right by `shift` columns with zeros moving in, channel blocks outermost. */
function addShifted(problem: UnitStrideProblem, shift: number): string {
  const { target, block, dy } = problem
  const [pictures, filters, height, width] = dy.dims
  const moved = shift === 0 ? dy.blocked() : addMoved(problem, shift)
  const blocks = filters / block
  if (blocks === 1) return moved
  const apart = target.add('Reshape', [moved, target.ints([pictures, blocks, height * width * block])])
  return target.add('Transpose', [apart], { perm: [1, 0, 2] })
}

/** A depthwise convolution with a single 1 in a kernel of one row. */
function addMoved({ target, block, dy }: UnitStrideProblem, shift: number): string {
  const [, filters] = dy.dims
  const reach = Math.abs(shift)
  const length = 2 * reach + 1
  const data = new Float32Array(filters * length)
  for (let filter = 0; filter < filters; filter++) data[filter * length + reach - shift] = 1
  const shape = [filters, 1, 1, length]
  const constant = target.constant({ dataType: 'float32', dims: shape, data }, 'shift')
  const kernel = addBlockedKernel(target, constant, shape, block, false)
  return target.add(
    'Conv',
    [dy.blocked(), kernel],
    { kernel_shape: [1, length], strides: [1, 1], pads: [0, reach, 0, reach], dilations: [1, 1], group: filters },
    { domain: blockedDomain, name: 'shifted' },
  )
}
