// The searchable menu that adds a layer where the person is: on empty canvas, behind a node, from a port, on a wire.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a list with icons and reasons under a field has no tag of its own */
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'
import { inferDocument } from '../../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { Shape } from '../../../../shared/graph/shape'
import { listDefinitions } from '../../../session/blocks/definitions'
import { useDocument } from '../../../session/document/documentStore'
import { addRequested, findEdge } from '../edits/canvasEdits'
import { revealNode } from '../../../session/view/canvasFlow'
import { focusCanvas } from '../../../session/view/canvasFocus'
import { canvasStore, useCanvas, type QuickAddRequest } from '../../../session/view/canvasStore'
import { shapeAt } from '../../../session/wiring/connections'
import { canLieOnWire } from '../edits/insertion'
import { LayerIcon } from '../../../kernel/parts/layerIcons'
import { offerLayers, searchLayers, type Offer } from './layerSearch'

const width = 280
const tallest = 340

/** The shape that a new layer would get, where it gets one. */
function findShape(document: NetworkDocument, goal: QuickAddRequest['goal']): Shape | undefined {
  const inference = inferDocument(document)
  if (goal.kind === 'port' && goal.side === 'output') return shapeAt(inference, goal.held)
  if (goal.kind === 'after') return inference.nodes.get(goal.node)?.outputs[0]
  const edge = goal.kind === 'wire' ? findEdge(document, goal.edgeId) : undefined
  return edge && shapeAt(inference, edge.from)
}

/** What can be added for a goal, what fits first. */
function listOffers(document: NetworkDocument, goal: QuickAddRequest['goal'], query: string): readonly Offer[] {
  const all = listDefinitions(document)
  if (goal.kind === 'place') {
    return searchLayers(query, all).map((definition) => ({ definition, verdict: { kind: 'fits' } }))
  }
  if (goal.kind === 'port' && goal.side === 'input') {
    const giving = all.filter(({ outputPorts }) => outputPorts.length > 0)
    return searchLayers(query, giving).map((definition) => ({ definition, verdict: { kind: 'fits' } }))
  }
  const taking = all.filter(({ type }) => canLieOnWire(document, type))
  return offerLayers(searchLayers(query, taking), document, findShape(document, goal))
}

function headingOf(goal: QuickAddRequest['goal']): string {
  switch (goal.kind) {
    case 'place':
      return 'Add a layer'
    case 'after':
      return goal.asBranch ? `New branch after ${goal.node}` : `Add after ${goal.node}`
    case 'port':
      return goal.side === 'output' ? `Add after ${goal.held.node}` : `Add before ${goal.held.node}`
    case 'wire':
      return 'Insert into the wire'
    default:
      return goal satisfies never
  }
}

interface OptionProps {
  readonly id: string
  readonly offer: Offer
  readonly isActive: boolean
  readonly onChoose: () => void
  readonly onHover: () => void
}

function Option({ id, offer: { definition, verdict }, isActive, onChoose, onHover }: OptionProps) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    // The keys are those of the field above, which names the active option.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      className="nl-quick-option"
      data-category={definition.category}
      data-misfit={verdict.kind === 'misfit' || undefined}
      title={verdict.reason ?? definition.doc}
      onPointerMove={onHover}
      onClick={onChoose}
    >
      <LayerIcon name={definition.icon} size={16} stroke={1.75} aria-hidden />
      <span>{definition.title}</span>
      {verdict.kind === 'misfit' && <small>does not fit here</small>}
    </div>
  )
}

function Menu({ request }: { readonly request: QuickAddRequest }) {
  const document = useDocument()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const offers = useMemo(() => listOffers(document, request.goal, query), [document, request, query])
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), [])
  const close = (): void => {
    canvasStore.setState({ quickAdd: null })
    focusCanvas()
  }
  const choose = (offer: Offer | undefined): void => {
    if (!offer) return
    close()
    addRequested(offer.definition.type, request.goal)
    const { activeId } = canvasStore.getState()
    if (activeId !== null) revealNode(activeId)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setActive((present) => (present + step + offers.length) % Math.max(1, offers.length))
    else if (event.key === 'Enter') choose(offers[active])
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else return
    event.preventDefault()
  }
  const left = Math.max(8, Math.min(request.at.x, innerWidth - width - 8))
  const top = Math.max(8, Math.min(request.at.y, innerHeight - tallest - 8))
  return (
    <div
      className="nl-quick"
      style={{ left, top, width, maxHeight: tallest }}
      role="dialog"
      aria-label={headingOf(request.goal)}
    >
      <div className="nl-quick-heading">{headingOf(request.goal)}</div>
      <input
        ref={field}
        className="nl-field"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={offers[active] ? `${listId}-${active}` : undefined}
        aria-label="Search layers"
        placeholder="Search layers"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {offers.length === 0 && <p className="nl-quiet">No layer of this name</p>}
      <div
        id={listId}
        role="listbox"
        aria-label="Layers"
        className="nl-quick-list"
        onPointerDown={(event) => event.preventDefault()}
      >
        {offers.map((offer, index) => (
          <Option
            key={offer.definition.type}
            id={`${listId}-${index}`}
            offer={offer}
            isActive={index === active}
            onChoose={() => choose(offer)}
            onHover={() => setActive(index)}
          />
        ))}
      </div>
    </div>
  )
}

/** The quick-add menu, while it is asked for. */
export function QuickAdd() {
  const request = useCanvas((state) => state.quickAdd)
  if (!request) return null
  const { at } = request
  return createPortal(<Menu key={`${at.x}:${at.y}`} request={request} />, document.body)
}
