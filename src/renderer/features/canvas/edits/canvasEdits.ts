// The canvas's edits of the present document, each one step of the history: adding, joining, moving, deleting, pasting.
import { selectNodes } from '../../../session/view/selectNodes'
import { inferDocument } from '../../../../shared/network/inferDocument'
import type { CanvasNote, NetworkDocument, NetworkEdge, NodeId, Position } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { explainNodeId } from '../../../../shared/graph/nodeId'
import { orderNodes } from '../../../../shared/graph/order'
import { definitionIn, firstOutput, portsIn } from '../../../session/blocks/definitions'
import { withDefinition } from '../../../session/blocks/library'
import { goOutTo } from '../../../session/blocks/insideStore'
import { documentStore } from '../../../session/document/documentStore'
import { arrangeNodes, type Arrangement } from './arrange'
import { moveWithNotes } from '../../../session/layout/moveWithNotes'
import { type Move } from '../../../session/layout/canvasGeometry'
import { canvasStore, type QuickAddRequest } from '../../../session/view/canvasStore'
import { pasteClipboard, printClipboard } from './clipboard'
import { judgeConnection } from '../../../session/wiring/connections'
import { addPositions, findPlaces } from '../../../session/layout/canvasGeometry'
import { changeNotes, listSelectedNotes } from './notes'
import { addAt, addFromPort, insertAfter, insertOnWire, moveOntoWire, removeAndJoin, type Insertion } from './insertion'
import { findFreeInput, listEdgeIds } from '../../../session/wiring/ports'

function present(): NetworkDocument {
  return documentStore.getState().document
}

/** The document to which something of a type is added: it knows the type. */
type Ground = ReturnType<typeof withDefinition>

/** Applies an insertion; the definition that it needs comes along from the library. */
function insert({ edit, id }: Insertion, { document, type }: Ground): void {
  goOutTo(0)
  const title = definitionIn(document, type)?.title ?? type
  const { blocks } = document
  const isKnown = blocks === present().blocks
  const whole: Edit = isKnown ? edit : { type: 'batch', edits: [{ type: 'setBlocks', blocks }, edit] }
  documentStore.getState().apply(whole, `Add ${title}`, { select: [id] })
  canvasStore.setState({ activeId: id, selectedEdges: new Set(), selectedNotes: new Set() })
}

/** The edge of this id on the canvas. */
export function findEdge(document: NetworkDocument, id: string): NetworkEdge | undefined {
  return document.edges[listEdgeIds(document.edges).indexOf(id)]
}

/** A wire as the canvas names it. */
export interface SelectedWire {
  readonly id: string
  readonly edge: NetworkEdge
}

/** The selected wires that are in the document, in its order: undo, or another network, may have taken some away. */
export function listSelectedWires(): readonly SelectedWire[] {
  const { selectedEdges } = canvasStore.getState()
  if (selectedEdges.size === 0) return []
  const { edges } = present()
  const ids = listEdgeIds(edges)
  return edges.map((edge, index) => ({ id: ids[index] ?? '', edge })).filter(({ id }) => selectedEdges.has(id))
}

/** The node after which a new one comes: the one that is selected, else the last of the network. */
export function findAnchor(): NodeId | undefined {
  const { document, selection } = documentStore.getState()
  const { activeId } = canvasStore.getState()
  const selected = document.nodes.filter(({ id }) => selection.has(id))
  const anchor = selected.find(({ id }) => id === activeId) ?? selected.at(-1)
  return anchor?.id ?? inferDocument(document).outputId ?? orderNodes(document).order.at(-1)
}

/** Adds a layer after the selection, or at `place` where the document is empty. */
export function addLayer(type: string, place: Position): void {
  const anchor = findAnchor()
  const { direction } = canvasStore.getState()
  const ground = withDefinition(present(), type)
  const { document } = ground
  insert(
    anchor === undefined ? addAt(document, ground.type, place) : insertAfter(document, ground.type, anchor, direction),
    ground,
  )
}

/** Does what a quick-add menu was opened for. */
export function addRequested(type: string, goal: QuickAddRequest['goal']): void {
  const document = present()
  const ground = { document, type }
  const { direction } = canvasStore.getState()
  switch (goal.kind) {
    case 'place':
      return insert(addAt(document, type, goal.position), ground)
    case 'after':
      return insert(insertAfter(document, type, goal.node, direction, goal.asBranch), ground)
    case 'port':
      return insert(addFromPort(document, type, goal.held, goal.side, goal.position, direction), ground)
    case 'wire': {
      const edge = findEdge(document, goal.edgeId)
      if (edge) insert(insertOnWire(document, type, edge, direction), ground)
      return
    }
    default:
      return goal satisfies never
  }
}

/** Adds a layer where it was dropped: on a wire, else at the place. */
export function dropLayer(type: string, position: Position, edgeId: string | undefined): void {
  const ground = withDefinition(present(), type)
  const { document } = ground
  const edge = edgeId === undefined ? undefined : findEdge(document, edgeId)
  const { direction } = canvasStore.getState()
  insert(
    edge ? insertOnWire(document, ground.type, edge, direction, position) : addAt(document, ground.type, position),
    ground,
  )
}

/** Where a drag left nodes and notes. */
export interface Dragged {
  readonly moves: readonly Move[]
  /** The notes at their new places. */
  readonly notes: readonly CanvasNote[]
}

function idsOf(notes: readonly CanvasNote[]): ReadonlySet<string> {
  return new Set(notes.map(({ id }) => id))
}

/** Keeps where things were dragged to; a lone node that was dropped on a wire is joined into it in the same step. */
export function moveDragged({ moves, notes }: Dragged, ontoEdge?: string): void {
  const document = present()
  const places = findPlaces(document)
  const real = moves.filter(({ id, position }) => {
    const place = places.get(id)
    return !place || place.x !== position.x || place.y !== position.y
  })
  const edits: Edit[] = [...moveWithNotes(document, real, idsOf(notes)), ...changeNotes(notes)]
  const edge = ontoEdge === undefined ? undefined : findEdge(document, ontoEdge)
  const only = moves[0]
  if (edge && only && moves.length === 1) edits.push(moveOntoWire(document, only.id, edge))
  if (edits.length === 0) return
  const what = printThings(
    moves.map(({ id }) => id),
    notes.length,
  )
  documentStore.getState().apply({ type: 'batch', edits }, edge ? `Insert ${what}` : `Move ${what}`)
}

/** Moves the selection by a step of the keyboard; quick repetitions are one step of the history. */
export function nudgeSelection(step: Position): void {
  const { document, selection, apply } = documentStore.getState()
  const places = findPlaces(document)
  const moves = document.nodes
    .filter(({ id }) => selection.has(id))
    .map(({ id }) => ({ id, position: addPositions(places.get(id) ?? { x: 0, y: 0 }, step) }))
  const notes = listSelectedNotes().map((note) => ({ ...note, position: addPositions(note.position, step) }))
  const edits: Edit[] = [...moveWithNotes(document, moves, idsOf(notes)), ...changeNotes(notes)]
  if (edits.length > 0)
    apply({ type: 'batch', edits }, moves.length > 0 ? 'Move layers' : 'Move notes', { merge: 'nudge' })
}

/** Joins the selected layers to the last one of them, in the order of the network. */
export function connectSelected(): void {
  const { selection } = documentStore.getState()
  const order = orderNodes(present()).order.filter((id) => selection.has(id))
  const target = order.at(-1)
  if (target === undefined) return
  const edits: Edit[] = []
  let document = present()
  for (const id of order.slice(0, -1)) {
    const edge = edgeBetween(document, id, target)
    if (!edge || judgeConnection(document, edge.from, edge.to).kind === 'refused') continue
    edits.push({ type: 'connect', edge })
    document = { ...document, edges: [...document.edges, edge] }
  }
  if (edits.length > 0) documentStore.getState().apply({ type: 'batch', edits }, `Connect to "${target}"`)
}

/** An edge from the first output of one node to the first free input of another. */
export function edgeBetween(document: NetworkDocument, from: NodeId, to: NodeId): NetworkEdge | undefined {
  const nodeOf = (id: NodeId) => document.nodes.find((node) => node.id === id)
  const output = firstOutput(document, nodeOf(from))
  const target = portsIn(document, nodeOf(to))
  const input = target && findFreeInput(document, to, target)
  if (output === undefined || input === undefined) return undefined
  return { from: { node: from, port: output }, to: { node: to, port: input } }
}

/** What an edit is about, for its label: `"conv1"`, `3 layers`, `2 layers and 1 note`. */
function printThings(ids: readonly string[], noteCount: number): string {
  const layers = ids.length === 1 ? `"${ids[0]}"` : `${ids.length} layers`
  const notes = noteCount === 1 ? 'a note' : `${noteCount} notes`
  if (noteCount === 0) return layers
  return ids.length === 0 ? notes : `${layers} and ${notes}`
}

/** Deletes the selected nodes, edges and notes. */
export function deleteSelection(label = 'Delete'): void {
  const { document, selection, apply } = documentStore.getState()
  const nodes = document.nodes.filter(({ id }) => selection.has(id))
  const edges = listSelectedWires()
    .map(({ edge }) => edge)
    .filter(({ from, to }) => !selection.has(from.node) && !selection.has(to.node))
  const notes = listSelectedNotes()
  if (nodes.length + edges.length + notes.length === 0) return
  const edits: Edit[] = [
    ...edges.map((edge): Edit => ({ type: 'disconnect', edge })),
    ...nodes.map(({ id }): Edit => ({ type: 'removeNode', id })),
    ...notes.map(({ id }): Edit => ({ type: 'removeNote', id })),
  ]
  const ids = nodes.map(({ id }) => id)
  const what = ids.length + notes.length > 0 ? printThings(ids, notes.length) : 'connection'
  apply({ type: 'batch', edits }, `${label} ${what}`, { select: [] })
  canvasStore.setState({ selectedEdges: new Set(), selectedNotes: new Set(), activeId: null })
}

/** Deletes the one selected node and joins what lay before and behind it. */
export function deleteAndJoin(): void {
  const { document, selection, apply } = documentStore.getState()
  const node = document.nodes.find(({ id }) => selection.has(id))
  if (node) apply(removeAndJoin(document, node.id), `Delete "${node.id}" and join`, { select: [] })
}

/** Why a node cannot have this name, or undefined. */
export function renameProblem(document: NetworkDocument, id: string, name: string): string | undefined {
  if (name === id) return undefined
  const wrong = explainNodeId(name)
  if (wrong !== undefined) return wrong
  return document.nodes.some((node) => node.id === name) ? `A layer is already named "${name}".` : undefined
}

/** Renames a node; the keyboard stays on it. */
export function renameNode(id: string, to: string): void {
  const node = present().nodes.find((other) => other.id === id)
  if (!node || to === id) return
  documentStore.getState().apply({ type: 'renameNode', id: node.id, to }, `Rename "${id}" to "${to}"`)
  if (canvasStore.getState().activeId === id) canvasStore.setState({ activeId: to })
}

/** The selected layers and notes as text for the clipboard; undefined where nothing is selected. */
export function copySelection(): string | undefined {
  const { document, selection } = documentStore.getState()
  const notes = listSelectedNotes()
  return selection.size + notes.length > 0 ? printClipboard(document, selection, notes) : undefined
}

/** Pastes copied layers and notes and selects them. @throws NetloomError where the text is no network document */
export function pasteText(text: string, at?: Position, label = 'Paste'): void {
  const { edit, ids, notes } = pasteClipboard(present(), text, at)
  if (ids.length + notes.length === 0) return
  documentStore.getState().apply(edit, `${label} ${printThings(ids, notes.length)}`, { select: ids })
  selectNodes(ids, notes)
}

/** Copies the selection a little to the side. */
export function duplicateSelection(): void {
  const text = copySelection()
  if (text !== undefined) pasteText(text, undefined, 'Duplicate')
}

/** Aligns or distributes the selected nodes. */
export function arrangeSelection(arrangement: Arrangement, label: string): void {
  const { document, selection, apply } = documentStore.getState()
  const ids = document.nodes.filter(({ id }) => selection.has(id)).map(({ id }) => id)
  const moves = arrangeNodes(findPlaces(document), ids, arrangement)
  if (moves.length > 0) apply({ type: 'batch', edits: moveWithNotes(document, moves) }, label)
}

/** Freezes the selected nodes, or unfreezes them where all are frozen. */
export function toggleFrozen(): void {
  const { document, selection, apply } = documentStore.getState()
  const nodes = document.nodes.filter(({ id }) => selection.has(id))
  if (nodes.length === 0) return
  const frozen = nodes.every((node) => node.frozen) ? undefined : true
  const edits = nodes.map(({ id }): Edit => ({ type: 'setFrozen', id, frozen }))
  apply({ type: 'batch', edits }, frozen ? 'Freeze layers' : 'Unfreeze layers')
}
