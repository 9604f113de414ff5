// Safetensors files as bytes and back, with every length and offset checked; not files on a disk.
import type { Tensor, TensorMap } from '../onnx/tensor'
import { NetloomError } from '../graph/errors'

declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string }

/** A header longer than this is taken for a broken file, as in the reference implementation. */
const maximalHeaderBytes = 100_000_000

export interface SafetensorsContent {
  readonly tensors: TensorMap
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Writes tensors as float32 (F32), in the order of the map.
 * @returns the file in pieces, to be written one after another; the tensors' own memory, not copied.
 *   Hosts are little-endian, as every machine that ONNX Runtime is built for.
 * @see https://github.com/huggingface/safetensors/tree/v0.6.2#format
 */
export function encodeSafetensors(tensors: TensorMap, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const header: [string, unknown][] = [['__metadata__', metadata]]
  const pieces: Uint8Array[] = []
  let offset = 0
  for (const [name, { dims, data }] of tensors) {
    header.push([name, { dtype: 'F32', shape: dims, data_offsets: [offset, offset + data.byteLength] }])
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    offset += data.byteLength
  }
  return [encodeHeader(JSON.stringify(Object.fromEntries(header))), ...pieces]
}

/** Length (8 bytes, little-endian) and text, padded with spaces to a multiple of 8 so that the data is aligned. */
function encodeHeader(json: string): Uint8Array {
  const ascii = json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const text = ascii.padEnd(Math.ceil(ascii.length / 8) * 8, ' ')
  const bytes = new Uint8Array(8 + text.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  for (let i = 0; i < text.length; i++) bytes[8 + i] = text.charCodeAt(i)
  return bytes
}

function malformed(rule: string, details: { expected?: unknown; received?: unknown } = {}): NetloomError {
  return new NetloomError('weights.malformed', `The weights file is not a whole safetensors file: ${rule}.`, details)
}

/**
 * Reads a safetensors file. F16, BF16, F64 and whole numbers are widened or rounded to float32;
 * float32 tensors are views of `bytes` where they are aligned.
 * @throws NetloomError weights.malformed: header, offsets, overlaps, gaps, lengths or element types
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsContent {
  const { header, dataStart } = parseHeader(bytes)
  const metadata = parseMetadata(header['__metadata__'])
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value))
  checkCoverage(entries, bytes.length - dataStart)
  const tensors = new Map<string, Tensor>()
  for (const { name, type, dims, begin, end } of entries) {
    const data = type.read(bytes.subarray(dataStart + begin, dataStart + end))
    tensors.set(name, { dims, data })
  }
  return { tensors, metadata }
}

function parseHeader(bytes: Uint8Array): { header: Readonly<Record<string, unknown>>; dataStart: number } {
  if (bytes.length < 8) throw malformed(`it holds ${bytes.length} bytes, and 8 for the header's length are needed`)
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(maximalHeaderBytes))
    throw malformed(`its header would have ${length} bytes, and ${maximalHeaderBytes} are the most`)
  const dataStart = 8 + Number(length)
  if (dataStart > bytes.length)
    throw malformed(`its header ends at byte ${dataStart}, and the file has ${bytes.length} bytes`)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, dataStart)))
  } catch (cause) {
    throw new NetloomError('weights.malformed', 'The weights file is not a safetensors file: its header is not JSON.', {
      cause,
    })
  }
  if (!isRecord(header)) throw malformed('its header is not a JSON object')
  return { header, dataStart }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isRecord(value)) throw malformed('__metadata__ is not a JSON object')
  const metadata = Object.create(null) as Record<string, string> // no prototype: a key may be `__proto__`
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw malformed(`the metadata "${key}" is not a string`)
    metadata[key] = text
  }
  return metadata
}

interface Entry {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  /** Bytes from the start of the data. */
  readonly begin: number
  readonly end: number
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 // isSafeInteger is true only of numbers
}

function parseEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw malformed(`the entry of tensor "${name}" is not a JSON object`)
  const { dtype, shape, data_offsets: offsets } = value
  const type = typeof dtype === 'string' ? elementTypes.get(dtype) : undefined
  if (!type) {
    const known = [...elementTypes.keys()].join(', ')
    throw malformed(`tensor "${name}" has element type ${JSON.stringify(dtype)}, and known are ${known}`)
  }
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw malformed(`tensor "${name}" has shape ${JSON.stringify(shape)}`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    throw malformed(`tensor "${name}" has data offsets ${JSON.stringify(offsets)}`)
  const [begin = 0, end = 0] = offsets
  const needed = shape.reduce((product, extent) => product * extent, type.bytes)
  if (end - begin !== needed)
    throw malformed(
      `tensor "${name}" of shape [${shape.join(', ')}] needs ${needed} bytes, and its offsets ${begin} to ${end} hold ${end - begin}`,
      { expected: needed, received: end - begin },
    )
  return { name, type, dims: shape, begin, end }
}

/** Every byte of the data belongs to exactly one tensor. */
function checkCoverage(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0
  let before: Entry | undefined
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { name, begin, end } = entry
    if (end > dataBytes)
      throw malformed(`tensor "${name}" ends at byte ${end} of the data, and the file holds ${dataBytes}`)
    if (begin < covered && before) throw malformed(`tensors "${before.name}" and "${name}" overlap at byte ${begin}`)
    if (begin > covered) throw malformed(`bytes ${covered} to ${begin} of the data belong to no tensor`)
    covered = end
    before = entry
  }
  if (covered !== dataBytes) throw malformed(`bytes ${covered} to ${dataBytes} of the data belong to no tensor`)
}

interface ElementType {
  readonly bytes: number
  read(bytes: Uint8Array): Float32Array
}

function readEach(size: number, at: (view: DataView, offset: number) => number): ElementType {
  return {
    bytes: size,
    read(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return Float32Array.from({ length: bytes.byteLength / size }, (_, index) => at(view, index * size))
    },
  }
}

const float32: ElementType = {
  bytes: 4,
  read(bytes) {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
    return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4)
  },
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function widenFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

const widening = new DataView(new ArrayBuffer(4))

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(bits: number): number {
  widening.setUint32(0, bits * 0x10000)
  return widening.getFloat32(0)
}

const elementTypes: ReadonlyMap<string, ElementType> = new Map([
  ['F32', float32],
  ['F16', readEach(2, (view, offset) => widenFloat16(view.getUint16(offset, true)))],
  ['BF16', readEach(2, (view, offset) => widenBfloat16(view.getUint16(offset, true)))],
  ['F64', readEach(8, (view, offset) => view.getFloat64(offset, true))],
  ['I64', readEach(8, (view, offset) => Number(view.getBigInt64(offset, true)))],
  ['I32', readEach(4, (view, offset) => view.getInt32(offset, true))],
  ['I16', readEach(2, (view, offset) => view.getInt16(offset, true))],
  ['I8', readEach(1, (view, offset) => view.getInt8(offset))],
  ['U8', readEach(1, (view, offset) => view.getUint8(offset))],
  ['BOOL', readEach(1, (view, offset) => view.getUint8(offset))],
])
