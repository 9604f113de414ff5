// ONNX models as plain immutable values, close to onnx.proto; not their bytes (bytes.ts), not shapes (inferShapes.ts).

/** Element types by ONNX's names (TensorProto.DataType). */
export type DataType = ComputedType | StoredType

/** Types that files may hold and nothing here computes with. */
export type StoredType =
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float8e8m0'
  | 'float4e2m1'
  | 'uint4'
  | 'int4'
  | 'complex64'
  | 'complex128'

export type ComputedType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'bfloat16'

/**
 * float16 and bfloat16 are held as their 16-bit patterns, bool as 0 or 1; float8 as bytes, types of 4 bits two to a byte,
 * complex numbers as pairs.
 */
export type TensorData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[]

export interface OnnxTensor {
  readonly dataType: DataType
  readonly dims: readonly number[]
  readonly data: TensorData
}

export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'graph'; readonly value: OnnxGraph }
  | { readonly type: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly type: 'graphs'; readonly value: readonly OnnxGraph[] }

export interface OnnxNode {
  readonly opType: string
  /** '' for ONNX's own operators, 'com.microsoft' for ONNX Runtime's. */
  readonly domain: string
  readonly name: string
  /** Value names; '' where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
  /**
   * Types of the outputs for one entry of the batch, where an operator without a shape rule was seen to give them. Not
   * written to files.
   */
  readonly stated?: readonly StatedType[]
}

/** A type without its batch axis. */
export interface StatedType {
  readonly dataType: DataType
  readonly dims: readonly number[]
}

/** An extent, or the name of one that is not fixed (`'N'`). */
export type Dim = number | string

export interface ValueInfo {
  readonly name: string
  readonly dataType: DataType
  /** undefined: the rank is not known. */
  readonly dims?: readonly Dim[]
}

export interface OnnxGraph {
  readonly name: string
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly initializers: ReadonlyMap<string, OnnxTensor>
  /** In an order in which every input stands before its use. */
  readonly nodes: readonly OnnxNode[]
  /** Types stated for inner values, where a file has them. */
  readonly valueInfo?: readonly ValueInfo[]
}

export interface OnnxModel {
  readonly irVersion: number
  /** Operator set version by domain; '' is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>
  readonly producerName: string
  readonly producerVersion: string
  readonly docString?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly graph: OnnxGraph
}

/** The versions that Netloom writes. */
export const writtenIrVersion = 8
export const writtenOpset = 17
/** The producer that they name. */
export const writtenProducer = 'netloom'
