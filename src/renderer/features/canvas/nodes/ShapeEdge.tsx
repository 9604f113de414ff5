// One wire of the canvas, with the shape that runs through it.
import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type Edge, type EdgeProps } from '@xyflow/react'
import { memo, useContext } from 'react'
import { useCanvas } from '../../../session/view/canvasStore'
import { describeEdge, widthOfEdge, type EdgeView } from './edgeViews'
import { PillContext, useLevel } from './levelOfDetail'

export type ShapeFlowEdge = Edge<EdgeView, 'shape'>

interface PillProps {
  readonly view: EdgeView
  readonly x: number
  readonly y: number
  readonly isLit: boolean
}

/** The shape at the middle of a wire; it lies above all wires, so that none is drawn through it. */
function Pill({ view, x, y, isLit }: PillProps) {
  const transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`
  return (
    <EdgeLabelRenderer>
      <span
        className="nl-pill"
        style={{ transform }}
        data-mismatch={view.mismatch !== '' || undefined}
        data-lit={isLit || undefined}
      >
        {view.mismatch === '' ? view.shape : view.mismatch}
      </span>
    </EdgeLabelRenderer>
  )
}

function DrawnEdge(props: EdgeProps<ShapeFlowEdge>) {
  const { id, data, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props
  const level = useLevel()
  const showsPills = useContext(PillContext)
  const isLit = useCanvas((state) => state.litEdges?.has(id) ?? false)
  const isSized = useCanvas((state) => state.sizesEdges)
  const isDropTarget = useCanvas((state) => state.dropEdge === id)
  const [path, labelX, labelY] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 8,
    offset: 16,
  })
  const emphasis = isDropTarget ? 4 : selected ? 2.5 : isLit ? 2 : 0
  const width = isSized && data ? Math.max(widthOfEdge(data.values), emphasis) : undefined
  return (
    <g
      className="nl-edge"
      data-selected={selected || undefined}
      data-lit={isLit || undefined}
      data-drop={isDropTarget || undefined}
      data-mismatch={(data && data.mismatch !== '') || undefined}
      data-sized={isSized || undefined}
    >
      {data && <title>{describeEdge(data)}</title>}
      <BaseEdge path={path} interactionWidth={20} style={width === undefined ? undefined : { strokeWidth: width }} />
      {level !== 'bar' && showsPills && data && data.shape !== '' && (
        <Pill view={data} x={labelX} y={labelY} isLit={isLit} />
      )}
    </g>
  )
}

/** A wire between two layers. */
export const ShapeEdge = memo(DrawnEdge)
