// One wire of the canvas, with the shape that runs through it.
import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type Edge, type EdgeProps } from '@xyflow/react'
import { memo, useContext } from 'react'
import type { Position } from '../../../../shared/graph/document'
import type { WireRoute } from '../../../session/layout/wireGeometry'
import { useCanvas } from '../../../session/view/canvasStore'
import { describeEdge, widthOfEdge, type EdgeView } from './edgeViews'
import { PillContext, useLevel } from './levelOfDetail'

/** What a wire shows, and its way; left out where an end of it is not drawn. */
export interface WireData extends Record<string, unknown> {
  readonly view: EdgeView
  readonly route: WireRoute | undefined
}

export type ShapeFlowEdge = Edge<WireData, 'shape'>

const cornerRadius = 8

/** A way as a path with rounded corners. */
export function drawWay(points: readonly Position[]): string {
  const parts = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]]
    if (!before) return `M${point.x} ${point.y}`
    if (!after) return `L${point.x} ${point.y}`
    const radius = Math.min(cornerRadius, distance(before, point) / 2, distance(point, after) / 2)
    const [start, end] = [towards(point, before, radius), towards(point, after, radius)]
    return `L${start.x} ${start.y}Q${point.x} ${point.y} ${end.x} ${end.y}`
  })
  return parts.join('')
}

function distance(a: Position, b: Position): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
}

/** The point so far from `from` on the way to `to`, which lies straight across or along. */
function towards(from: Position, to: Position, length: number): Position {
  return { x: from.x + Math.sign(to.x - from.x) * length, y: from.y + Math.sign(to.y - from.y) * length }
}

/** The path of a wire and the middle of its pill: as it was routed, else straight from end to end by smooth steps. */
function findPath(props: EdgeProps<ShapeFlowEdge>): { readonly path: string; readonly pill: Position | undefined } {
  const route = props.data?.route
  if (route) return { path: drawWay(route.points), pill: route.pill }
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: cornerRadius, offset: 16 })
  return { path, pill: { x, y } }
}

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
  const { id, selected } = props
  const data = props.data?.view
  const level = useLevel()
  const showsPills = useContext(PillContext)
  const isLit = useCanvas((state) => state.litEdges?.has(id) ?? false)
  const isSized = useCanvas((state) => state.sizesEdges)
  const isDropTarget = useCanvas((state) => state.dropEdge === id)
  const { path, pill } = findPath(props)
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
      {level !== 'bar' && showsPills && data && data.shape !== '' && pill && (
        <Pill view={data} x={pill.x} y={pill.y} isLit={isLit} />
      )}
    </g>
  )
}

/** A wire between two layers. */
export const ShapeEdge = memo(DrawnEdge)
