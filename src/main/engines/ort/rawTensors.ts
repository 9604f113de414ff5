// Numbers to and from ONNX Runtime's tensors, whatever type they have there; not running models.
import type * as ort from 'onnxruntime-node'
import { Tensor as RuntimeTensor } from './silencedRuntime'
import type { OnnxTensor } from '../../../shared/onnx/model'
import type { Tensor } from '../../../shared/onnx/tensor'
import { NetloomError } from '../../../shared/graph/errors'
import { dataTypes, isComputed, isDataType, readNumbers } from '../../../shared/onnx/dataTypes'
import { widenTensor } from '../../../shared/exchange/onnx/widen'

/** Types of inputs that numbers are brought to. */
export const fedTypes = ['float32', 'float16', 'float64', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64'] as const

export type FedType = (typeof fedTypes)[number]

/** A tensor in its own type. @throws NetloomError `onnx.unsupported` for types that ONNX files do not hold */
export function asTensor({ type, dims, data }: ort.Tensor): OnnxTensor {
  if (!isDataType(type) || !isComputed(type))
    throw new NetloomError('onnx.unsupported', `The model gives ${type} values.`, { received: type })
  const values = dataTypes[type].allocate(data.length)
  if (Array.isArray(data) || Array.isArray(values)) return { dataType: type, dims, data: Array.from(data, String) }
  // Copied byte by byte: 16-bit floats are held as patterns, or on newer Node as a Float16Array.
  new Uint8Array(values.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return { dataType: type, dims, data: values }
}

/** Float32 numbers in the type that an input takes. */
export function toRuntime({ dims, data }: Tensor, type: FedType): ort.Tensor {
  switch (type) {
    case 'float32':
      return new RuntimeTensor('float32', data, dims)
    case 'float64':
      return new RuntimeTensor('float64', new Float64Array(data), dims)
    case 'float16':
      return new RuntimeTensor('float16', Uint16Array.from(data, toHalf), dims)
    case 'uint8':
      return new RuntimeTensor('uint8', new Uint8Array(data), dims)
    case 'int8':
      return new RuntimeTensor('int8', Int8Array.from(data), dims)
    case 'uint16':
      return new RuntimeTensor('uint16', Uint16Array.from(data), dims)
    case 'int16':
      return new RuntimeTensor('int16', Int16Array.from(data), dims)
    case 'int32':
      return new RuntimeTensor('int32', new Int32Array(data), dims)
    case 'int64':
      return new RuntimeTensor(
        'int64',
        BigInt64Array.from(Array.from(data, (value) => BigInt(Math.trunc(value)))),
        dims,
      )
    default:
      return type satisfies never
  }
}

/** Whatever numbers an output has as float32. @throws NetloomError `onnx.unsupported` for text */
export function fromRuntime(tensor: ort.Tensor): Tensor {
  const { data, dims } = tensor
  if (data instanceof Float32Array) return { dims, data }
  if (data instanceof Float64Array) return { dims, data: new Float32Array(data) }
  if (tensor.type === 'float16' && !Array.isArray(data)) {
    // Held as patterns, or on newer Node as a Float16Array; both are 16 bits.
    const patterns = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    const widened = widenTensor({ dataType: 'float16', dims, data: patterns }).data
    if (widened instanceof Float32Array) return { dims, data: widened }
  }
  if (tensor.type === 'string')
    throw new NetloomError('onnx.unsupported', 'The model gives text.', { received: tensor.type })
  return { dims, data: new Float32Array(readNumbers(asTensor(tensor))) }
}

const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/** The nearest float16 pattern, ties to even. @see IEEE 754-2019, binary16 */
function toHalf(value: number): number {
  single[0] = value
  const [pattern = 0] = bits
  const sign = (pattern >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (magnitude >= 65_520) return sign | 0x7c00
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.max(magnitude, 2 ** -24))))
  const steps = magnitude / 2 ** (exponent - 10)
  const floor = Math.floor(steps)
  const rest = steps - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  // Normal numbers have the hidden bit 1024; rounding up into the next exponent carries over by itself.
  return sign | (rounded < 1024 ? rounded : rounded - 1024 + ((exponent + 15) << 10))
}
