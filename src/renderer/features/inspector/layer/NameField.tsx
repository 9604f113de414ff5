// The field that renames a layer: the new name is taken over with Enter or on leaving the field; Escape keeps the old one.
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { NodeId } from '../../../../shared/graph/document'
import { applyEdit } from '../../../../shared/graph/edits'
import { focusInspectorName } from '../../../session/view/canvasFocus'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { messageOf } from '../../../kernel/core/client'
import classes from '../inspector.module.css'

/** Why a layer cannot have a name; undefined where it can. */
function findNameError(id: NodeId, to: string): string | undefined {
  if (to === id) return undefined
  try {
    applyEdit(documentStore.getState().document, { type: 'renameNode', id, to })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** The name of the layer `id`. */
export function NameField({ id }: { readonly id: NodeId }) {
  useDocument()
  const [draft, setDraft] = useState<string | null>(null)
  const name = draft?.trim()
  const error = name === undefined ? undefined : findNameError(id, name)
  const keep = (): void => {
    if (name === undefined || error !== undefined) return
    setDraft(null)
    if (name !== id) documentStore.getState().apply({ type: 'renameNode', id, to: name }, `Rename ${id} to ${name}`)
  }
  return (
    <TextInput
      size="xs"
      aria-label="Name of the layer"
      value={draft ?? id}
      error={error}
      spellCheck={false}
      classNames={{ root: classes.name, input: classes.code, error: classes.error }}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && error === undefined) {
          keep()
          // Another name is another panel: the keyboard goes on in its name field.
          requestAnimationFrame(focusInspectorName)
        }
        if (event.key !== 'Escape' || draft === null) return
        event.stopPropagation()
        setDraft(null)
      }}
    />
  )
}
