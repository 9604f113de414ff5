// Edits that fit a trained network to other classes: a new head, everything before it frozen; not the training (trainer/).
import type { NetworkDocument, NodeId } from '../graph/document'
import type { Edit } from '../graph/edits'
import { applyEdit } from '../graph/edits'
import { NetloomError } from '../graph/errors'
import { findCountingLayer, setClassCount } from '../network/classCount'
import { requireSound, type FindLayer, type InferredNode, type SoundInference } from '../network/inferDocument'

/** The layer that decides the number of classes. @throws NetloomError `dataset.classes` where no single layer does */
export function findHead(document: NetworkDocument, findLayer?: FindLayer): NodeId {
  const inference = requireSound(document, findLayer)
  const head = findCountingLayer(inference, inference.outputNode)
  if (head) return head.node.id
  const { id } = inference.outputNode.node
  throw new NetloomError('dataset.classes', `No layer before "${id}" decides the number of classes.`, {
    nodeId: id,
    hint: 'End the network with a dense layer.',
  })
}

/**
 * The edit that gives the network a head for other classes: its last dense layer (or convolution) gets so many outputs and
 * starts from random weights, also where the number stays.
 * @param classes names of the new classes, or how many there are
 * @throws NetloomError the first error of the document; `dataset.classes` where no single layer decides the outputs
 */
export function replaceHead(
  document: NetworkDocument,
  classes: readonly string[] | number,
  findLayer?: FindLayer,
): Edit {
  const head = findHead(document, findLayer)
  const count = typeof classes === 'number' ? classes : classes.length
  const params = setClassCount(document, count, findLayer).nodes.find(({ id }) => id === head)?.params ?? {}
  const edits: Edit[] = [
    { type: 'setParams', id: head, params },
    { type: 'setFrozen', id: head, frozen: undefined },
    { type: 'setClasses', classes: typeof classes === 'number' ? undefined : classes },
  ]
  if (document.weights !== undefined)
    edits.push({ type: 'setWeightPaths', weightPaths: { ...document.weightPaths, [head]: null } })
  return { type: 'batch', edits }
}

/**
 * The edit that freezes all that leads to some nodes, or unfreezes all: nodes with weights only.
 * @param kept nodes that go on learning, with all behind them; left out: the head
 */
export function freezeBefore(document: NetworkDocument, kept?: ReadonlySet<NodeId>, findLayer?: FindLayer): Edit {
  const inference = requireSound(document, findLayer)
  const learning = listBehind(inference, kept ?? new Set([findHead(document, findLayer)]))
  const edits = document.nodes.flatMap(({ id, frozen }): Edit[] => {
    const hasWeights = (inference.nodes.get(id)?.weights.length ?? 0) > 0
    const wanted = hasWeights && !learning.has(id) ? true : undefined
    return (frozen ?? undefined) === wanted ? [] : [{ type: 'setFrozen', id, frozen: wanted }]
  })
  return { type: 'batch', edits }
}

/** Some nodes and all that they lead to. */
function listBehind({ nodes }: SoundInference, starts: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const found = new Set(starts)
  for (const { node, inputNames } of nodes.values()) if (inputNames.some((name) => found.has(name))) found.add(node.id)
  return found
}

/** A part of a network that is frozen or unfrozen as one: nodes whose names begin alike, or a node by itself. */
export interface NetworkStage {
  readonly name: string
  readonly ids: readonly NodeId[]
  /** Values that training fits. */
  readonly parameters: number
  readonly frozen: 'all' | 'some' | 'none'
}

/** The stages of a network in the order of the data: nodes with weights by the first part of their names. */
export function listStages(document: NetworkDocument, findLayer?: FindLayer): readonly NetworkStage[] {
  const stages = new Map<string, InferredNode[]>()
  for (const node of requireSound(document, findLayer).nodes.values()) {
    if (node.weights.length === 0) continue
    const [name = node.node.id] = node.node.id.split('/')
    const held = stages.get(name)
    if (held) held.push(node)
    else stages.set(name, [node])
  }
  return Array.from(stages, ([name, nodes]) => {
    const frozen = nodes.filter(({ node }) => node.frozen).length
    const parameters = nodes.reduce((sum, { weights }) => sum + countTrained(weights), 0)
    const state = frozen === nodes.length ? 'all' : frozen > 0 ? 'some' : 'none'
    return { name, ids: nodes.map(({ node }) => node.id), parameters, frozen: state }
  })
}

function countTrained(weights: InferredNode['weights']): number {
  return weights.reduce(
    (sum, { shape, trainable }) => sum + (trainable ? shape.reduce((product, extent) => product * extent, 1) : 0),
    0,
  )
}

/** Head and freezing in one edit. */
export function prepareTransfer(
  document: NetworkDocument,
  classes: readonly string[] | number,
  freezeBody: boolean,
  findLayer?: FindLayer,
): Edit {
  const head = replaceHead(document, classes, findLayer)
  if (!freezeBody) return head
  const changed = applyEdit(document, head)
  return { type: 'batch', edits: [head, freezeBefore(changed, undefined, findLayer)] }
}
