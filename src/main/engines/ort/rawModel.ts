// Any ONNX model with one input, run on plain numbers on the CPU: for comparing models; classifiers on images are onnxModel.ts.
import type * as ort from 'onnxruntime-node'
import { isComputed, isDataType } from '../../../shared/onnx/dataTypes'
import type { DataType, OnnxTensor } from '../../../shared/onnx/model'
import type { Tensor } from '../../../shared/onnx/tensor'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { engineError } from './engineError'
import { asTensor, fedTypes, fromRuntime, toRuntime } from './rawTensors'
import { openSession, type SessionSettings } from './runtime'

/** A model in ONNX Runtime that takes and gives float32 numbers, whatever numbers it takes and computes with. */
export interface RawModel {
  /** Computes one output. @throws NetloomError `engine.failed` */
  run(input: Tensor, output: string): Promise<Tensor>
  /** Computes several outputs at once, in their order. @throws NetloomError `engine.failed` */
  runMany(input: Tensor, outputs: readonly string[]): Promise<readonly Tensor[]>
  /** The type of an output as the model gives it; undefined where it is no tensor of numbers or texts. */
  typeOf(output: string): DataType | undefined
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
    typeOf(output) {
      const metadata = session.outputMetadata.find(({ name }) => name === output)
      return metadata?.isTensor === true && isDataType(metadata.type) && isComputed(metadata.type)
        ? metadata.type
        : undefined
    },
    dispose: () => session.release(),
  }
}

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
