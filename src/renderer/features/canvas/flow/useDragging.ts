// Dragging nodes: one step of the history per drag, and a lone node dropped on a wire is joined into it.
import type { ReactFlowProps } from '@xyflow/react'
import { useMemo } from 'react'
import { documentStore } from '../../../session/document/documentStore'
import { moveDragged } from '../edits/canvasEdits'
import { edgeAt } from '../../../session/view/canvasFlow'
import { canvasStore } from '../../../session/view/canvasStore'
import { canLieOnWire } from '../edits/insertion'
import { edgesInto, edgesOutOf } from '../../../session/wiring/ports'
import type { ShapeFlowEdge } from '../nodes/ShapeEdge'
import type { CanvasNode, FlowGraph } from './useFlowGraph'

/** The wire under the pointer, where the dragged node could lie on it. */
function wireUnder(event: MouseEvent | TouchEvent, dragged: readonly CanvasNode[]): string | undefined {
  const only = dragged[0]
  if (only?.type !== 'layer' || dragged.length !== 1 || !('clientX' in event)) return undefined
  const { document } = documentStore.getState()
  const { id } = only.data
  if (edgesInto(document, id).length + edgesOutOf(document, id).length > 0) return undefined
  const node = document.nodes.find((other) => other.id === id)
  return node && canLieOnWire(documentStore.getState().document, node.type)
    ? edgeAt({ x: event.clientX, y: event.clientY })
    : undefined
}

type DragProps = Pick<
  ReactFlowProps<CanvasNode, ShapeFlowEdge>,
  'onNodeDrag' | 'onNodeDragStop' | 'onSelectionDragStop'
>

/** React Flow's callbacks for dragged nodes. */
export function useDragging(takeDragged: FlowGraph['takeDragged']): DragProps {
  return useMemo(
    () => ({
      onNodeDrag(event, _, dragged) {
        const dropEdge = wireUnder(event, dragged) ?? null
        if (canvasStore.getState().dropEdge !== dropEdge) canvasStore.setState({ dropEdge })
      },
      onNodeDragStop(event, _, dragged) {
        canvasStore.setState({ dropEdge: null })
        moveDragged(takeDragged(), wireUnder(event, dragged))
      },
      onSelectionDragStop: () => moveDragged(takeDragged()),
    }),
    [takeDragged],
  )
}
