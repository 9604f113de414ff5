// The notes of the document, and the one that is being begun, as React Flow's nodes; not how they are drawn (NoteNode.tsx).
import { useMemo, useState } from 'react'
import type { CanvasNote, Position } from '../../../../shared/graph/document'
import { useDocumentStore } from '../../../session/document/documentStore'
import { useCanvas } from '../../../session/view/canvasStore'
import type { NoteFlowNode } from '../nodes/NoteNode'
import { noteElement, sizeOfNote } from '../../../session/view/noteElements'

/** Below every layer and wire, also while selected, which raises by 1000. */
const lowest = -2000

/** A place or size while a note is dragged or resized. */
export interface ChangingBox {
  readonly position?: Position
  readonly size?: { readonly width: number; readonly height: number }
}

function buildNote(note: CanvasNote, selected: boolean, isEditing: boolean, box: ChangingBox = {}): NoteFlowNode {
  const { width, height } = box.size ?? sizeOfNote(note)
  return {
    id: noteElement(note.id),
    type: 'note',
    data: { note },
    position: box.position ?? note.position,
    selected,
    draggable: !isEditing,
    width,
    height,
    measured: { width, height },
    zIndex: lowest,
    dragging: box.position !== undefined,
  }
}

interface KeptNote {
  readonly flow: NoteFlowNode
  readonly isEditing: boolean
}

/** Builds the notes anew, taking over those that show the same as the last time. */
function createNoteBuilder() {
  let kept: ReadonlyMap<string, KeptNote> = new Map()
  return (
    notes: readonly CanvasNote[],
    selected: ReadonlySet<string>,
    editing: string | null,
    changing: ReadonlyMap<string, ChangingBox>,
  ): readonly NoteFlowNode[] => {
    const next = new Map<string, KeptNote>()
    for (const note of notes) {
      const box = changing.get(noteElement(note.id))
      const old = kept.get(note.id)
      const [isSelected, isEditing] = [selected.has(note.id), editing === note.id]
      const isSame =
        !box &&
        old?.flow.data.note === note &&
        old.flow.selected === isSelected &&
        old.isEditing === isEditing &&
        !old.flow.dragging &&
        old.flow.width === sizeOfNote(note).width &&
        old.flow.height === sizeOfNote(note).height
      next.set(note.id, isSame ? old : { flow: buildNote(note, isSelected, isEditing, box), isEditing })
    }
    kept = next
    return Array.from(next.values(), ({ flow }) => flow)
  }
}

const none: readonly CanvasNote[] = []

/** React Flow's nodes for the notes. @param changing places and sizes of what is being dragged or resized */
export function useNoteNodes(changing: ReadonlyMap<string, ChangingBox>): readonly NoteFlowNode[] {
  const notes = useDocumentStore((state) => state.document.notes) ?? none
  const draft = useCanvas((state) => state.draft)
  const selected = useCanvas((state) => state.selectedNotes)
  const editing = useCanvas((state) => state.editingNote)
  const [build] = useState(createNoteBuilder)
  return useMemo(
    () => build(draft ? [...notes, draft] : notes, selected, editing, changing),
    [build, notes, draft, selected, editing, changing],
  )
}
