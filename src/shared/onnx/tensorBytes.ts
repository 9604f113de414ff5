// Tensors to and from TensorProto: raw, typed and external data; not the rest of a model (bytes.ts).
import { NetloomError } from '../graph/errors'
import { countDims, dataTypeOfCode, dataTypes, sizeInBytes } from './dataTypes'
import { entryMessage, tensorMessage } from './protobufMessages'
import type { DataType, OnnxTensor, TensorData } from './model'
import { malformed, MessageWriter, parseMessage, readVarints, type Message } from './wire'

/**
 * Gives `length` bytes at `offset` of the file `location`, which the model names relative to its own folder.
 * The tensor may keep the returned bytes without copying them.
 */
export type ReadExternal = (location: string, offset: number, length: number) => Uint8Array

/** Where the data of large initialisers goes instead of the model's own bytes. */
export interface Externalise {
  /** Name of the data file, relative to the model's folder. */
  readonly location: string
  /** Initialisers of at least this many bytes are moved out. */
  readonly minimumBytes: number
  /** Appends the bytes to the data file. @returns the offset at which they begin */
  readonly write: (bytes: Uint8Array) => number
}

type TensorFields = Message<typeof tensorMessage.fields>

/** Reads a tensor and its name; sizes are compared with the bytes present before anything is allocated. */
export function parseTensor(
  bytes: Uint8Array,
  readExternal: ReadExternal | undefined,
): { readonly name: string; readonly tensor: OnnxTensor } {
  const fields = parseMessage(tensorMessage, bytes)
  const name = fields.name ?? ''
  const who = `Tensor "${name}"`
  if (fields.segment) throw new NetloomError('onnx.unsupported', `${who} is split into segments, which no tool writes.`)
  const dataType = dataTypeOfCode(fields.dataType ?? 0, who)
  const dims = fields.dims
  if (dims.some((extent) => !Number.isSafeInteger(extent) || extent < 0))
    throw malformed(`${who} has the extents [${dims.join(', ')}].`)
  const count = countDims(dims)
  if (!Number.isSafeInteger(count * 8)) throw malformed(`${who} would have ${count} values.`)
  const data =
    fields.dataLocation === 1
      ? readExternalData(who, fields, dataType, count, readExternal)
      : readInnerData(who, fields, dataType, count)
  return { name, tensor: { dataType, dims, data } }
}

function readInnerData(who: string, fields: TensorFields, dataType: DataType, count: number): TensorData {
  if (dataType === 'string') {
    requireCount(who, count, fields.stringData.length, 'values')
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return fields.stringData.map((bytes) => decoder.decode(bytes))
  }
  if (fields.rawData) {
    requireCount(who, sizeInBytes(dataType, count), fields.rawData.byteLength, 'bytes')
    return fromBytes(dataType, count, [fields.rawData])
  }
  if (dataType === 'float32' || dataType === 'complex64') return fromChunks(who, dataType, count, fields.floatData)
  if (dataType === 'float64' || dataType === 'complex128') return fromChunks(who, dataType, count, fields.doubleData)
  if (dataType === 'int64') return fromVarints(who, dataType, count, fields.int64Data)
  const isWide = dataType === 'uint32' || dataType === 'uint64'
  return fromVarints(who, dataType, count, isWide ? fields.uint64Data : fields.int32Data)
}

function requireCount(who: string, expected: number, received: number, unit: 'values' | 'bytes'): void {
  if (expected !== received) throw malformed(`${who} should hold ${expected} ${unit}, the file has ${received}.`)
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}

/** float_data and double_data: the bytes of the values, little-endian, as raw_data has them. */
function fromChunks(who: string, dataType: DataType, count: number, chunks: readonly Uint8Array[]): TensorData {
  requireCount(who, sizeInBytes(dataType, count), lengthOf(chunks), 'bytes')
  return fromBytes(dataType, count, chunks)
}

/** Copies little-endian bytes, which may stand anywhere in the file, into an aligned array. */
function fromBytes(dataType: DataType, count: number, chunks: readonly Uint8Array[]): TensorData {
  const data = dataTypes[dataType].allocate(count)
  if (Array.isArray(data)) return data
  const target = new Uint8Array(data.buffer)
  let offset = 0
  for (const chunk of chunks) {
    target.set(chunk, offset)
    offset += chunk.byteLength
  }
  return data
}

function fromVarints(who: string, dataType: DataType, elements: number, chunks: readonly Uint8Array[]): TensorData {
  // Types of 4 bits stand two to a value.
  const count = dataTypes[dataType].bytesPerElement < 1 ? sizeInBytes(dataType, elements) : elements
  // A varint takes a byte or more, so this bounds the allocation by the size of the file.
  if (count > lengthOf(chunks)) throw malformed(`${who} should hold ${count} values, the file has fewer.`)
  const data = dataTypes[dataType].allocate(elements)
  let found = 0
  for (const chunk of chunks)
    readVarints(chunk, (value) => {
      if (found >= count) throw malformed(`${who} should hold ${count} values, the file has more.`)
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[found] = value
      else if (!Array.isArray(data)) data[found] = Number(value)
      found++
    })
  requireCount(who, count, found, 'values')
  return data
}

function readExternalData(
  who: string,
  fields: TensorFields,
  dataType: DataType,
  count: number,
  readExternal: ReadExternal | undefined,
): TensorData {
  const fail = (message: string): never => {
    throw new NetloomError('onnx.externalData', `${who}: ${message}.`)
  }
  const entries = fields.externalData.map((bytes) => parseMessage(entryMessage, bytes))
  const find = (key: string): string | undefined => entries.find((entry) => entry.key === key)?.value
  const location = find('location') ?? fail('its external data has no location')
  const expected = sizeInBytes(dataType, count)
  const offset = Number(find('offset') ?? 0)
  const length = Number(find('length') ?? expected)
  if (dataType === 'string') fail('text cannot be external data')
  if (!Number.isSafeInteger(offset) || offset < 0) fail(`its external data begins at ${find('offset')}`)
  if (length !== expected) fail(`its external data has ${find('length')} bytes, ${expected} belong to it`)
  if (expected === 0) return dataTypes[dataType].allocate(0)
  if (!readExternal) return fail(`its data is in the file "${location}" beside the model, which was not given`)
  const bytes = readExternal(location, offset, length)
  if (bytes.byteLength !== length) fail(`"${location}" gave ${bytes.byteLength} bytes, ${length} belong to it`)
  return viewOf(dataType, bytes) ?? fromBytes(dataType, count, [bytes])
}

/** The bytes seen as values without a copy, where they stand at a fitting address. */
function viewOf(dataType: DataType, bytes: Uint8Array): TensorData | undefined {
  const { buffer, byteOffset, byteLength } = bytes
  if (byteOffset % 8 !== 0) return undefined
  if (dataType === 'float32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  if (dataType === 'float64') return new Float64Array(buffer, byteOffset, byteLength / 8)
  if (dataType === 'int64') return new BigInt64Array(buffer, byteOffset, byteLength / 8)
  return undefined
}

/** Writes a tensor as raw data, as text, or outside of the model where `externalise` takes it. */
export function writeTensor(name: string, tensor: OnnxTensor, externalise?: Externalise): MessageWriter {
  const { fields } = tensorMessage
  const writer = new MessageWriter()
    .put(fields.dims, tensor.dims)
    .put(fields.dataType, dataTypes[tensor.dataType].code)
    .put(fields.name, name)
  const bytes = bytesOf(tensor.data)
  if (bytes === undefined) {
    const encoder = new TextEncoder()
    return writer.put(
      fields.stringData,
      Array.from<unknown, Uint8Array>(tensor.data, (text) => encoder.encode(String(text))),
    )
  }
  const expected = sizeInBytes(tensor.dataType, countDims(tensor.dims))
  if (bytes.byteLength !== expected)
    throw new NetloomError(
      'onnx.shape',
      `Tensor "${name}" has the extents [${tensor.dims.join(', ')}], which need ${expected} bytes, and ${bytes.byteLength} bytes of data.`,
    )
  if (!externalise || bytes.byteLength < externalise.minimumBytes) return writer.put(fields.rawData, bytes)
  const offset = externalise.write(bytes)
  const entry = (key: string, value: string): MessageWriter =>
    new MessageWriter().put(entryMessage.fields.key, key).put(entryMessage.fields.value, value)
  return writer
    .put(fields.externalData, [
      entry('location', externalise.location),
      entry('offset', String(offset)),
      entry('length', String(bytes.byteLength)),
    ])
    .put(fields.dataLocation, 1)
}

/** The values' own bytes, little-endian on every machine that Netloom runs on; undefined for text. */
function bytesOf(data: TensorData): Uint8Array | undefined {
  return 'buffer' in data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : undefined
}
