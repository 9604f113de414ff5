// The values of tensors as cells, and the index arithmetic to move them about; not the operators (evaluateNode.ts).
import { countDims, dataTypes } from './dataTypes'
import type { DataType, OnnxTensor, TensorData } from './model'

/** One value of a tensor: bigint for 64-bit integers, text for strings, a number (or a 16-bit pattern) otherwise. */
export type Cell = number | bigint | string

/** The cells of a tensor, without a copy. */
export function cellsOf(tensor: OnnxTensor): ArrayLike<Cell> {
  return tensor.data
}

/** A list of cells that is written by place, as an element type holds them. */
export interface CellList {
  readonly data: TensorData
  set(index: number, cell: Cell): void
}

/** An empty list. Numbers are rounded or wrapped to the element type as assigning to a typed array does. */
export function listOf(dataType: DataType, length: number): CellList {
  const data = dataTypes[dataType].allocate(length)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return { data, set: (index, cell) => (data[index] = wholeBigInt(cell)) }
  if (Array.isArray(data)) return { data, set: (index, cell) => (data[index] = String(cell)) }
  return { data, set: (index, cell) => (data[index] = Number(cell)) }
}

export function tensorOf(dataType: DataType, dims: readonly number[], cells: ArrayLike<Cell>): OnnxTensor {
  return mapCells(dataType, dims, cells.length, (index) => cells[index] ?? 0)
}

/** A tensor of `count` cells, each from its place. */
export function mapCells(
  dataType: DataType,
  dims: readonly number[],
  count: number,
  cellAt: (index: number) => Cell,
): OnnxTensor {
  const list = listOf(dataType, count)
  for (let index = 0; index < count; index++) list.set(index, cellAt(index))
  return { dataType, dims, data: list.data }
}

/** A tensor of one value throughout. */
export function filledTensor(dataType: DataType, dims: readonly number[], cell: Cell): OnnxTensor {
  const data = dataTypes[dataType].allocate(countDims(dims))
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(wholeBigInt(cell))
  else if (Array.isArray(data)) data.fill(String(cell))
  else data.fill(Number(cell))
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
  source: OnnxTensor,
  dims: readonly number[],
  steps: readonly number[],
  start = 0,
): OnnxTensor {
  const { dataType } = source
  const from = cellsOf(source)
  const list = listOf(dataType, countDims(dims))
  const position = dims.map(() => 0)
  let offset = start
  for (let index = 0; index < list.data.length; index++) {
    list.set(index, from[offset] ?? 0)
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
  return { dataType, dims, data: list.data }
}

/** A tensor stretched to `dims` by broadcasting; itself where it has these extents. */
export function broadcastTensor(tensor: OnnxTensor, dims: readonly number[]): OnnxTensor {
  if (tensor.dims.join() === dims.join()) return tensor
  const strides = stridesOf(tensor.dims)
  const offset = dims.length - tensor.dims.length
  const steps = dims.map((_, axis) => ((tensor.dims[axis - offset] ?? 1) === 1 ? 0 : (strides[axis - offset] ?? 0)))
  return pickCells(tensor, dims, steps)
}
