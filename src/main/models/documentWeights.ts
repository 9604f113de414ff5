// The weights beside a document: which file it names, and what that file holds; not what is computed with them (openModel.ts).
import { dirname, isAbsolute, join } from 'node:path'
import { pickWeights, type PickedWeights } from '../../shared/network/fileWeights'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import type { OnnxModel } from '../../shared/onnx/model'
import type { Tensor, TensorMap } from '../../shared/onnx/tensor'
import { parseSafetensors } from '../../shared/training/safetensors'
import { readBytes } from '../runs/runFolder'
import { readOnnxModel } from './onnxFiles'

/**
 * The weights of a document, from the file that it names; those that the file lacks or has in another shape are left out.
 * @throws NetloomError model.weights where it names none, file.read, weights.malformed, onnx.malformed
 */
export async function readDocumentWeights(path: string, document: NetworkDocument): Promise<TensorMap> {
  return (await pickDocumentWeights(path, document)).weights
}

/**
 * The same with the weights that the file lacks.
 * @throws NetloomError as readDocumentWeights
 */
export async function pickDocumentWeights(path: string, document: NetworkDocument): Promise<PickedWeights> {
  return pickWeights(document, await readWeightsFile(weightsFileOf(path, document)))
}

/** The file that a document names for its weights. @throws NetloomError model.weights where it names none */
export function weightsFileOf(path: string, { weights }: NetworkDocument): string {
  if (weights === undefined)
    throw new NetloomError('model.weights', `"${path}" is a network without weights.`, {
      path,
      received: path,
      hint: 'Train it first.',
    })
  return isAbsolute(weights) ? weights : join(dirname(path), weights)
}

/** All tensors of a weights file: safetensors, or a model that Netloom wrote. @throws NetloomError file.read, weights.malformed, onnx.* */
export async function readWeightsFile(file: string): Promise<TensorMap> {
  if (/\.onnx$/i.test(file)) return weightsOf(await readOnnxModel(file))
  return parseSafetensors(await readBytes(file)).tensors
}

/** The float32 initialisers of a model that Netloom wrote: its weights by path. */
export function weightsOf(model: OnnxModel): TensorMap {
  const weights = new Map<string, Tensor>()
  for (const [name, { dims, data }] of model.graph.initializers)
    if (data instanceof Float32Array) weights.set(name, { dims, data })
  return weights
}
