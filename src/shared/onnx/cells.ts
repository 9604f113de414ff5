// Small tensors as lists of cells, and the index arithmetic to move them about; not the operators (evaluateNode.ts).
import { countDims, dataTypes } from './dataTypes'
import type { DataType, OnnxTensor } from './model'

/** One value of a tensor: bigint for 64-bit integers, text for strings, a number (or a 16-bit pattern) otherwise. */
export type Cell = number | bigint | string

export function cellsOf(tensor: OnnxTensor): readonly Cell[] {
  return Array.from<Cell>(tensor.data)
}

/** A tensor from cells; numbers are rounded or wrapped to the element type as assigning to a typed array does. */
export function tensorOf(dataType: DataType, dims: readonly number[], cells: readonly Cell[]): OnnxTensor {
  const data = dataTypes[dataType].allocate(cells.length)
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? 0
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = wholeBigInt(cell)
    else if (Array.isArray(data)) data[index] = String(cell)
    else data[index] = Number(cell)
  }
  return { dataType, dims, data }
}

/** A cell as a 64-bit integer; fractions are cut off, values out of range and NaN become the nearest end or 0. */
export function wholeBigInt(cell: Cell): bigint {
  if (typeof cell === 'bigint') return cell
  const number = Math.trunc(Number(cell))
  if (Number.isNaN(number)) return 0n
  if (number >= 2 ** 63) return 2n ** 63n - 1n
  if (number < -(2 ** 63)) return -(2n ** 63n)
  return BigInt(number)
}

/** Distance in cells between neighbours along each axis of a row-major tensor. */
export function stridesOf(dims: readonly number[]): readonly number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1)
  return strides
}

/**
 * Cells of a tensor of extents `dims`, each taken from `source` at `start` + sum of position * step over the axes.
 * One loop serves transposing (steps permuted), slicing (steps scaled) and broadcasting (steps of 0).
 */
export function pickCells(
  source: readonly Cell[],
  dims: readonly number[],
  steps: readonly number[],
  start = 0,
): readonly Cell[] {
  const total = countDims(dims)
  const position = dims.map(() => 0)
  const cells: Cell[] = []
  let offset = start
  while (cells.length < total) {
    cells.push(source[offset] ?? 0)
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const step = steps[axis] ?? 0
      const next = (position[axis] ?? 0) + 1
      offset += step
      if (next < (dims[axis] ?? 0)) {
        position[axis] = next
        break
      }
      offset -= next * step
      position[axis] = 0
    }
  }
  return cells
}

/** Cells of `tensor` stretched to `dims` by broadcasting. */
export function broadcastCells(tensor: OnnxTensor, dims: readonly number[]): readonly Cell[] {
  const strides = stridesOf(tensor.dims)
  const offset = dims.length - tensor.dims.length
  const steps = dims.map((_, axis) => (tensor.dims[axis - offset] === 1 ? 0 : (strides[axis - offset] ?? 0)))
  return pickCells(cellsOf(tensor), dims, steps)
}
