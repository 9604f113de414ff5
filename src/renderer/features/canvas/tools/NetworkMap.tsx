// The minimap: the whole network small, with the part that is seen; drawn as a few shapes however many nodes there are.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a drawing of several parts */
import { Panel, useReactFlow, useStore, useStoreApi, type ReactFlowState } from '@xyflow/react'
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { largestZoom, leastZoom } from '../../../session/view/canvasFlow'
import { nodeHeight, nodeWidth, type Box } from '../../../session/layout/canvasGeometry'
import type { CanvasNode } from '../flow/useFlowGraph'
import { drawMap, findFreeCorner, mapScale, toMap, type MapCorner, type MapScale } from './mapShapes'

/** The nodes; nothing of it changes while the canvas is panned. */
const MapNodes = memo(function MapNodes({
  nodes,
  scale,
}: {
  readonly nodes: readonly CanvasNode[]
  readonly scale: MapScale
}) {
  const shapes = useMemo(() => drawMap(nodes, scale), [nodes, scale])
  return (
    <svg className="nl-map-nodes" viewBox={`0 0 ${scale.size.width} ${scale.size.height}`} aria-hidden>
      {Array.from(shapes, ([colour, path]) => (
        <path key={colour} d={path} fill={colour} />
      ))}
    </svg>
  )
})

/** The part that is seen, in pixels of the map, as far as the map reaches. */
function viewOf({ transform: [x, y, zoom], width, height }: ReactFlowState, scale: MapScale): string {
  const corner = toMap(scale, { x: -x / zoom, y: -y / zoom })
  const end = toMap(scale, { x: (width - x) / zoom, y: (height - y) / zoom })
  const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
  const { width: w, height: h } = scale.size
  const [left, top] = [clamp(corner.x, w - 3), clamp(corner.y, h - 3)]
  const right = Math.max(left + 3, clamp(end.x, w))
  const bottom = Math.max(top + 3, clamp(end.y, h))
  return `M0 0h${w}v${h}h${-w}zM${left} ${top}h${right - left}v${bottom - top}h${left - right}z`
}

function MapView({ scale }: { readonly scale: MapScale }) {
  const path = useStore((state: ReactFlowState) => viewOf(state, scale))
  return (
    <svg className="nl-map-view" viewBox={`0 0 ${scale.size.width} ${scale.size.height}`} aria-hidden>
      <path d={path} fillRule="evenodd" />
    </svg>
  )
}

/** Takes the wheel as zoom; React listens to it passively, so that the page would scroll too. */
function useWheelZoom(zoomBy: (factor: number) => void) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const map = element.current
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      event.stopPropagation()
      zoomBy(2 ** (-event.deltaY / 500))
    }
    map?.addEventListener('wheel', onWheel, { passive: false })
    return () => map?.removeEventListener('wheel', onWheel)
  }, [zoomBy])
  return element
}

/** The view rests when it has not moved for this long. */
const restMs = 400

/**
 * Where the map lies once the view rests: in a corner where it covers no node; null where there is none.
 * While the view moves it stays where it is, or comes to the usual corner.
 */
function useMapCorner(nodes: readonly CanvasNode[], { size }: MapScale): { corner: MapCorner; isCovering: boolean } {
  const store = useStoreApi()
  const [corner, setCorner] = useState<MapCorner | null>('bottom-right')
  const [isMoving, setMoving] = useState(false)
  useEffect(() => {
    const boxes = nodes.map(({ position, width = nodeWidth, height = nodeHeight }) => ({ ...position, width, height }))
    const settle = (): void => {
      const { width, height, transform } = store.getState()
      setCorner(findFreeCorner(boxes, size, { width, height, transform }) ?? null)
      setMoving(false)
    }
    let timer = setTimeout(settle)
    const stop = store.subscribe((state, before) => {
      if (state.transform === before.transform && state.width === before.width && state.height === before.height) return
      setMoving(true)
      clearTimeout(timer)
      timer = setTimeout(settle, restMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [store, nodes, size])
  return { corner: corner ?? 'bottom-right', isCovering: corner === null && !isMoving }
}

/**
 * The map of a network. Pressing and dragging on it moves the view there, the wheel zooms. Where it can only lie over nodes,
 * it is there while the view moves.
 * @param bounds the box around all nodes
 */
export function NetworkMap({ nodes, bounds }: { readonly nodes: readonly CanvasNode[]; readonly bounds: Box }) {
  const { setCenter, getZoom, zoomTo } = useReactFlow()
  // What is small may follow an edit a little later than what is large.
  const shown = useDeferredValue(nodes)
  const { x, y, width, height } = useDeferredValue(bounds)
  const scale = useMemo(() => mapScale({ x, y, width, height }), [x, y, width, height])
  const zoomBy = useMemo(
    () => (factor: number) => void zoomTo(Math.min(largestZoom, Math.max(leastZoom, getZoom() * factor))),
    [getZoom, zoomTo],
  )
  const element = useWheelZoom(zoomBy)
  const { corner, isCovering } = useMapCorner(shown, scale)
  const moveTo = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    const across = ((event.clientX - box.left) / box.width) * scale.size.width
    const down = ((event.clientY - box.top) / box.height) * scale.size.height
    void setCenter((across - scale.left) / scale.zoom, (down - scale.top) / scale.zoom, { zoom: getZoom() })
  }
  return (
    <Panel position={corner} className="nl-minimap" style={scale.size} data-covering={isCovering || undefined}>
      <div
        ref={element}
        role="img"
        aria-label="Minimap"
        className="nl-map"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          moveTo(event)
        }}
        onPointerMove={moveTo}
      >
        <MapNodes nodes={shown} scale={scale} />
        <MapView scale={scale} />
      </div>
    </Panel>
  )
}
