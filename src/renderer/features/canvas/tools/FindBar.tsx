// Finds layers by name, kind or what matters, and goes from one to the next.
import { ActionIcon } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { definitionIn } from '../../../session/blocks/definitions'
import { useDocument } from '../../../session/document/documentStore'
import { selectNodes } from '../../../session/view/selectNodes'
import { revealNode } from '../../../session/view/canvasFlow'
import { focusCanvas } from '../../../session/view/canvasFocus'
import { canvasStore, useCanvas } from '../../../session/view/canvasStore'
import { findNodes } from './findNodes'

function Bar() {
  const document = useDocument()
  const [query, setQuery] = useState('')
  const [index, setIndex] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const found = findNodes(document, query, (type) => definitionIn(document, type)?.title)
  useEffect(() => field.current?.focus(), [])
  const show = (next: number, among = found): void => {
    if (among.length === 0) return
    const wrapped = (next + among.length) % among.length
    const id = among[wrapped]
    setIndex(wrapped)
    if (id === undefined) return
    selectNodes([id])
    revealNode(id)
  }
  const close = (): void => {
    canvasStore.setState({ isFinding: false })
    focusCanvas()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter') show(index + (event.shiftKey ? -1 : 1))
    else return
    event.preventDefault()
  }
  const count = query.trim() === '' ? '' : found.length === 0 ? 'none' : `${index + 1} of ${found.length}`
  return (
    <search className="nl-find" aria-label="Find a layer">
      <input
        ref={field}
        className="nl-field"
        aria-label="Find a layer"
        placeholder="Find a layer"
        value={query}
        onChange={(event) => {
          const text = event.currentTarget.value
          setQuery(text)
          show(
            0,
            findNodes(document, text, (type) => definitionIn(document, type)?.title),
          )
        }}
        onKeyDown={onKeyDown}
      />
      <output className="nl-find-count">{count}</output>
      <ActionIcon aria-label="Previous match" disabled={found.length < 2} onClick={() => show(index - 1)}>
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Next match" disabled={found.length < 2} onClick={() => show(index + 1)}>
        <IconChevronDown size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Close the search" onClick={close}>
        <IconX size={16} />
      </ActionIcon>
    </search>
  )
}

/** The search bar of the canvas, while it is open. */
export function FindBar() {
  return useCanvas((state) => state.isFinding) ? <Bar /> : null
}
