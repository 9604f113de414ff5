// The field in which a node is renamed where it stands.
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { documentStore } from '../../../session/document/documentStore'
import { canvasStore } from '../../../session/view/canvasStore'
import { renameProblem, renameNode } from '../edits/canvasEdits'
import { focusCanvas } from '../../../session/view/canvasFocus'

/** Renames the node `id`: Enter and leaving the field keep the name, Escape leaves the old one. */
export function RenameField({ id }: { readonly id: string }) {
  const [name, setName] = useState(id)
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  const problem = renameProblem(documentStore.getState().document, id, name.trim())
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const end = (keep: boolean): void => {
    if (isDone.current) return
    isDone.current = true
    canvasStore.setState({ renaming: null })
    if (keep && problem === undefined) renameNode(id, name.trim())
    focusCanvas()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.key === 'Enter' && problem === undefined) end(true)
    if (event.key === 'Escape') end(false)
  }
  return (
    <input
      ref={field}
      className="nl-name-field nodrag nopan"
      aria-label={`New name of ${id}`}
      aria-invalid={problem !== undefined}
      title={problem}
      value={name}
      spellCheck={false}
      onChange={(event) => setName(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => end(true)}
    />
  )
}
