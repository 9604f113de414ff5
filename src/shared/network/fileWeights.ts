// The weights of a document picked from its weights file, under the present paths of its layers; not the file (main/models).
import type { Tensor, TensorMap } from '../onnx/tensor'
import type { NetworkDocument } from '../graph/document'
import { findFilePath } from '../graph/weightPaths'
import { inferDocument, type FindLayer } from './inferDocument'
import { isSameShape, listWeights } from './weights'

/** What of a weights file a document can use. */
export interface PickedWeights {
  /** By the present paths, where the shape is that of the layer. */
  readonly weights: ReadonlyMap<string, Tensor>
  /** Paths of the document's weights that the file does not have, or has in another shape: they start anew. */
  readonly missing: readonly string[]
  /** Names in the file that no layer takes. */
  readonly unused: readonly string[]
}

/** Picks from the tensors of a weights file those that still fit the document, which may have been edited since. */
export function pickWeights(document: NetworkDocument, file: TensorMap, findLayer?: FindLayer): PickedWeights {
  const weights = new Map<string, Tensor>()
  const missing: string[] = []
  const used = new Set<string>()
  for (const { path, shape } of listWeights(inferDocument(document, findLayer))) {
    const cut = path.lastIndexOf('/')
    const layer = findFilePath(document.weightPaths, path.slice(0, cut))
    const name = layer === undefined ? undefined : `${layer}${path.slice(cut)}`
    const tensor = name === undefined ? undefined : file.get(name)
    if (tensor && name !== undefined && isSameShape(tensor.dims, shape)) {
      weights.set(path, tensor)
      used.add(name)
    } else missing.push(path)
  }
  return { weights, missing, unused: [...file.keys()].filter((name) => !used.has(name)) }
}
