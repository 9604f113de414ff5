// Which weights a document has, which of them training leaves alone, and whether given ones fit; not their values (initialise.ts).
import { matchPatterns } from '../graph/layerPatterns'
import type { NetworkNode } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import type { TensorMap } from '../onnx/tensor'
import type { WeightSpec } from '../layers/define'
import type { Inference } from './inferDocument'

/** A weight of a document, under the path that names it in files and in ONNX. */
export interface DocumentWeight {
  /** `<node id>/<weight name>`. */
  readonly path: string
  readonly nodeId: string
  /** Extents in ONNX's layout. */
  readonly shape: readonly number[]
  readonly spec: WeightSpec
  /** Whether a gradient step may change it: a trainable weight of a layer that is not frozen. */
  readonly trainable: boolean
}

/** Whether a layer keeps its weights while training: marked so in the document, or named by a pattern. */
export function isFrozen(node: NetworkNode, matches: (id: string) => boolean = () => false): boolean {
  return node.frozen === true || matches(node.id)
}

/** All weights of an inferred document, in the order of its layers and then of each layer's own list. */
export function listWeights(inference: Inference, freeze: readonly string[] = []): readonly DocumentWeight[] {
  const matches = matchPatterns(freeze)
  const weights: DocumentWeight[] = []
  for (const { node, weights: specs } of inference.layers.values()) {
    const frozen = isFrozen(node, matches)
    for (const spec of specs) {
      weights.push({
        path: `${node.id}/${spec.name}`,
        nodeId: node.id,
        shape: spec.shape,
        spec,
        trainable: spec.trainable && !frozen,
      })
    }
  }
  return weights
}

/** Whether two lists of extents are the same. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis])
}

/**
 * Compares weights from a file with those of a document.
 * @returns an error of code `weights.mismatch` for each missing one and each of another shape, and one warning that
 * counts those that belong to no layer
 */
export function checkWeights(wanted: readonly DocumentWeight[], given: TensorMap): readonly Issue[] {
  const issues: Issue[] = []
  for (const { path, nodeId, shape } of wanted) {
    const tensor = given.get(path)
    if (!tensor) {
      const hint = 'Take the weights of this network, or train it anew.'
      issues.push(
        errorIssue('weights.mismatch', `The weight "${path}" is missing.`, { nodeId, path, expected: shape, hint }),
      )
    } else if (!isSameShape(tensor.dims, shape)) {
      const [received, expected] = [tensor.dims, shape].map((dims) => `[${dims.join(', ')}]`)
      const message = `The weight "${path}" has the shape ${received}, its layer wants ${expected}.`
      const hint = 'Set the layer as it was when the weights were made, or train it anew.'
      issues.push(
        errorIssue('weights.mismatch', message, { nodeId, path, expected: shape, received: tensor.dims, hint }),
      )
    }
  }
  const paths = new Set(wanted.map(({ path }) => path))
  const extra = [...given.keys()].filter((path) => !paths.has(path))
  if (extra.length > 0) {
    const message = `${extra.length} of ${given.size} weights belong to no layer (first: "${extra[0]}").`
    issues.push({ level: 'warning', code: 'weights.mismatch', message, received: extra })
  }
  return issues
}
