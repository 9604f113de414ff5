// Edits that several repairs are built from: new names, layers set into an edge, layers taken out; not when to use them.
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, ParameterValues, Position } from '../../graph/document'
import type { Edit, PlacedEdge } from '../../graph/edits'
import { parseNodeId } from '../../graph/nodeId'

/** A layer to be added. */
export interface NewLayer {
  readonly type: string
  readonly params: ParameterValues
  /** The wish for a name; a number is added where it is taken. */
  readonly name: string
}

/** Room that one more node takes along and across the data's direction, in canvas units. */
const columnStep = 280
const rowStep = 110
const sideStep = 240

/** A name that no layer has: `flatten`, `flatten1`, ... in the folder of `beside`. */
export function findFreeName(taken: ReadonlySet<string>, wish: string, beside: string): NodeId {
  const folder = beside.slice(0, beside.lastIndexOf('/') + 1)
  let name = `${folder}${wish}`
  for (let number = 1; taken.has(name); number++) name = `${folder}${wish}${number}`
  return parseNodeId(name)
}

/** The node of an id. */
export function nodeOf(document: NetworkDocument, id: string | undefined): NetworkNode | undefined {
  return document.nodes.find((node) => node.id === id)
}

/** The edges that arrive at a node, with their places. */
export function edgesInto(document: NetworkDocument, id: string | undefined): readonly PlacedEdge[] {
  return document.edges.flatMap((edge, index) => (edge.to.node === id ? [{ index, edge }] : []))
}

/** The nodes that are computed after `id`, itself included; linear in edges. */
export function findFollowers(document: NetworkDocument, id: NodeId): ReadonlySet<NodeId> {
  const next = new Map<NodeId, NodeId[]>()
  for (const { from, to } of document.edges) {
    const known = next.get(from.node)
    if (known) known.push(to.node)
    else next.set(from.node, [to.node])
  }
  const found = new Set([id])
  // A Set visits what is added to it while it is walked.
  for (const reached of found) for (const follower of next.get(reached) ?? []) found.add(follower)
  return found
}

/**
 * Sets layers into edges, one chain per edge. Where the ends stand close together, everything after the chain moves on by
 * the room that it takes; where there is room, nothing moves.
 */
export function insertInto(
  document: NetworkDocument,
  chains: readonly { readonly at: PlacedEdge; readonly layers: readonly NewLayer[] }[],
): Edit {
  const taken = new Set<string>(document.nodes.map(({ id }) => id))
  const edits: Edit[] = []
  for (const { at, layers } of chains) {
    const { edge, index } = at
    const { positions, move } = placeChain(document, edge, layers.length)
    if (move) edits.push(move)
    const ids = layers.map(({ name }) => {
      const id = findFreeName(taken, name, edge.to.node)
      taken.add(id)
      return id
    })
    layers.forEach(({ type, params }, step) => {
      const id = ids[step]
      if (id) edits.push({ type: 'addNode', node: { id, type, params, position: positions[step] } })
    })
    edits.push({ type: 'disconnect', edge, index })
    const last = ids.at(-1) ?? edge.from.node
    edits.push({ type: 'connect', edge: { from: { node: last, port: 'out' }, to: edge.to }, index })
    ids.forEach((id, step) => {
      const before = ids[step - 1]
      const from = before ? { node: before, port: 'out' } : edge.from
      edits.push({ type: 'connect', edge: { from, to: { node: id, port: 'in' } } })
    })
  }
  return { type: 'batch', edits }
}

interface PlacedChain {
  readonly positions: readonly (Position | undefined)[]
  readonly move?: Edit
}

function placeChain(document: NetworkDocument, { from, to }: NetworkEdge, count: number): PlacedChain {
  const start = nodeOf(document, from.node)?.position
  const end = nodeOf(document, to.node)?.position
  if (!start || !end) return { positions: [] }
  const isAcross = Math.abs(end.x - start.x) > Math.abs(end.y - start.y)
  const step: Position = isAcross ? { x: columnStep, y: 0 } : { x: 0, y: rowStep }
  const distance = isAcross ? Math.abs(end.x - start.x) / columnStep : Math.abs(end.y - start.y) / rowStep
  const steps = Array.from({ length: count }, (_, index) => index)
  if (distance >= count + 1) {
    const side: Position = isAcross ? { x: 0, y: sideStep / 2 } : { x: sideStep, y: 0 }
    return {
      positions: steps.map((index) => ({
        x: end.x - step.x * (count - index) + side.x,
        y: end.y - step.y * (count - index) + side.y,
      })),
    }
  }
  const moves = [...findFollowers(document, to.node)].flatMap((id) => {
    const position = nodeOf(document, id)?.position
    return position ? [{ id, position: { x: position.x + step.x * count, y: position.y + step.y * count } }] : []
  })
  return {
    positions: steps.map((index) => ({ x: end.x + step.x * index, y: end.y + step.y * index })),
    move: { type: 'moveNodes', moves },
  }
}

/** Sets some parameters of a node and leaves the others. */
export function setSome({ id, params }: NetworkNode, changed: ParameterValues): Edit {
  return { type: 'setParams', id, params: { ...params, ...changed } }
}
