// Refuses to train weights that no gradient reaches, as the ONNX engine does; not the gradients themselves.
import { requireSound } from '../../../shared/network/inferDocument'
import { listWeights } from '../../../shared/network/weights'
import type { NetworkDocument } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import type { Recipe } from '../../../shared/training/recipe'

/**
 * A step has no gradient, except by the perceptron rule.
 * @throws NetloomError `autodiff.noGradient` where a threshold stands behind weights that are to be trained
 */
export function requireGradients(document: NetworkDocument, recipe: Recipe): void {
  if (recipe.loss.type === 'perceptron') return
  const inference = requireSound(document)
  const trained = new Set(
    listWeights(inference, recipe.freeze)
      .filter(({ trainable }) => trainable)
      .map(({ nodeId }) => nodeId),
  )
  const behind = new Set<string>()
  for (const { node, definition, sources } of inference.layers.values()) {
    const isBehind = sources.some((source) => behind.has(source.node))
    if (isBehind && definition.type === 'threshold')
      throw new NetloomError(
        'autodiff.noGradient',
        `${definition.title} "${node.id}" has no gradient, and weights before it are to be trained.`,
        { nodeId: node.id, hint: 'Use the loss "perceptron", another activation, or freeze the layers before it.' },
      )
    if (isBehind || trained.has(node.id)) behind.add(node.id)
  }
}
