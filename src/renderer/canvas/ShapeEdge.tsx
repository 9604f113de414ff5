// One wire of the canvas, with the shape that runs through it.
import { BaseEdge, getSmoothStepPath, type Edge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useCanvas } from './canvasStore'
import type { EdgeView } from './edgeViews'
import { useLevel } from './levelOfDetail'

export type ShapeFlowEdge = Edge<EdgeView, 'shape'>

/** Width of one character of a pill, in canvas units. */
const characterWidth = 6.65

function Pill({ view, x, y }: { readonly view: EdgeView; readonly x: number; readonly y: number }) {
  const text = view.isMismatch ? `! ${view.shape}` : view.shape
  const width = Math.ceil(text.length * characterWidth) + 12
  return (
    <g className="nl-pill" transform={`translate(${x} ${y})`} data-mismatch={view.isMismatch || undefined}>
      <rect x={-width / 2} y={-8.5} width={width} height={17} rx={8.5} />
      <text textAnchor="middle" dominantBaseline="central" y={0.5}>
        {text}
      </text>
    </g>
  )
}

function DrawnEdge(props: EdgeProps<ShapeFlowEdge>) {
  const { id, data, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props
  const level = useLevel()
  const isLit = useCanvas((state) => state.litEdges?.has(id) ?? false)
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
  return (
    <g
      className="nl-edge"
      data-selected={selected || undefined}
      data-lit={isLit || undefined}
      data-drop={isDropTarget || undefined}
      data-mismatch={data?.isMismatch || undefined}
    >
      <BaseEdge path={path} interactionWidth={20} />
      {level !== 'bar' && data && data.shape !== '' && <Pill view={data} x={labelX} y={labelY} />}
    </g>
  )
}

/** A wire between two layers. */
export const ShapeEdge = memo(DrawnEdge)
