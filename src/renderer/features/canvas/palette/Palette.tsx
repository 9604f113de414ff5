// The palette: every layer by category, to search, to drag onto the canvas or to add after the selection.
import { Tooltip } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useMemo, useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import type { NodeDefinition } from '../../../../shared/layers/define'
import { listDefinitions } from '../../../session/blocks/definitions'
import {
  forgetBlock,
  isFromLibrary,
  keptType,
  listForeign,
  loadLibrary,
  useLibrary,
} from '../../../session/blocks/library'
import { useDocument } from '../../../session/document/documentStore'
import { addLayer } from '../edits/canvasEdits'
import { canvasMiddle, cornerAround, revealNode } from '../../../session/view/canvasFlow'
import { canvasStore } from '../../../session/view/canvasStore'
import { LayerIcon } from '../../../kernel/parts/layerIcons'
import { groupPalette, searchLayers } from './layerSearch'
import { paletteMime } from './paletteDrag'
import { showError } from '../../../kernel/failures/showFailure'

function add({ type }: NodeDefinition): void {
  addLayer(type, cornerAround(canvasMiddle()))
  const { activeId } = canvasStore.getState()
  if (activeId !== null) revealNode(activeId)
}

interface ItemProps {
  readonly layer: NodeDefinition
  readonly isTabStop: boolean
  readonly onFocus: () => void
}

function forget({ type }: NodeDefinition): void {
  forgetBlock(keptType(type)).catch(showError)
}

/** Takes a block out of the library; by the keyboard it is Delete on the block. */
function ForgetButton({ layer }: { readonly layer: NodeDefinition }) {
  return (
    <button
      type="button"
      className="nl-palette-forget"
      tabIndex={-1}
      aria-label={`Remove ${layer.title} from my blocks`}
      title="Remove from my blocks (Delete)"
      onClick={() => forget(layer)}
    >
      <IconX size={12} aria-hidden />
    </button>
  )
}

function Item({ layer, isTabStop, onFocus }: ItemProps) {
  const isKept = isFromLibrary(layer.type)
  const isTouched = useRef(false)
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.setData(paletteMime, layer.type)
    event.dataTransfer.effectAllowed = 'copy'
  }
  return (
    <div className="nl-palette-row">
      <Tooltip label={layer.doc} position="right" maw={260}>
        <button
          type="button"
          className="nl-palette-item"
          data-category={layer.category}
          data-layer={layer.type}
          draggable
          tabIndex={isTabStop ? 0 : -1}
          onDragStart={onDragStart}
          onFocus={onFocus}
          onPointerDown={({ pointerType }) => (isTouched.current = pointerType === 'touch')}
          // Two taps have added two already.
          onDoubleClick={() => !isTouched.current && add(layer)}
          aria-keyshortcuts={isKept ? 'Delete' : undefined}
          onKeyDown={(event) => {
            if (isKept && event.key === 'Delete') forget(layer)
          }}
          onClick={(event) => {
            // A click by the keyboard or a screen reader adds, and a tap, since a finger drags nothing from here; one by the
            // mouse only chooses, a double-click adds.
            if (event.detail === 0 || isTouched.current) add(layer)
          }}
        >
          <LayerIcon name={layer.icon} size={16} stroke={1.75} aria-hidden />
          <span>{layer.title}</span>
        </button>
      </Tooltip>
      {isKept && <ForgetButton layer={layer} />}
    </div>
  )
}

/** Moves the focus among the items by the arrow keys. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.nl-palette-item')]
  const at = items.findIndex((item) => item === document.activeElement)
  const next = items[at + step]
  event.preventDefault()
  if (next) next.focus()
  else if (step < 0) event.currentTarget.querySelector('input')?.focus()
}

/** All layers, by category and search. */
export function Palette() {
  const [query, setQuery] = useState('')
  const [focused, setFocused] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  const document = useDocument()
  const kept = useLibrary(({ entries }) => entries)
  const libraryError = useLibrary(({ error }) => error)
  const known = useMemo(() => [...listDefinitions(document), ...listForeign(document, kept)], [document, kept])
  const found = searchLayers(query, known)
  const groups = groupPalette(found)
  const stop = found.some(({ type }) => type === focused)
    ? focused
    : groups.find(({ layers }) => layers.length > 0)?.layers[0]?.type
  const onFieldKey = (event: KeyboardEvent): void => {
    const first = found[0]
    if (event.key === 'Enter' && first && query.trim() !== '') add(first)
    else if (event.key === 'Escape' && query !== '') setQuery('')
  }
  return (
    // The arrow keys move between the items below, which are buttons of their own.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section className="nl-palette" aria-label="Layers" onKeyDown={moveFocus}>
      <div className="nl-search" data-tour="layerAdded">
        <IconSearch size={14} aria-hidden />
        <input
          ref={field}
          className="nl-field"
          aria-label="Search layers"
          placeholder="Search layers"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={onFieldKey}
        />
      </div>
      <div className="nl-scroll">
        {groups.map(({ title, layers }) => (
          <section key={title} aria-label={title}>
            <h2 className="nl-heading">{title}</h2>
            {layers.map((layer) => (
              <Item
                key={layer.type}
                layer={layer}
                isTabStop={layer.type === stop}
                onFocus={() => setFocused(layer.type)}
              />
            ))}
          </section>
        ))}
        {libraryError !== null && (
          <p className="nl-quiet">
            My blocks could not be read. {libraryError}{' '}
            <button type="button" className="nl-text-button" onClick={() => void loadLibrary()}>
              Try again
            </button>
          </p>
        )}
        {groups.length === 0 && <p className="nl-quiet">No layer answers to “{query.trim()}”.</p>}
      </div>
    </section>
  )
}
