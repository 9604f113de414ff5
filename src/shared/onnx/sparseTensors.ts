// Sparse tensors of a file as dense ones; nothing here computes with sparse ones.
import { NetloomError } from '../graph/errors'
import { computedTypeOfCode, countDims, dataTypes, readNumbers } from './dataTypes'
import type { OnnxTensor } from './model'
import { sparseTensorMessage } from './protobufMessages'
import { parseTensor, type ReadExternal } from './tensorBytes'
import { malformed, parseMessage } from './wire'

/** How many values sparse tensors may still become together. */
export interface DenseBudget {
  values: number
}

/** A few bytes may name any number of dense values: no graph holds more of them than these. */
export const largestDense = 2 ** 28

/** Reads a sparse tensor, whose values carry its name. @see onnx.proto of ONNX 1.16, SparseTensorProto */
export function parseSparseTensor(
  bytes: Uint8Array,
  readExternal: ReadExternal | undefined,
  budget: DenseBudget = { values: largestDense },
): { readonly name: string; readonly tensor: OnnxTensor } {
  const fields = parseMessage(sparseTensorMessage, bytes)
  if (!fields.values) throw malformed('A sparse tensor has no values.')
  const { name, tensor } = parseTensor(fields.values, readExternal)
  // Elements are put to their places one by one, which two to a byte are not.
  computedTypeOfCode(dataTypes[tensor.dataType].code, `The sparse tensor "${name}"`)
  const { dims } = fields
  const count = countDims(dims)
  if (!Number.isSafeInteger(count) || dims.some((extent) => !Number.isSafeInteger(extent) || extent < 0))
    throw malformed(`The sparse tensor "${name}" has the extents [${dims.join(', ')}].`)
  if (count > budget.values)
    throw new NetloomError(
      'onnx.unsupported',
      `The sparse tensor "${name}" would have ${count} values in memory; all sparse tensors of a graph together may have ${largestDense}.`,
      { expected: largestDense, received: count },
    )
  budget.values -= count
  const places = fields.indices ? placesOf(parseTensor(fields.indices, readExternal).tensor, dims, name) : []
  const data = dataTypes[tensor.dataType].allocate(count)
  if (places.length !== tensor.data.length)
    throw malformed(`The sparse tensor "${name}" has ${tensor.data.length} values and ${places.length} places.`)
  places.forEach((place, index) => {
    if (!Number.isInteger(place) || place < 0 || place >= count)
      throw malformed(`The sparse tensor "${name}" has a value at ${place} of ${count}.`)
    const value = tensor.data[index]
    if (value !== undefined) Reflect.set(data, place, value)
  })
  return { name, tensor: { dataType: tensor.dataType, dims, data } }
}

/** Places in the dense tensor: listed as such, or as one row of positions for each value. */
function placesOf(indices: OnnxTensor, dims: readonly number[], name: string): readonly number[] {
  const numbers = readNumbers(indices)
  if (indices.dims.length < 2) return numbers
  const rank = dims.length
  if (indices.dims[1] !== rank) throw malformed(`The sparse tensor "${name}" has places of another rank.`)
  return Array.from({ length: indices.dims[0] ?? 0 }, (_, row) =>
    dims.reduce((place, extent, axis) => place * extent + (numbers[row * rank + axis] ?? 0), 0),
  )
}
