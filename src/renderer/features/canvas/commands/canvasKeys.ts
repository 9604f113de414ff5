// What single keys do while the canvas has the focus: moving between nodes, editing, leaving; other keys are commands.
import type { KeyboardEvent } from 'react'
import { runCommand } from '../../../kernel/commands/commands'
import { documentStore } from '../../../session/document/documentStore'
import { selectNodes } from '../../../session/view/selectNodes'
import { besideNode, canvasMiddle, revealNode } from '../../../session/view/canvasFlow'
import { canvasElementId, focusInspector } from '../../../session/view/canvasFocus'
import { canvasStore } from '../../../session/view/canvasStore'
import { findPlaces } from '../../../session/layout/canvasGeometry'
import { findNeighbour, isArrowKey, type ArrowKey } from './neighbours'
import { editNote, listSelectedNotes } from '../edits/notes'
import { noteIdOf } from '../../../session/view/noteElements'

/** What the keys below do, as the help lists them. */
export const canvasKeyHelp: readonly { readonly title: string; readonly keys: readonly string[] }[] = [
  { title: 'Go to a neighbour', keys: ['Arrows'] },
  { title: 'Select a neighbour too', keys: ['Shift+Arrows'] },
  { title: 'Go to the first or last layer', keys: ['Home', 'End'] },
  { title: 'Edit the first parameter, or a note', keys: ['Enter'] },
  { title: 'Select one more, or one less', keys: ['Shift+Click', 'Ctrl+Click'] },
  { title: 'Select nothing', keys: ['Escape'] },
  { title: 'Open the menu', keys: ['Shift+F10'] },
]

/** Handles a key of the canvas itself; keys of fields inside it are theirs. */
export function handleCanvasKey(event: KeyboardEvent): void {
  if (event.target instanceof Element && event.target.id !== canvasElementId) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (isArrowKey(event.key)) moveTo(event.key, event.shiftKey)
  else if (event.key === 'Home' || event.key === 'End') goToEnd(event.key === 'Home')
  else if (event.key === 'Enter') editActive()
  else if (event.key === 'Escape') clearAll()
  else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenuByKey()
  else return
  event.preventDefault()
}

/** Moves to a neighbour of the node the keyboard stands on; with Shift the selection grows. */
function moveTo(key: ArrowKey, grows: boolean): void {
  const { document, selection } = documentStore.getState()
  const { activeId, direction } = canvasStore.getState()
  const active = document.nodes.find(({ id }) => id === activeId) ?? document.nodes.find(({ id }) => selection.has(id))
  if (!active) return goToEnd(true)
  const next = findNeighbour(document, findPlaces(document), active.id, key, direction)
  if (next === undefined) return
  selectNodes(grows ? [...new Set([...selection, next])].filter((id) => id !== next).concat(next) : [next])
  revealNode(next)
}

function goToEnd(isFirst: boolean): void {
  const { nodes } = documentStore.getState().document
  const node = isFirst ? nodes[0] : nodes.at(-1)
  if (!node) return
  selectNodes([node.id])
  revealNode(node.id)
}

function editActive(): void {
  const { selection } = documentStore.getState()
  const note = listSelectedNotes().at(-1)
  if (selection.size > 0) focusInspector()
  else if (note) editNote(note.id)
  else runCommand('canvas.addAfter')
}

function clearAll(): void {
  selectNodes([])
  canvasStore.setState({ wiring: null, litEdges: null, isFinding: false })
}

function openMenuByKey(): void {
  const { activeId } = canvasStore.getState()
  const hasNode = documentStore.getState().selection.size > 0
  const on = hasNode ? 'node' : listSelectedNotes().length > 0 ? 'note' : 'canvas'
  canvasStore.setState({ menu: { at: activeId === null ? canvasMiddle() : besideNode(activeId), on } })
}

type MenuTarget =
  | { readonly kind: 'node' | 'note'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string }
  | { readonly kind: 'selection' }
  | { readonly kind: 'canvas' }

interface PointerLike {
  readonly clientX: number
  readonly clientY: number
  preventDefault(): void
}

/** Selects one more thing, or one less where it is selected. @param element the name of a layer's or a note's element */
export function toggleSelected(element: string): void {
  const { selection } = documentStore.getState()
  const notes = [...canvasStore.getState().selectedNotes]
  const toggle = (list: readonly string[], id: string): string[] =>
    list.includes(id) ? list.filter((other) => other !== id) : [...list, id]
  const note = noteIdOf(element)
  if (note === undefined) selectNodes(toggle([...selection], element), notes)
  else selectNodes([...selection], toggle(notes, note))
}

/** Selects one of several selected things alone, which React Flow leaves selected together. */
export function selectAlone(element: string): void {
  const { selection } = documentStore.getState()
  if (selection.size + canvasStore.getState().selectedNotes.size < 2) return
  const note = noteIdOf(element)
  selectNodes(note === undefined ? [element] : [], note === undefined ? [] : [note])
}

/** Opens the context menu of what was clicked; a node or wire outside of the selection is selected first. */
export function openMenu(event: PointerLike, target: MenuTarget): void {
  event.preventDefault()
  const { selection } = documentStore.getState()
  if (target.kind === 'node' && !selection.has(target.id)) selectNodes([target.id])
  const note = target.kind === 'note' ? noteIdOf(target.id) : undefined
  const isSelected = note !== undefined && canvasStore.getState().selectedNotes.has(note)
  if (note !== undefined && !isSelected) selectNodes([], [note])
  if (target.kind === 'edge') {
    selectNodes([])
    canvasStore.setState({ selectedEdges: new Set([target.id]) })
  }
  if (target.kind === 'canvas') selectNodes([])
  const on = target.kind === 'selection' ? 'node' : target.kind
  canvasStore.setState({ menu: { at: { x: event.clientX, y: event.clientY }, on } })
}
