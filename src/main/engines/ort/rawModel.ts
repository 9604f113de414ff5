// Any ONNX model with one input, run on plain numbers on the CPU: for comparing models; classifiers on images are onnxModel.ts.
import type * as ort from 'onnxruntime-node'
import { Tensor as RuntimeTensor } from './silencedRuntime'
import type { OnnxTensor } from '../../../shared/onnx/model'
import type { Tensor } from '../../../shared/onnx/tensor'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { dataTypes, isDataType } from '../../../shared/onnx/dataTypes'
import { widenTensor } from '../../../shared/exchange/onnx/widen'
import { engineError } from './engineError'
import { openSession, type SessionSettings } from './runtime'

/** A model in ONNX Runtime that takes and gives float32 numbers, whatever numbers it takes and computes with. */
export interface RawModel {
  /** Computes one output. @throws NetloomError `engine.failed` */
  run(input: Tensor, output: string): Promise<Tensor>
  /** Computes several outputs at once, in their order. @throws NetloomError `engine.failed` */
  runMany(input: Tensor, outputs: readonly string[]): Promise<readonly Tensor[]>
  dispose(): Promise<void>
}

/** Looking for gains in a graph takes ever longer the more nodes it has, and pays only where they compute much. */
const mostImproved = 2000

/** How a model of so many operators is opened to be run a few times. */
export function settingsForFewRuns(operators: number): Pick<SessionSettings, 'isFinal'> {
  return { isFinal: operators > mostImproved }
}

/**
 * Opens a model by its bytes, or by its path where data lies beside it.
 * @throws NetloomError `engine.failed` where ONNX Runtime refuses it, `onnx.unsupported` for inputs that are no numbers
 */
export async function openRawModel(
  source: Uint8Array | string,
  inputName: string,
  settings: Pick<SessionSettings, 'isFinal'> = {},
): Promise<RawModel> {
  const session = await openSession(source, { device: 'cpu', ...settings })
  const metadata = session.inputMetadata.find(({ name }) => name === inputName)
  const type = fedTypes.find((each) => metadata?.isTensor === true && each === metadata.type)
  if (type === undefined) {
    await session.release()
    const received = metadata?.isTensor === true ? metadata.type : 'no'
    throw new NetloomError('onnx.unsupported', `The input "${inputName}" takes ${received} values.`, {
      expected: fedTypes,
      received,
    })
  }
  const runMany = async (input: Tensor, outputs: readonly string[]): Promise<readonly Tensor[]> => {
    const feed = toRuntime(input, type)
    let results: ort.InferenceSession.OnnxValueMapType
    try {
      results = await session.run({ [inputName]: feed }, outputs)
    } catch (cause) {
      throw engineError('ONNX Runtime stopped in the middle of a run', 'cpu', cause)
    }
    return outputs.map((output) => {
      const result = results[output]
      if (!result) throw new NetloomError('engine.failed', `The model gives no output "${output}".`)
      return fromRuntime(result)
    })
  }
  return {
    async run(input, output) {
      const [result] = await runMany(input, [output])
      if (!result) throw internalError('one output was asked for and none came')
      return result
    },
    runMany,
    dispose: () => session.release(),
  }
}

/** Types of inputs that numbers are brought to. */
const fedTypes = ['float32', 'float16', 'float64', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64'] as const

/** Computes outputs of a model without inputs, in their own types. @throws NetloomError `engine.failed`, `onnx.unsupported` */
export async function computeOutputs(
  bytes: Uint8Array,
  names: readonly string[],
): Promise<ReadonlyMap<string, OnnxTensor>> {
  const session = await openSession(bytes, { device: 'cpu' })
  try {
    const results = await session.run({}, [...names])
    return new Map(
      names.flatMap((name): [string, OnnxTensor][] => {
        const result = results[name]
        return result ? [[name, asTensor(result)]] : []
      }),
    )
  } catch (cause) {
    if (cause instanceof NetloomError) throw cause
    throw engineError('ONNX Runtime stopped in the middle of a run', 'cpu', cause)
  } finally {
    await session.release()
  }
}

function asTensor({ type, dims, data }: ort.Tensor): OnnxTensor {
  if (!isDataType(type))
    throw new NetloomError('onnx.unsupported', `The model gives ${type} values.`, { received: type })
  const values = dataTypes[type].allocate(data.length)
  if (Array.isArray(data) || Array.isArray(values)) return { dataType: type, dims, data: Array.from(data, String) }
  // Copied byte by byte: 16-bit floats are held as patterns, or on newer Node as a Float16Array.
  new Uint8Array(values.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return { dataType: type, dims, data: values }
}

function toRuntime({ dims, data }: Tensor, type: (typeof fedTypes)[number]): ort.Tensor {
  switch (type) {
    case 'float32':
      return new RuntimeTensor('float32', data, dims)
    case 'float64':
      return new RuntimeTensor('float64', Float64Array.from(data), dims)
    case 'float16':
      return new RuntimeTensor('float16', Uint16Array.from(data, toHalf), dims)
    case 'uint8':
      return new RuntimeTensor('uint8', Uint8Array.from(data), dims)
    case 'int8':
      return new RuntimeTensor('int8', Int8Array.from(data), dims)
    case 'uint16':
      return new RuntimeTensor('uint16', Uint16Array.from(data), dims)
    case 'int16':
      return new RuntimeTensor('int16', Int16Array.from(data), dims)
    case 'int32':
      return new RuntimeTensor('int32', Int32Array.from(data), dims)
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

function fromRuntime(tensor: ort.Tensor): Tensor {
  const { data, dims } = tensor
  if (data instanceof Float32Array) return { dims, data }
  if (data instanceof Float64Array) return { dims, data: Float32Array.from(data) }
  if (tensor.type === 'float16' && !Array.isArray(data)) {
    // Held as patterns, or on newer Node as a Float16Array; both are 16 bits.
    const patterns = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    const widened = widenTensor({ dataType: 'float16', dims, data: patterns }).data
    if (widened instanceof Float32Array) return { dims, data: widened }
  }
  throw new NetloomError('onnx.unsupported', `The model gives ${tensor.type} values.`, { received: tensor.type })
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
