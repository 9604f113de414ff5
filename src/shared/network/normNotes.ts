// What becomes of batch norms where a trained network is trained further, as every door says it before it begins; not what is frozen (weights.ts).
import { countOf } from '../graph/printNumbers'
import { matchPatterns } from '../graph/layerPatterns'
import type { NetworkDocument } from '../graph/document'
import { inferDocument, type Inference } from './inferDocument'
import { isFrozen } from './weights'

/** So many convolutions without any norm are a network whose norms were folded, or one from before there were any. */
const manyConvolutions = 8

const isNorm = (type: string): boolean => /norm/iu.test(type)

function frozenNote({ layers }: Inference, freeze: readonly string[]): string | undefined {
  const matches = matchPatterns(freeze)
  const norms = [...layers.values()].filter(({ node }) => node.type === 'batchNorm' && isFrozen(node, matches))
  if (norms.length === 0) return undefined
  return `${countOf(norms.length, 'batch norm')} of frozen layers ${norms.length === 1 ? 'keeps its' : 'keep their'} running statistics, those of the images that the network was first trained on.`
}

function foldedNote({ layers }: Inference): string | undefined {
  const nodes = [...layers.values()].map(({ node }) => node)
  const convolutions = nodes.filter(({ type }) => type === 'conv2d')
  const mayBeFolded = convolutions.every(({ params }) => params['bias'] !== false)
  if (convolutions.length < manyConvolutions || !mayBeFolded || nodes.some(({ type }) => isNorm(type))) return undefined
  return 'This network has no batch norms; exporters fold them into the convolutions before them. Without them, training further wants a smaller learning rate.'
}

/**
 * Remarks on the batch norms of a network that goes on from trained weights; none where it starts anew.
 * @param isTrained whether it has weights to go on from
 * @param freeze patterns of layers that the recipe freezes beside those of the document
 */
export function findNormNotes(
  document: NetworkDocument,
  isTrained: boolean,
  freeze: readonly string[],
): readonly string[] {
  if (!isTrained) return []
  const inference = inferDocument(document)
  return [frozenNote(inference, freeze), foldedNote(inference)].filter((note) => note !== undefined)
}
