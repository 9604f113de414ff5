// Changes of a document, each applied whole or not at all; not whether the result fits together (checkGraph.ts).
import type {
  CanvasLayout,
  CanvasNote,
  DatasetReference,
  InputScaling,
  NetworkDocument,
  NetworkEdge,
  NetworkNode,
  NodeId,
  ParameterValues,
  Position,
  UserBlock,
} from './document'
import { NetloomError } from './errors'
import { renameInRecipe } from './layerPatterns'
import { addNote, changeNote, removeNote } from './noteEdits'
import { parseNodeId } from './nodeId'
import { renameWeightPaths } from './weightPaths'

/** An edge with its place among the edges of the document. */
export interface PlacedEdge {
  readonly index: number
  readonly edge: NetworkEdge
}

export type Edit =
  /** Adds a node at `index` (left out: at the end) and then edges at their places, in rising order. */
  | {
      readonly type: 'addNode'
      readonly node: NetworkNode
      readonly index?: number
      readonly edges?: readonly PlacedEdge[]
    }
  /** Removes a node and the edges at it. */
  | { readonly type: 'removeNode'; readonly id: NodeId }
  /** Renames a node, also in its edges, in the recipe's names of layers, and in where the weights file keeps its weights. */
  | { readonly type: 'renameNode'; readonly id: NodeId; readonly to: string }
  /** A position left out takes the node's position away. */
  | { readonly type: 'moveNodes'; readonly moves: readonly { readonly id: NodeId; readonly position?: Position }[] }
  /** Replaces all parameters of a node. */
  | { readonly type: 'setParams'; readonly id: NodeId; readonly params: ParameterValues }
  | { readonly type: 'setFrozen'; readonly id: NodeId; readonly frozen: boolean | undefined }
  /** Adds an edge at `index` (left out: at the end). */
  | { readonly type: 'connect'; readonly edge: NetworkEdge; readonly index?: number }
  /** Removes an edge: the one at `index`, or the last that is equal. */
  | { readonly type: 'disconnect'; readonly edge: NetworkEdge; readonly index?: number }
  | { readonly type: 'setName'; readonly name: string }
  | { readonly type: 'setRecipe'; readonly recipe: NetworkDocument['recipe'] }
  | { readonly type: 'setDataset'; readonly dataset: DatasetReference | undefined }
  | { readonly type: 'setClasses'; readonly classes: readonly string[] | undefined }
  | { readonly type: 'setScaling'; readonly scaling: InputScaling | undefined }
  | { readonly type: 'setWeights'; readonly weights: string | undefined }
  /** Adds a note at `index` (left out: at the end, above all others). */
  | { readonly type: 'addNote'; readonly note: CanvasNote; readonly index?: number }
  | { readonly type: 'removeNote'; readonly id: string }
  /** Replaces the note that has the id of `note`: its text, place, size, colour. */
  | { readonly type: 'changeNote'; readonly note: CanvasNote }
  /** Replaces all nodes and edges, and where the weights file keeps their weights: for changes of many at once. */
  | {
      readonly type: 'setGraph'
      readonly nodes: readonly NetworkNode[]
      readonly edges: readonly NetworkEdge[]
      readonly weightPaths?: NetworkDocument['weightPaths']
    }
  | { readonly type: 'setWeightPaths'; readonly weightPaths: NetworkDocument['weightPaths'] }
  /** Replaces the definitions of user-made blocks. */
  | { readonly type: 'setBlocks'; readonly blocks: readonly UserBlock[] | undefined }
  /** How the canvas was laid out; left undefined: not yet. */
  | { readonly type: 'setLayout'; readonly layout: CanvasLayout | undefined }
  /** Several edits as one: all or none. */
  | { readonly type: 'batch'; readonly edits: readonly Edit[] }

/**
 * Applies an edit; nodes that it does not touch stay the same objects.
 * @throws NetloomError `document.edit` where it names a node, edge or note that is not there or an id that is taken,
 * `document.schema` for an id that breaks the rule of names
 */
export function applyEdit(document: NetworkDocument, edit: Edit): NetworkDocument {
  switch (edit.type) {
    case 'addNode':
      return addNode(document, edit)
    case 'removeNode':
      return removeNode(document, edit.id)
    case 'renameNode':
      return renameNode(document, edit.id, parseNodeId(edit.to))
    case 'moveNodes':
      return moveNodes(document, edit.moves)
    case 'setParams':
      return changeNode(document, edit.id, { params: edit.params })
    case 'setFrozen':
      return changeNode(document, edit.id, { frozen: edit.frozen })
    case 'connect':
      return connect(document, edit.edge, edit.index ?? document.edges.length)
    case 'disconnect':
      return disconnect(document, edit.edge, edit.index)
    case 'setName':
      return { ...document, name: edit.name }
    case 'setRecipe':
      return change(document, { recipe: edit.recipe })
    case 'setDataset':
      return change(document, { dataset: edit.dataset })
    case 'setClasses':
      return change(document, { classes: edit.classes })
    case 'setScaling':
      return change(document, { scaling: edit.scaling })
    case 'setWeights':
      return change(document, { weights: edit.weights })
    case 'addNote':
      return addNote(document, edit.note, edit.index)
    case 'removeNote':
      return removeNote(document, edit.id)
    case 'changeNote':
      return changeNote(document, edit.note)
    case 'setGraph':
      return change(document, { nodes: edit.nodes, edges: edit.edges, weightPaths: edit.weightPaths })
    case 'setWeightPaths':
      return change(document, { weightPaths: edit.weightPaths })
    case 'setBlocks':
      return change(document, { blocks: edit.blocks })
    case 'setLayout':
      return change(document, { layout: edit.layout })
    case 'batch':
      return edit.edits.reduce(applyEdit, document)
    default:
      return edit satisfies never
  }
}

function change(document: NetworkDocument, fields: Partial<NetworkDocument>): NetworkDocument {
  return withoutUndefined({ ...document, ...fields })
}

/** The same value without keys that hold undefined: a field that is taken away leaves no trace. */
function withoutUndefined<T extends object>(value: T): T {
  const copy = { ...value }
  for (const [key, field] of Object.entries(copy)) if (field === undefined) Reflect.deleteProperty(copy, key)
  return copy
}

function editError(message: string, nodeId?: string): NetloomError {
  return new NetloomError('document.edit', message, { nodeId })
}

function findNode(document: NetworkDocument, id: NodeId): { readonly node: NetworkNode; readonly index: number } {
  const index = document.nodes.findIndex((node) => node.id === id)
  const node = document.nodes[index]
  if (!node) throw editError(`The document has no layer "${id}".`, id)
  return { node, index }
}

function refuseTaken(document: NetworkDocument, id: NodeId): void {
  if (document.nodes.some((node) => node.id === id)) throw editError(`A layer is already named "${id}".`, id)
}

/** A list with one more item at `index`. */
function insertAt<T>(list: readonly T[], index: number, item: T): readonly T[] {
  if (!Number.isInteger(index) || index < 0 || index > list.length) {
    throw editError(`There is no place ${index} in a list of ${list.length}.`)
  }
  return list.toSpliced(index, 0, item)
}

function addNode(
  document: NetworkDocument,
  { node, index, edges = [] }: Extract<Edit, { type: 'addNode' }>,
): NetworkDocument {
  refuseTaken(document, parseNodeId(node.id))
  let result: NetworkDocument = {
    ...document,
    nodes: insertAt(document.nodes, index ?? document.nodes.length, withoutUndefined(node)),
  }
  for (const placed of edges) {
    const isHere = placed.edge.from.node === node.id || placed.edge.to.node === node.id
    if (!isHere) throw editError(`An edge that comes with "${node.id}" does not touch it.`, node.id)
    result = connect(result, placed.edge, placed.index)
  }
  return result
}

function removeNode(document: NetworkDocument, id: NodeId): NetworkDocument {
  const { index } = findNode(document, id)
  return {
    ...document,
    nodes: document.nodes.toSpliced(index, 1),
    edges: document.edges.filter(({ from, to }) => from.node !== id && to.node !== id),
  }
}

function renameNode(document: NetworkDocument, id: NodeId, to: NodeId): NetworkDocument {
  const { node, index } = findNode(document, id)
  if (to === id) return document
  refuseTaken(document, to)
  const rename = (end: NetworkEdge['from']): NetworkEdge['from'] => (end.node === id ? { ...end, node: to } : end)
  return change(document, {
    weightPaths: renameWeightPaths(document, id, to),
    recipe: document.recipe && renameInRecipe(document.recipe, document.nodes, id, to),
    nodes: document.nodes.with(index, { ...node, id: to }),
    edges: document.edges.map((edge) =>
      edge.from.node === id || edge.to.node === id ? { from: rename(edge.from), to: rename(edge.to) } : edge,
    ),
    notes: document.notes?.map((note) => (note.layer === id ? { ...note, layer: to } : note)),
    layout: document.layout && {
      ...document.layout,
      wires: document.layout.wires?.map((wire) => ({ ...wire, from: rename(wire.from), to: rename(wire.to) })),
    },
  })
}

function moveNodes(document: NetworkDocument, moves: Extract<Edit, { type: 'moveNodes' }>['moves']): NetworkDocument {
  const known = new Set(document.nodes.map(({ id }) => id))
  const targets = new Map<NodeId, Position | undefined>()
  for (const { id, position } of moves) {
    if (!known.has(id)) throw editError(`The document has no layer "${id}".`, id)
    targets.set(id, position)
  }
  return {
    ...document,
    nodes: document.nodes.map((node) =>
      targets.has(node.id) ? withoutUndefined({ ...node, position: targets.get(node.id) }) : node,
    ),
  }
}

function changeNode(document: NetworkDocument, id: NodeId, fields: Partial<NetworkNode>): NetworkDocument {
  const { node, index } = findNode(document, id)
  return { ...document, nodes: document.nodes.with(index, withoutUndefined({ ...node, ...fields })) }
}

function connect(document: NetworkDocument, edge: NetworkEdge, index: number): NetworkDocument {
  findNode(document, edge.from.node)
  findNode(document, edge.to.node)
  return { ...document, edges: insertAt(document.edges, index, edge) }
}

function isSameEdge(a: NetworkEdge, b: NetworkEdge): boolean {
  return (
    a.from.node === b.from.node && a.from.port === b.from.port && a.to.node === b.to.node && a.to.port === b.to.port
  )
}

function disconnect(document: NetworkDocument, wanted: NetworkEdge, at: number | undefined): NetworkDocument {
  const index = at ?? document.edges.findLastIndex((edge) => isSameEdge(edge, wanted))
  const edge = document.edges[index]
  if (!edge || !isSameEdge(edge, wanted)) {
    throw editError(
      `The document has no edge from "${wanted.from.node}" (${wanted.from.port}) to "${wanted.to.node}" (${wanted.to.port}).`,
      wanted.to.node,
    )
  }
  return { ...document, edges: document.edges.toSpliced(index, 1) }
}
