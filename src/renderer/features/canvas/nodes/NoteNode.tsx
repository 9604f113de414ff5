// One note of the canvas: a card with text, edited where it lies, resized at its corner.
import { IconLink } from '@tabler/icons-react'
import { NodeResizeControl, type Node, type NodeProps } from '@xyflow/react'
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { leastNoteSize, noteColours, type CanvasNote } from '../../../../shared/graph/document'
import { focusCanvas, nodeElementId } from '../../../session/view/canvasFocus'
import { useCanvas } from '../../../session/view/canvasStore'
import { useLevel } from './levelOfDetail'
import { describeNote, finishNote, resizeNote } from '../edits/notes'
import { noteElement } from '../../../session/view/noteElements'

export type NoteFlowNode = Node<{ readonly note: CanvasNote }, 'note'>

/** The text of a note while it is edited: leaving the field, Escape and Ctrl+Enter keep what was typed. */
function NoteField({ note }: { readonly note: CanvasNote }) {
  const [text, setText] = useState(note.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const isDone = useRef(false)
  const heightWithText = useRef(0)
  const { id } = note
  const end = useCallback(
    (last: string): void => {
      if (isDone.current) return
      isDone.current = true
      finishNote(id, last, heightWithText.current)
    },
    [id],
  )
  useLayoutEffect(() => {
    // Layout pixels, which the canvas's zoom does not change.
    heightWithText.current = field.current?.closest<HTMLElement>('.nl-note')?.offsetHeight ?? 0
  })
  useEffect(() => {
    const element = field.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
    // A note that is moved out of sight is no longer drawn: what was typed is kept then too.
    return () =>
      queueMicrotask(() => {
        if (element && !element.isConnected) end(element.value)
      })
  }, [end])
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.key !== 'Escape' && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return
    event.preventDefault()
    end(text)
    focusCanvas()
  }
  return (
    <textarea
      ref={field}
      className="nl-note-field nodrag nopan nowheel"
      aria-label="Text of the note"
      placeholder="Write a note"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => end(text)}
    />
  )
}

function DrawnNote({ data: { note }, selected }: NodeProps<NoteFlowNode>) {
  const level = useLevel()
  const isEditing = useCanvas((state) => state.editingNote === note.id)
  const isActive = useCanvas((state) => state.activeId === noteElement(note.id))
  return (
    <div
      id={nodeElementId(noteElement(note.id))}
      className="nl-note"
      role="note"
      aria-label={describeNote(note)}
      data-colour={note.color ?? noteColours[0]}
      data-selected={selected || undefined}
      data-active={isActive || undefined}
    >
      {isEditing && <NoteField note={note} />}
      {!isEditing && level !== 'bar' && <p className="nl-note-text">{note.text}</p>}
      {note.layer !== undefined && level === 'full' && (
        <IconLink className="nl-note-link" size={12} aria-hidden>
          <title>{`Moves with ${note.layer}`}</title>
        </IconLink>
      )}
      {selected && !isEditing && (
        <NodeResizeControl
          className="nl-note-corner nodrag"
          position="bottom-right"
          minWidth={leastNoteSize.width}
          minHeight={leastNoteSize.height}
          onResizeEnd={(_, { width, height }) => resizeNote(note.id, { width, height })}
        >
          <span className="nl-note-grip" title="Resize the note (Alt+Shift+arrows)" />
        </NodeResizeControl>
      )}
    </div>
  )
}

/** A note on the canvas, behind the layers. */
export const NoteNode = memo(DrawnNote)
