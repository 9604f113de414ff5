// A network cut where its frozen part ends, so that the part before the cut need not be differentiated; not what is frozen (weights.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference } from '../graph/document'
import { parseNodeId } from '../graph/nodeId'
import type { Shape } from '../graph/shape'
import { portsOf } from '../layers/define'
import { inferDocument, type FindLayer, type InferredLayer, type Inference } from '../network/inferDocument'
import { isFrozen } from '../network/weights'
import { matchPatterns } from '../graph/layerPatterns'

/** Both parts of a network, as documents of primitive layers under the paths that they have in the whole. */
export interface SplitNetwork {
  /** From the input to the last layer that neither changes nor draws at random while training. */
  readonly body: NetworkDocument
  /** The rest, with an input of the body's output shape. */
  readonly head: NetworkDocument
  /** The output of the body for one image. */
  readonly featureShape: Shape
  /** Multiply-accumulates of the body and of the whole, for one image. */
  readonly bodyMacs: number
  readonly macs: number
}

/**
 * Cuts a network at its last frozen bottleneck: a layer through which all paths lead and before which nothing is trained.
 * @param freeze ids of layers that are frozen beside those the document freezes; `*` stands for any characters
 * @returns undefined where nothing that multiplies lies before such a layer, or nothing is trained
 */
export function splitFrozen(
  document: NetworkDocument,
  freeze: readonly string[],
  findLayer?: FindLayer,
): SplitNetwork | undefined {
  const inference = inferDocument(document, findLayer)
  const fixed = findFixedLayers(inference, freeze)
  const cut = findCut(inference, fixed)
  if (cut === undefined) return undefined
  const layer = inference.layers.get(cut)
  const [featureShape] = layer?.outputs ?? []
  if (!layer || !featureShape || layer.outputs.length !== 1 || (featureShape.length !== 1 && featureShape.length !== 3))
    return undefined
  const before = listBefore(inference, cut)
  const macsOf = (layers: Iterable<InferredLayer>): number =>
    Array.from(layers, countMacs).reduce((sum, macs) => sum + macs, 0)
  const bodyMacs = macsOf([...inference.layers.values()].filter(({ node }) => before.has(node.id)))
  if (bodyMacs === 0) return undefined
  return {
    body: { ...bare(document), ...listGraph(inference, (id) => before.has(id)) },
    head: { ...bare(document), ...headGraph(inference, before, cut, featureShape) },
    featureShape,
    bodyMacs,
    macs: macsOf(inference.layers.values()),
  }
}

/** What both parts share with the whole; the blocks are open. */
function bare({ format, version, name, classes }: NetworkDocument): Omit<NetworkDocument, 'nodes' | 'edges'> {
  return { format, version, name, ...(classes ? { classes } : {}) }
}

function countMacs({ definition, node, params, inputs, inputNames, outputs }: InferredLayer): number {
  return definition.macs?.({ nodeId: node.id, params, inputs, inputNames, outputs }) ?? 0
}

/** Layers whose outputs are the same at every step: nothing at or before them is trained, updated or drawn. */
function findFixedLayers({ layers }: Inference, freeze: readonly string[]): ReadonlySet<NodeId> {
  const matches = matchPatterns(freeze)
  const fixed = new Set<NodeId>()
  for (const { node, weights, inputNames, params } of layers.values()) {
    const isDrawn = node.type === 'dropout' && params.rate !== 0
    const changes = isDrawn || (weights.length > 0 && !isFrozen(node, matches))
    if (!changes && inputNames.every((name) => fixed.has(name))) fixed.add(node.id)
  }
  return fixed
}

/** The deepest fixed layer through which every path to the layers that change leads. */
function findCut({ layers, inputId }: Inference, fixed: ReadonlySet<NodeId>): NodeId | undefined {
  const { dominators, depths } = findDominators(layers)
  let cut: NodeId | undefined
  for (const { node } of layers.values()) {
    if (fixed.has(node.id)) continue
    let above: NodeId | undefined = dominators.get(node.id)
    while (above !== undefined && !fixed.has(above)) above = dominators.get(above)
    cut = cut === undefined ? above : meet(dominators, depths, cut, above)
    if (cut === undefined) return undefined
  }
  return cut === inputId ? undefined : cut
}

interface Dominators {
  /** The nearest layer through which all paths from the input lead. */
  readonly dominators: ReadonlyMap<NodeId, NodeId | undefined>
  readonly depths: ReadonlyMap<NodeId, number>
}

/** @see Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm", 2001; one pass, as the graph has no cycle */
function findDominators(layers: Inference['layers']): Dominators {
  const dominators = new Map<NodeId, NodeId | undefined>()
  const depths = new Map<NodeId, number>()
  for (const { node, inputNames } of layers.values()) {
    const [first, ...others] = inputNames
    let above = first
    for (const other of others) above = meet(dominators, depths, above, other)
    dominators.set(node.id, above)
    depths.set(node.id, above === undefined ? 0 : (depths.get(above) ?? 0) + 1)
  }
  return { dominators, depths }
}

function meet(
  dominators: Dominators['dominators'],
  depths: Dominators['depths'],
  a: NodeId | undefined,
  b: NodeId | undefined,
): NodeId | undefined {
  let [one, other] = [a, b]
  while (one !== other) {
    if (one === undefined || other === undefined) return undefined
    if ((depths.get(one) ?? 0) >= (depths.get(other) ?? 0)) one = dominators.get(one)
    else other = dominators.get(other)
  }
  return one
}

/** A layer and all that leads to it. */
function listBefore({ layers }: Inference, end: NodeId): ReadonlySet<NodeId> {
  const found = new Set([end])
  // A Set visits what is added to it while it is walked.
  for (const id of found) for (const name of layers.get(id)?.inputNames ?? []) found.add(name)
  return found
}

type Graph = Pick<NetworkDocument, 'nodes' | 'edges'>

function listGraph({ layers }: Inference, isHeld: (id: NodeId) => boolean): Graph {
  const held = [...layers.values()].filter(({ node }) => isHeld(node.id))
  return {
    nodes: held.map(({ node: { id, type, params, frozen } }): NetworkNode => ({
      id,
      type,
      params,
      ...(frozen === undefined ? {} : { frozen }),
    })),
    edges: held.flatMap(listEdges),
  }
}

function listEdges({ definition, node, sources }: InferredLayer): readonly NetworkEdge[] {
  const { inputs } = portsOf(definition, node.params)
  return sources.map((from, index): NetworkEdge => {
    const port = inputs.kind === 'fixed' ? (inputs.names[index] ?? '') : `${inputs.name}${index}`
    return { from, to: { node: node.id, port } }
  })
}

function headGraph(inference: Inference, before: ReadonlySet<NodeId>, cut: NodeId, shape: Shape): Graph {
  const { nodes, edges } = listGraph(inference, (id) => !before.has(id))
  let name = 'features'
  while (inference.layers.has(parseNodeId(name))) name += '-'
  const input: NetworkNode = { id: parseNodeId(name), type: 'input', params: { shape } }
  const entry: PortReference = { node: input.id, port: 'out' }
  return {
    nodes: [input, ...nodes],
    edges: edges.map((edge) => (edge.from.node === cut ? { from: entry, to: edge.to } : edge)),
  }
}
