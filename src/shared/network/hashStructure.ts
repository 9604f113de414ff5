// A name for a network as it computes: the same where only names, positions, notes, blocks or the recipe are others; not what differs (edits/diffDocuments.ts).
import type { NetworkDocument, NetworkNode, NodeId, PortReference } from '../graph/document'
import { hashText } from '../graph/hashText'
import { orderNodes } from '../graph/order'
import { findDefinition } from '../layers/index'
import { inferDocument, type FindLayer, type Inference } from './inferDocument'

/** Rises with what a name is made of: names of different versions say nothing about each other. */
const hashVersion = 1

/** A layer with what it takes, in the order of its ports. */
interface Wired {
  readonly node: Pick<NetworkNode, 'type' | 'frozen'>
  readonly params: unknown
  readonly sources: readonly PortReference[]
}

/** JSON with the names of every table in their order. */
function printSorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
}

/** Nodes that have no shapes, as they stand in the document, each after its sources as far as there is no cycle. */
function listUnfinished(document: NetworkDocument, { nodes: sound, resolve }: Inference): Map<NodeId, Wired> {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  const arriving = new Map<NodeId, { readonly from: PortReference; readonly port: string }[]>()
  for (const { from, to } of document.edges) {
    const list = arriving.get(to.node) ?? []
    list.push({ from: resolve(from) ?? from, port: to.port })
    arriving.set(to.node, list)
  }
  const unfinished = new Map<NodeId, Wired>()
  for (const id of orderNodes(document).order) {
    const node = nodes.get(id)
    if (!node || sound.has(id)) continue
    const ends = (arriving.get(id) ?? []).toSorted((a, b) => (a.port < b.port ? -1 : 1))
    const params = { params: node.params, ports: ends.map(({ port }) => port) }
    unfinished.set(id, { node, params, sources: ends.map(({ from }) => from) })
  }
  return unfinished
}

/** Layers by what they compute from what; what they are called does not count. */
function nameLayers(layers: ReadonlyMap<NodeId, Wired>): ReadonlyMap<NodeId, string> {
  const names = new Map<NodeId, string>()
  for (const [id, { node, params, sources }] of layers) {
    const from = sources.map((source) => `${names.get(source.node) ?? ''}.${source.port}`).join()
    names.set(id, hashText(`${node.type} ${node.frozen ? 'frozen ' : ''}${printSorted(params)} (${from})`))
  }
  return names
}

/** The same with what becomes of each: two alike layers differ in that from one that is used twice. */
function nameUses(layers: ReadonlyMap<NodeId, Wired>): readonly string[] {
  const names = nameLayers(layers)
  const uses = new Map<NodeId, string[]>()
  return [...layers].toReversed().map(([id, { sources }]) => {
    const name = hashText(`${names.get(id)} to ${(uses.get(id) ?? []).toSorted().join()}`)
    sources.forEach(({ node, port }, place) => {
      const list = uses.get(node) ?? []
      list.push(`${port}>${place} ${name}`)
      uses.set(node, list)
    })
    return name
  })
}

/**
 * Names a network by its primitive layers with their parameters (defaults put in) and wires, blocks opened to the last.
 * Two documents of one name compute the same; a document that is not sound has a name as well. Linear in its layers.
 */
export function hashStructure(document: NetworkDocument, findLayer: FindLayer = findDefinition): string {
  const inference = inferDocument(document, findLayer)
  const layers = new Map<NodeId, Wired>([...inference.layers, ...listUnfinished(document, inference)])
  return `${hashVersion}-${hashText(nameUses(layers).toSorted().join('\n'))}`
}
