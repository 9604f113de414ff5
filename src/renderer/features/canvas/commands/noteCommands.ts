// The actions on notes as commands; what they do stands in notes.ts.
import { noteColours, usualNoteSize } from '../../../../shared/graph/document'
import type { Command } from '../../../kernel/commands/commands'
import { documentStore } from '../../../session/document/documentStore'
import { selectNodes } from '../../../session/view/selectNodes'
import { boundsOf, canvasMiddle, revealBox, revealNode, toCanvas } from '../../../session/view/canvasFlow'
import { focusCanvas } from '../../../session/view/canvasFocus'
import { canvasStore } from '../../../session/view/canvasStore'
import { gridSize, snapPosition } from '../../../session/layout/canvasGeometry'
import { colourNotes, draftNote, editNote, listSelectedNotes, stretchNotes } from '../edits/notes'
import { noteElement } from '../../../session/view/noteElements'

const hasNote = (): boolean => listSelectedNotes().length > 0

/** Begins a note where the menu was opened, else to the right of the selection, else in the middle of the canvas. */
function addNote(): void {
  const { menu } = canvasStore.getState()
  const { selection } = documentStore.getState()
  const selected = selection.size > 0 ? boundsOf(selection) : undefined
  const place =
    menu?.on === 'canvas'
      ? toCanvas(menu.at)
      : selected
        ? { x: selected.x + selected.width + 4 * gridSize, y: selected.y }
        : toCanvas(canvasMiddle())
  const corner = snapPosition(place)
  draftNote(corner)
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
