// The outline: all layers of the document as a list, in the order of the data.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a virtual list has no tag of its own */
import { useVirtualizer } from '@tanstack/react-virtual'
import { IconAlertTriangleFilled, IconExclamationCircleFilled } from '@tabler/icons-react'
import { useMemo, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { NodeId } from '../../../../shared/graph/document'
import { orderNodes } from '../../../../shared/graph/order'
import type { NodeDefinition } from '../../../../shared/layers/define'
import { definitionIn } from '../../../session/blocks/definitions'
import { documentStore, useDocument, useInference, useSelection } from '../../../session/document/documentStore'
import { useIssues } from '../../../session/dataset/useIssues'
import { deleteSelection } from '../edits/canvasEdits'
import { selectNodes } from '../../../session/view/selectNodes'
import { revealNode } from '../../../session/view/canvasFlow'
import { focusInspector } from '../../../session/view/canvasFocus'
import { useCanvas } from '../../../session/view/canvasStore'
import { LayerIcon } from '../../../kernel/parts/layerIcons'
import { printShape } from '../../../kernel/print/printFacts'

const rowHeight = 24

interface RowProps {
  readonly id: NodeId
  readonly type: string
  readonly definition: NodeDefinition | undefined
  readonly shape: string
  readonly level: 'error' | 'warning' | undefined
  readonly isSelected: boolean
  readonly top: number
  readonly onChoose: (event: MouseEvent) => void
}

function Row({ id, type, definition, shape, level, isSelected, top, onChoose }: RowProps) {
  return (
    // The keys are those of the list, which names the active row.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`nl-outline-${id}`}
      role="option"
      aria-selected={isSelected}
      aria-label={[id, definition?.title ?? type, shape, level ?? ''].filter(Boolean).join(', ')}
      tabIndex={-1}
      className="nl-outline-row"
      data-category={definition?.category}
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
      onClick={onChoose}
      onDoubleClick={focusInspector}
    >
      <LayerIcon name={definition?.icon ?? 'help'} size={14} stroke={1.75} aria-hidden />
      <span className="nl-outline-name">{id}</span>
      {level === 'error' && <IconExclamationCircleFilled className="nl-node-error" size={13} aria-hidden />}
      {level === 'warning' && <IconAlertTriangleFilled className="nl-node-warning" size={13} aria-hidden />}
      <span className="nl-outline-shape">{shape}</span>
    </div>
  )
}

/** The rows from the one selected first to another, in that order, so that the next range begins there too. */
export function rangeTo(order: readonly NodeId[], selection: readonly string[], index: number): readonly NodeId[] {
  const start = Math.max(
    0,
    order.findIndex((id) => id === selection[0]),
  )
  return start <= index ? order.slice(start, index + 1) : order.slice(index, start + 1).reverse()
}

/** Selects a row: alone, with Ctrl in addition, with Shift everything from the last one on. */
function choose(order: readonly NodeId[], index: number, event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>) {
  const id = order[index]
  if (id === undefined) return
  const { selection } = documentStore.getState()
  if (event.ctrlKey || event.metaKey) {
    selectNodes(selection.has(id) ? [...selection].filter((other) => other !== id) : [...selection, id])
  } else if (event.shiftKey && selection.size > 0) {
    selectNodes(rangeTo(order, [...selection], index))
  } else {
    selectNodes([id])
  }
  revealNode(id)
}

function useLevels(): ReadonlyMap<string, 'error' | 'warning'> {
  const issues = useIssues()
  return useMemo(() => {
    const levels = new Map<string, 'error' | 'warning'>()
    for (const { nodeId, level } of issues) {
      if (nodeId !== undefined && levels.get(nodeId) !== 'error') levels.set(nodeId, level)
    }
    return levels
  }, [issues])
}

function OutlineList() {
  const document = useDocument()
  const inference = useInference()
  const selection = useSelection()
  const levels = useLevels()
  const activeId = useCanvas((state) => state.activeId)
  const order = useMemo(() => orderNodes(document).order, [document])
  const types = useMemo(() => new Map(document.nodes.map(({ id, type }) => [id, type])), [document])
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by React's compiler
  const rows = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = order.findIndex((id) => id === activeId)
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(at + 1, order.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: order.length - 1,
    }
    const next = targets[event.key]
    if (next !== undefined) {
      choose(order, next, { ctrlKey: false, metaKey: false, shiftKey: event.shiftKey })
      rows.scrollToIndex(next)
    } else if (event.key === 'Enter') focusInspector()
    else if (event.key === 'Delete') deleteSelection()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const isShown = rows.getVirtualItems().some(({ index }) => order[index] === activeId)
  return (
    <div
      ref={scroller}
      className="nl-scroll"
      role="listbox"
      aria-label="Outline"
      aria-multiselectable
      aria-activedescendant={isShown ? `nl-outline-${activeId}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const id = order[index]
          if (id === undefined) return null
          const shape = inference.nodes.get(id)?.outputs[0]
          return (
            <Row
              key={id}
              id={id}
              type={types.get(id) ?? ''}
              definition={definitionIn(document, types.get(id) ?? '')}
              shape={shape ? printShape(shape) : ''}
              level={levels.get(id)}
              isSelected={selection.has(id)}
              top={start}
              onChoose={(event) => choose(order, index, event)}
            />
          )
        })}
      </div>
    </div>
  )
}

/** The list of all layers. */
export function Outline() {
  const count = useDocument().nodes.length
  return (
    <section className="nl-outline" aria-label="Outline">
      <h2 className="nl-heading nl-heading-bar">
        Outline <span className="nl-dim">{count}</span>
      </h2>
      {count === 0 ? <p className="nl-quiet">Layers appear here in the order of the data.</p> : <OutlineList />}
    </section>
  )
}
