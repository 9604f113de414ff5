// Sparse tensors of a file as dense ones; nothing here computes with sparse ones.
import { computedTypeOfCode, countDims, dataTypes, readNumbers } from './dataTypes'
import type { OnnxTensor } from './model'
import { sparseTensorMessage } from './protobufMessages'
import { parseTensor, type ReadExternal } from './tensorBytes'
import { malformed, parseMessage } from './wire'

/** A dense tensor of more values than this is not made. */
const largestDense = 2 ** 30

/** Reads a sparse tensor, whose values carry its name. @see onnx.proto of ONNX 1.16, SparseTensorProto */
export function parseSparseTensor(
  bytes: Uint8Array,
  readExternal: ReadExternal | undefined,
): { readonly name: string; readonly tensor: OnnxTensor } {
  const fields = parseMessage(sparseTensorMessage, bytes)
  if (!fields.values) throw malformed('A sparse tensor has no values.')
  const { name, tensor } = parseTensor(fields.values, readExternal)
  // Elements are put to their places one by one, which two to a byte are not.
  computedTypeOfCode(dataTypes[tensor.dataType].code, `The sparse tensor "${name}"`)
  const { dims } = fields
  const count = countDims(dims)
  if (!(count <= largestDense) || dims.some((extent) => !Number.isSafeInteger(extent) || extent < 0))
    throw malformed(`The sparse tensor "${name}" has the extents [${dims.join(', ')}].`)
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
