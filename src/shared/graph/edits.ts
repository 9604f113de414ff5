// Changes of a document, each with the change that undoes it byte for byte; not whether the result fits together (checkGraph.ts).
import type {
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
  /** Renames a node in its edges and, where it is named exactly, in the recipe's `freeze`; its weights: `renameWeightPath`. */
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
  /** Several edits as one: all or none. */
  | { readonly type: 'batch'; readonly edits: readonly Edit[] }

export interface EditResult {
  readonly document: NetworkDocument
  /** Applied to `document`, gives the document from before, down to the order of nodes and edges. */
  readonly inverse: Edit
}

/**
 * Applies an edit; nodes that it does not touch stay the same objects.
 * @throws NetloomError `document.edit` where it names a node, edge or note that is not there or an id that is taken,
 * `document.schema` for an id that breaks the rule of names
 */
export function applyEdit(document: NetworkDocument, edit: Edit): EditResult {
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
      return changeNode(document, edit.id, { params: edit.params }, ({ params }) => ({ ...edit, params }))
    case 'setFrozen':
      return changeNode(document, edit.id, { frozen: edit.frozen }, ({ frozen }) => ({ ...edit, frozen }))
    case 'connect':
      return connect(document, edit.edge, edit.index ?? document.edges.length)
    case 'disconnect':
      return disconnect(document, edit.edge, edit.index)
    case 'setName':
      return { document: { ...document, name: edit.name }, inverse: { type: 'setName', name: document.name } }
    case 'setRecipe':
      return change(document, { recipe: edit.recipe }, { type: 'setRecipe', recipe: document.recipe })
    case 'setDataset':
      return change(document, { dataset: edit.dataset }, { type: 'setDataset', dataset: document.dataset })
    case 'setClasses':
      return change(document, { classes: edit.classes }, { type: 'setClasses', classes: document.classes })
    case 'setScaling':
      return change(document, { scaling: edit.scaling }, { type: 'setScaling', scaling: document.scaling })
    case 'setWeights':
      return change(document, { weights: edit.weights }, { type: 'setWeights', weights: document.weights })
    case 'addNote':
      return addNote(document, edit.note, edit.index)
    case 'removeNote':
      return removeNote(document, edit.id)
    case 'changeNote':
      return changeNote(document, edit.note)
    case 'setGraph': {
      const { nodes, edges, weightPaths } = edit
      const { type } = edit
      const before = { type, nodes: document.nodes, edges: document.edges, weightPaths: document.weightPaths }
      return change(document, { nodes, edges, weightPaths }, before)
    }
    case 'setWeightPaths':
      return change(
        document,
        { weightPaths: edit.weightPaths },
        { type: 'setWeightPaths', weightPaths: document.weightPaths },
      )
    case 'setBlocks':
      return change(document, { blocks: edit.blocks }, { type: 'setBlocks', blocks: document.blocks })
    case 'batch':
      return applyAll(document, edit.edits)
    default:
      return edit satisfies never
  }
}

/**
 * The path of a weight after a node was renamed: `conv1/weight` becomes `stem/weight`; other paths stay.
 * Weights lie beside the document, so whoever holds them applies this to their names.
 */
export function renameWeightPath(path: string, from: NodeId, to: NodeId): string {
  const cut = path.lastIndexOf('/')
  return path.slice(0, cut) === from ? `${to}${path.slice(cut)}` : path
}

function change(document: NetworkDocument, fields: Partial<NetworkDocument>, inverse: Edit): EditResult {
  return { document: withoutUndefined({ ...document, ...fields }), inverse }
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
): EditResult {
  refuseTaken(document, parseNodeId(node.id))
  let result: NetworkDocument = {
    ...document,
    nodes: insertAt(document.nodes, index ?? document.nodes.length, withoutUndefined(node)),
  }
  for (const placed of edges) {
    const isHere = placed.edge.from.node === node.id || placed.edge.to.node === node.id
    if (!isHere) throw editError(`An edge that comes with "${node.id}" does not touch it.`, node.id)
    result = connect(result, placed.edge, placed.index).document
  }
  return { document: result, inverse: { type: 'removeNode', id: node.id } }
}

function removeNode(document: NetworkDocument, id: NodeId): EditResult {
  const { node, index } = findNode(document, id)
  const isAtNode = ({ from, to }: NetworkEdge): boolean => from.node === id || to.node === id
  const edges = document.edges.flatMap((edge, index): PlacedEdge[] => (isAtNode(edge) ? [{ index, edge }] : []))
  return {
    document: {
      ...document,
      nodes: document.nodes.toSpliced(index, 1),
      edges: document.edges.filter((edge) => !isAtNode(edge)),
    },
    inverse: { type: 'addNode', node, index, edges },
  }
}

function renameNode(document: NetworkDocument, id: NodeId, to: NodeId): EditResult {
  const { node, index } = findNode(document, id)
  if (to !== id) refuseTaken(document, to)
  const rename = (end: NetworkEdge['from']): NetworkEdge['from'] => (end.node === id ? { ...end, node: to } : end)
  const renamed: NetworkDocument = withoutUndefined({
    ...document,
    weightPaths: renameWeightPaths(document, id, to),
    nodes: document.nodes.with(index, { ...node, id: to }),
    edges: document.edges.map((edge) =>
      edge.from.node === id || edge.to.node === id ? { from: rename(edge.from), to: rename(edge.to) } : edge,
    ),
  })
  const renameBack: Edit = { type: 'renameNode', id: to, to: id }
  const { weights, weightPaths } = document
  // Renaming back would leave a trace of the name between, so the old entries are put back whole.
  const back: Edit =
    weights === undefined ? renameBack : { type: 'batch', edits: [renameBack, { type: 'setWeightPaths', weightPaths }] }
  const { recipe } = document
  const freeze = recipe?.freeze
  if (!Array.isArray(freeze) || !freeze.includes(id)) return { document: renamed, inverse: back }
  // Renaming back would also rename an entry that had the new name before, so the old recipe is put back whole.
  return {
    document: {
      ...renamed,
      recipe: { ...recipe, freeze: freeze.map((entry: unknown) => (entry === id ? to : entry)) },
    },
    inverse: { type: 'batch', edits: [back, { type: 'setRecipe', recipe }] },
  }
}

function moveNodes(document: NetworkDocument, moves: Extract<Edit, { type: 'moveNodes' }>['moves']): EditResult {
  const before = new Map(document.nodes.map(({ id, position }) => [id, position]))
  const targets = new Map<NodeId, Position | undefined>()
  for (const { id, position } of moves) {
    if (!before.has(id)) throw editError(`The document has no layer "${id}".`, id)
    targets.set(id, position)
  }
  return {
    document: {
      ...document,
      nodes: document.nodes.map((node) =>
        targets.has(node.id) ? withoutUndefined({ ...node, position: targets.get(node.id) }) : node,
      ),
    },
    inverse: { type: 'moveNodes', moves: Array.from(targets.keys(), (id) => ({ id, position: before.get(id) })) },
  }
}

function changeNode(
  document: NetworkDocument,
  id: NodeId,
  fields: Partial<NetworkNode>,
  invert: (before: NetworkNode) => Edit,
): EditResult {
  const { node, index } = findNode(document, id)
  const changed = withoutUndefined({ ...node, ...fields })
  return { document: { ...document, nodes: document.nodes.with(index, changed) }, inverse: invert(node) }
}

function connect(document: NetworkDocument, edge: NetworkEdge, index: number): EditResult {
  findNode(document, edge.from.node)
  findNode(document, edge.to.node)
  return {
    document: { ...document, edges: insertAt(document.edges, index, edge) },
    inverse: { type: 'disconnect', edge, index },
  }
}

function isSameEdge(a: NetworkEdge, b: NetworkEdge): boolean {
  return (
    a.from.node === b.from.node && a.from.port === b.from.port && a.to.node === b.to.node && a.to.port === b.to.port
  )
}

function disconnect(document: NetworkDocument, wanted: NetworkEdge, at: number | undefined): EditResult {
  const index = at ?? document.edges.findLastIndex((edge) => isSameEdge(edge, wanted))
  const edge = document.edges[index]
  if (!edge || !isSameEdge(edge, wanted)) {
    throw editError(
      `The document has no edge from "${wanted.from.node}" (${wanted.from.port}) to "${wanted.to.node}" (${wanted.to.port}).`,
      wanted.to.node,
    )
  }
  return {
    document: { ...document, edges: document.edges.toSpliced(index, 1) },
    inverse: { type: 'connect', edge, index },
  }
}

function applyAll(document: NetworkDocument, edits: readonly Edit[]): EditResult {
  const inverses: Edit[] = []
  let result = document
  for (const edit of edits) {
    const step = applyEdit(result, edit)
    result = step.document
    inverses.push(step.inverse)
  }
  return { document: result, inverse: { type: 'batch', edits: inverses.reverse() } }
}
