// ONNX's element types: their numbers in a file, their sizes and the arrays that hold them; not how they are stored (bytes.ts).
import { NetloomError } from '../graph/errors'
import type { ComputedType, DataType, OnnxTensor, StoredType, TensorData } from './model'

interface DataTypeFacts {
  /** TensorProto.DataType. */
  readonly code: number
  /** 0 for strings, which have no fixed size; 0.5 for types of 4 bits. */
  readonly bytesPerElement: number
  /** An array for `length` elements of zero (empty strings). */
  allocate(length: number): Exclude<TensorData, readonly string[]> | string[]
}

/** One line per element type. @see onnx.proto of ONNX 1.18, TensorProto.DataType */
const computedTypes: { readonly [Name in ComputedType]: DataTypeFacts } = {
  float32: { code: 1, bytesPerElement: 4, allocate: (length) => new Float32Array(length) },
  uint8: { code: 2, bytesPerElement: 1, allocate: (length) => new Uint8Array(length) },
  int8: { code: 3, bytesPerElement: 1, allocate: (length) => new Int8Array(length) },
  uint16: { code: 4, bytesPerElement: 2, allocate: (length) => new Uint16Array(length) },
  int16: { code: 5, bytesPerElement: 2, allocate: (length) => new Int16Array(length) },
  int32: { code: 6, bytesPerElement: 4, allocate: (length) => new Int32Array(length) },
  int64: { code: 7, bytesPerElement: 8, allocate: (length) => new BigInt64Array(length) },
  string: { code: 8, bytesPerElement: 0, allocate: (length) => Array.from({ length }, () => '') },
  bool: { code: 9, bytesPerElement: 1, allocate: (length) => new Uint8Array(length) },
  float16: { code: 10, bytesPerElement: 2, allocate: (length) => new Uint16Array(length) },
  float64: { code: 11, bytesPerElement: 8, allocate: (length) => new Float64Array(length) },
  uint32: { code: 12, bytesPerElement: 4, allocate: (length) => new Uint32Array(length) },
  uint64: { code: 13, bytesPerElement: 8, allocate: (length) => new BigUint64Array(length) },
  bfloat16: { code: 16, bytesPerElement: 2, allocate: (length) => new Uint16Array(length) },
}

const allocateBytes = (length: number) => new Uint8Array(length)
const allocateHalfBytes = (length: number) => new Uint8Array(Math.ceil(length / 2))

const storedTypes: { readonly [Name in StoredType]: DataTypeFacts } = {
  complex64: { code: 14, bytesPerElement: 8, allocate: (length) => new Float32Array(2 * length) },
  complex128: { code: 15, bytesPerElement: 16, allocate: (length) => new Float64Array(2 * length) },
  float8e4m3fn: { code: 17, bytesPerElement: 1, allocate: allocateBytes },
  float8e4m3fnuz: { code: 18, bytesPerElement: 1, allocate: allocateBytes },
  float8e5m2: { code: 19, bytesPerElement: 1, allocate: allocateBytes },
  float8e5m2fnuz: { code: 20, bytesPerElement: 1, allocate: allocateBytes },
  uint4: { code: 21, bytesPerElement: 0.5, allocate: allocateHalfBytes },
  int4: { code: 22, bytesPerElement: 0.5, allocate: allocateHalfBytes },
  float4e2m1: { code: 23, bytesPerElement: 0.5, allocate: allocateHalfBytes },
  float8e8m0: { code: 24, bytesPerElement: 1, allocate: allocateBytes },
}

/** One line per element type, those that only files hold included. */
export const dataTypes: { readonly [Name in DataType]: DataTypeFacts } = { ...computedTypes, ...storedTypes }

const namesByCode = new Map<number, DataType>()
for (const name of Object.keys(dataTypes)) if (isDataType(name)) namesByCode.set(dataTypes[name].code, name)

/** Whether a name is one of an element type. */
export function isDataType(name: string): name is DataType {
  return Object.hasOwn(dataTypes, name)
}

/** Whether values of a type are computed with here; others are held and counted only. */
export function isComputed(dataType: DataType): dataType is ComputedType {
  return Object.hasOwn(computedTypes, dataType)
}

/** The element type with the number `code`. @throws NetloomError `onnx.unsupported` for a number of no type */
export function dataTypeOfCode(code: number, who: string): DataType {
  const name = namesByCode.get(code)
  if (name === undefined) throw refuseType(who, code)
  return name
}

/**
 * The same, where values of it are computed with.
 * @throws NetloomError `onnx.unsupported` also for complex, float8 and 4-bit types
 */
export function computedTypeOfCode(code: number, who: string): ComputedType {
  const name = dataTypeOfCode(code, who)
  if (!isComputed(name)) throw refuseType(who, code, name)
  return name
}

function refuseType(who: string, code: number, name?: DataType): NetloomError {
  const computed = Object.entries(computedTypes).map(([type, { code: number }]) => `${number} (${type})`)
  const type = name === undefined ? `${code}` : `${code} (${name})`
  return new NetloomError('onnx.unsupported', `${who}: element type ${type} is not supported.`, {
    received: code,
    hint: `Supported are ${computed.join(', ')}.`,
  })
}

/** Bytes of `count` elements; 0 for strings, which have no fixed size. */
export function sizeInBytes(dataType: DataType, count: number): number {
  return Math.ceil(count * dataTypes[dataType].bytesPerElement)
}

/** True for the types whose values are whole numbers or truth values, as shapes and indices are. */
export function isWholeType(dataType: DataType): boolean {
  return isComputed(dataType) && !['float32', 'float64', 'float16', 'bfloat16', 'string'].includes(dataType)
}

/** Number of elements of a tensor: the product of its extents, 1 for a scalar. */
export function countDims(dims: readonly number[]): number {
  let product = 1
  for (const extent of dims) product *= extent
  return product
}

/**
 * The values of a numeric tensor as numbers; 64-bit values beyond 2^53 are rounded, which keeps "to the end" sentinels large.
 * float16 and bfloat16 patterns are converted to the values they stand for.
 */
export function readNumbers(tensor: OnnxTensor): number[] {
  const convert =
    tensor.dataType === 'float16' ? halfToNumber : tensor.dataType === 'bfloat16' ? brainToNumber : undefined
  const values = Array.from<number | bigint | string, number>(tensor.data, Number)
  return convert ? values.map(convert) : values
}

/** The value of a float16 pattern. @see IEEE 754-2019, binary16 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function brainToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, (bits << 16) >>> 0)
  return view.getFloat32(0)
}
