// Any ONNX classifier for prediction, whoever wrote it; documents are opened by predictionSession.ts.
import { readFile } from 'node:fs/promises'
import { adaptToWebGpu } from '../../../shared/targets/webgpu'
import type { DeviceName } from '../../../shared/training/deviceNames'
import type { PredictionSession } from '../../../shared/training/computeEngine'
import type { InputScaling } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import type { Shape } from '../../../shared/graph/shape'
import { decodeModel, encodeModel } from '../../../shared/onnx/bytes'
import { OrtPrediction } from './predictionSession'
import { openSession, resolveDevice } from './runtime'

/** A prediction session on an ONNX file, with what it says of its own shapes. */
export interface OnnxPrediction extends PredictionSession {
  /** One image's input: [C, H, W]. */
  readonly inputShape: Shape
  /** Outputs per image. */
  readonly outputCount: number
}

/** The first operator set whose Pad and Slice take their numbers as inputs and whose ReduceSum takes its axes so. */
const adaptableOpset = 13

/**
 * A model as WebGPU computes it rightly.
 * @throws NetloomError `engine.device` where it is too old for that, `onnx.externalData` where its weights lie in other files
 */
async function adaptModel(source: Uint8Array | string): Promise<Uint8Array> {
  const model = decodeModel(typeof source === 'string' ? await readFile(source) : source)
  const opset = model.opsets[''] ?? 1
  if (opset >= adaptableOpset) return encodeModel({ ...model, graph: adaptToWebGpu(model.graph) })
  throw new NetloomError(
    'engine.device',
    `The model is of operator set ${opset}; on webgpu Netloom runs those from ${adaptableOpset} on.`,
    { expected: adaptableOpset, received: opset, hint: 'Use the device cpu.' },
  )
}

/**
 * Opens any ONNX classifier with one image input.
 * @param source its bytes, or its path where weights may lie in files beside it
 * @param scaling applied on the host: the model gets `(pixel / 255 - mean) / deviation`
 * @throws NetloomError `onnx.unsupported` where the input is not images; on WebGPU also as `adaptModel`
 */
export async function openOnnxModel(
  source: Uint8Array | string,
  scaling: InputScaling,
  device: DeviceName,
): Promise<OnnxPrediction> {
  const target = resolveDevice(device)
  const session = await openSession(target === 'webgpu' ? await adaptModel(source) : source, { device: target })
  const [input, ...more] = session.inputMetadata
  const [output] = session.outputMetadata
  const shape = input?.isTensor ? input.shape.slice(1) : []
  const fixed = shape.filter((extent): extent is number => typeof extent === 'number')
  if (more.length > 0 || !input?.isTensor || fixed.length !== 3 || input.type !== 'float32') {
    await session.release()
    const found = session.inputMetadata.map((each) =>
      each.isTensor ? `${each.name} [${each.shape.join(', ')}]` : each.name,
    )
    throw new NetloomError(
      'onnx.unsupported',
      `The model takes ${found.join(', ')}; Netloom feeds one float32 input [N, C, H, W] of fixed C, H and W.`,
      {
        received: found,
        hint: 'Export it with one image input of a fixed size.',
      },
    )
  }
  const outputs = output?.isTensor ? output.shape.slice(1).map(Number) : []
  const outputCount = outputs.reduce((product, extent) => product * extent, 1)
  const prediction = new OrtPrediction(session, target, fixed, { scaling })
  return Object.assign(prediction, { inputShape: fixed, outputCount })
}
