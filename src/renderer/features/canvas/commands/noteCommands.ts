// The actions on notes as commands; what they do stands in notes.ts.
import { noteColours, usualNoteSize, type NodeId, type Position } from '../../../../shared/graph/document'
import type { Command } from '../../../kernel/commands/commands'
import { documentStore } from '../../../session/document/documentStore'
import { selectNodes } from '../../../session/view/selectNodes'
import { boundsOf, canvasMiddle, listBoxes, revealBox, revealNode, toCanvas } from '../../../session/view/canvasFlow'
import { focusCanvas } from '../../../session/view/canvasFocus'
import { canvasStore } from '../../../session/view/canvasStore'
import { gridSize, snapPosition } from '../../../session/layout/canvasGeometry'
import { attachNotes, colourNotes, draftNote, editNote, listSelectedNotes, stretchNotes } from '../edits/notes'
import { noteElement } from '../../../session/view/noteElements'

const hasNote = (): boolean => listSelectedNotes().length > 0

/** How far a note gives way to what lies on the canvas already, in steps of its own height. */
const mostSteps = 40

/** The place itself, or the nearest one to the right, then below, where a note of the usual size covers nothing. */
function findRoom(place: Position): Position {
  const taken = [...listBoxes(documentStore.getState().document).values()]
  const { width, height } = usualNoteSize
  const isFree = ({ x, y }: Position): boolean =>
    !taken.some((box) => x < box.x + box.width && y < box.y + box.height && x + width > box.x && y + height > box.y)
  for (let step = 0; step < mostSteps; step += 1) {
    for (const candidate of [
      { x: place.x + step * gridSize * 4, y: place.y },
      { x: place.x, y: place.y + step * gridSize * 4 },
    ]) {
      if (isFree(candidate)) return candidate
    }
  }
  return place
}

/** The layer that a new note belongs to: the one that is selected. */
function selectedLayer(): NodeId | undefined {
  const { selection, document } = documentStore.getState()
  const [only] = selection
  return selection.size === 1 ? document.nodes.find(({ id }) => id === only)?.id : undefined
}

/** Begins a note where the menu was opened, else to the right of the selection, else in the middle of the canvas. */
function addNote(): void {
  const { menu } = canvasStore.getState()
  const { selection } = documentStore.getState()
  const isPlaced = menu?.on === 'canvas'
  const selected = selection.size > 0 ? boundsOf(selection) : undefined
  const place =
    menu?.on === 'canvas'
      ? toCanvas(menu.at)
      : selected
        ? { x: selected.x + selected.width + 4 * gridSize, y: selected.y }
        : toCanvas(canvasMiddle())
  const corner = snapPosition(isPlaced ? place : findRoom(place))
  draftNote(corner, isPlaced ? undefined : selectedLayer())
  revealBox({ ...corner, ...usualNoteSize })
}

/** Selects the note after the selected one, in the order of the document. */
function goToNextNote(): void {
  const { notes = [] } = documentStore.getState().document
  const selected = listSelectedNotes().at(-1)
  const next = notes[(notes.findIndex(({ id }) => id === selected?.id) + 1) % notes.length]
  if (!next) return
  selectNodes([], [next.id])
  revealNode(noteElement(next.id))
  focusCanvas()
}

const stretches = [
  ['wider', 'ArrowRight', { x: 1, y: 0 }],
  ['narrower', 'ArrowLeft', { x: -1, y: 0 }],
  ['taller', 'ArrowDown', { x: 0, y: 1 }],
  ['lower', 'ArrowUp', { x: 0, y: -1 }],
] as const

/** All commands of notes. */
export const noteCommands: readonly Command[] = [
  { id: 'canvas.note.add', title: 'Add a note', group: 'Notes', shortcut: 'N', run: addNote },
  {
    id: 'canvas.note.next',
    title: 'Go to the next note',
    group: 'Notes',
    shortcut: 'Shift+N',
    isEnabled: () => (documentStore.getState().document.notes ?? []).length > 0,
    run: goToNextNote,
  },
  {
    id: 'canvas.note.edit',
    title: 'Edit the note',
    group: 'Notes',
    isEnabled: hasNote,
    run() {
      const note = listSelectedNotes().at(-1)
      if (note) editNote(note.id)
    },
  },
  {
    id: 'canvas.note.attach',
    title: 'Let the note move with the layer',
    group: 'Notes',
    isEnabled: () => hasNote() && selectedLayer() !== undefined,
    run: () => attachNotes(listSelectedNotes(), selectedLayer()),
  },
  {
    id: 'canvas.note.detach',
    title: 'Let the note lie by itself',
    group: 'Notes',
    isEnabled: () => listSelectedNotes().some(({ layer }) => layer !== undefined),
    run: () => attachNotes(listSelectedNotes(), undefined),
  },
  ...stretches.map(([word, key, steps]): Command => ({
    id: `canvas.note.${word}`,
    title: `Make the note ${word}`,
    group: 'Notes',
    shortcut: `Alt+Shift+${key}`,
    isEnabled: hasNote,
    run: () => stretchNotes(steps),
  })),
  ...noteColours.map((colour): Command => ({
    id: `canvas.note.colour.${colour}`,
    title: `Colour the note ${colour}`,
    group: 'Notes',
    isEnabled: hasNote,
    run: () => colourNotes(colour),
  })),
]
