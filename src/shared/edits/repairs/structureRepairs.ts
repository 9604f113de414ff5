// Repairs of single edges, ports and layer types; not of the ends of the network (endRepairs.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode } from '../../graph/document'
import type { Edit } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import { suggestName } from '../../graph/suggest'
import { findLayer, layerDefinitions } from '../../layers/index'
import type { Repair, Repairers } from './repair'
import { edgesInto, findFollowers, nodeOf } from './repairEdits'

/** More repairs than this of one kind are no longer a choice. */
const mostRepairs = 3

/** Who repairs what is about one place of the graph. */
export const structureRepairers: Repairers = {
  'graph.missingInput': joinMissing,
  'graph.arity': (document, issue) => (issue.path === undefined ? joinMissing : keepOneEdge)(document, issue),
  'graph.unknownLayer': renameType,
  'graph.unknownPort': removeEdge,
  'graph.cycle': breakCycle,
}

/** The layers that could feed `node`: those that nothing takes from yet, or, where there is none, the one before it. */
function findSources(document: NetworkDocument, node: NetworkNode): readonly NetworkNode[] {
  const followers = findFollowers(document, node.id)
  const taken = new Set(document.edges.map(({ from }) => from.node))
  const canFeed = ({ id, type }: NetworkNode): boolean => !followers.has(id) && findLayer(type) !== undefined
  const free = document.nodes.filter((other) => canFeed(other) && !taken.has(other.id))
  if (free.length > 0) return free
  const place = document.nodes.indexOf(node)
  const previous = document.nodes[place - 1]
  return previous && canFeed(previous) ? [previous] : []
}

/** Joins a layer to the one port that has no edge, where it is plain which. */
function joinMissing(document: NetworkDocument, { code, nodeId, expected }: Issue): readonly Repair[] {
  const node = nodeOf(document, nodeId)
  if (!node) return []
  const ports = findLayer(node.type)?.inputs
  const arriving = edgesInto(document, node.id)
  const missing: unknown[] = Array.isArray(expected) ? expected : []
  const first = missing.length === 1 && typeof missing[0] === 'string' ? missing[0] : undefined
  const port = code === 'graph.arity' && ports?.kind === 'variadic' ? `${ports.name}${arriving.length}` : first
  if (port === undefined) return []
  const sources = findSources(document, node).filter(({ id }) => !arriving.some(({ edge }) => edge.from.node === id))
  if (sources.length > mostRepairs) return []
  return sources.map((source) => {
    const from = { node: source.id, port: findLayer(source.type)?.outputPorts[0] ?? 'out' }
    return {
      label: `Join "${source.id}" to it`,
      edit: { type: 'connect', edge: { from, to: { node: node.id, port } } },
    }
  })
}

/** Edits that take several edges away, the last first so that the places of the others hold. */
function disconnectAll(document: NetworkDocument, edges: readonly NetworkEdge[]): Edit {
  const places = edges.map((edge) => document.edges.indexOf(edge)).sort((a, b) => b - a)
  return {
    type: 'batch',
    edits: places.flatMap((index): Edit[] => {
      const edge = document.edges[index]
      return edge ? [{ type: 'disconnect', edge, index }] : []
    }),
  }
}

function keepOneEdge(document: NetworkDocument, { nodeId, path: port }: Issue): readonly Repair[] {
  const edges = edgesInto(document, nodeId).flatMap(({ edge }) => (edge.to.port === port ? [edge] : []))
  return edges.slice(0, mostRepairs).map((kept) => ({
    label: `Keep only "${kept.from.node}"`,
    edit: disconnectAll(
      document,
      edges.filter((edge) => edge !== kept),
    ),
  }))
}

/** Gives a layer of an unknown type the type that was probably meant, with its edges. */
function renameType(document: NetworkDocument, { nodeId }: Issue): readonly Repair[] {
  const node = nodeOf(document, nodeId)
  if (!node) return []
  const meant = suggestName(
    node.type,
    layerDefinitions.map(({ type }) => type),
  )
  const remove: Repair = { label: `Remove "${node.id}"`, edit: { type: 'removeNode', id: node.id } }
  if (meant === undefined) return [remove]
  const index = document.nodes.indexOf(node)
  const edges = document.edges.flatMap((edge, place) =>
    edge.from.node === node.id || edge.to.node === node.id ? [{ index: place, edge }] : [],
  )
  const edits: Edit[] = [
    { type: 'removeNode', id: node.id },
    { type: 'addNode', node: { ...node, type: meant }, index, edges },
  ]
  return [{ label: `Make it "${findLayer(meant)?.title ?? meant}"`, edit: { type: 'batch', edits } }, remove]
}

function removeEdge(document: NetworkDocument, { path }: Issue): readonly Repair[] {
  const index = Number(/^edges\[(\d+)\]/.exec(path ?? '')?.[1] ?? Number.NaN)
  const edge = document.edges[index]
  // An edge to a layer that does not exist could not be put back by undo.
  if (!edge || !nodeOf(document, edge.from.node) || !nodeOf(document, edge.to.node)) return []
  const label = `Remove the edge from "${edge.from.node}" to "${edge.to.node}"`
  return [{ label, edit: { type: 'disconnect', edge, index } }]
}

/** Takes away the edge that leads back: from the layer furthest down the document to the one furthest up. */
function breakCycle(document: NetworkDocument, { received: cycle }: Issue): readonly Repair[] {
  if (!Array.isArray(cycle)) return []
  const members = new Set<unknown>(cycle)
  const places = new Map(document.nodes.map(({ id }, index) => [id, index]))
  const reach = ({ from, to }: NetworkEdge): number => (places.get(from.node) ?? 0) - (places.get(to.node) ?? 0)
  const [edge] = document.edges
    .filter(({ from, to }) => members.has(from.node) && members.has(to.node))
    .sort((a, b) => reach(b) - reach(a))
  if (!edge) return []
  const label = `Remove the edge from "${edge.from.node}" to "${edge.to.node}"`
  return [{ label, edit: disconnectAll(document, [edge]) }]
}
