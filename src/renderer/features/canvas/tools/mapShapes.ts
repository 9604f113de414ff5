// What the minimap draws, in its own pixels: one path per colour; not its view and not its clicks (NetworkMap.tsx).
import type { Position } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box } from '../../../session/layout/canvasGeometry'
import type { CanvasNode } from '../flow/useFlowGraph'

/** Pixels of the map at most; a chain of layers needs less of one side. */
const largest = { width: 168, height: 132 } as const
const leastSide = 56
/** Free pixels around the network. */
const margin = 6
/** A node is drawn at least this large, so that a network of thousands of layers still is to be seen. */
const leastSize = 1.5

/** How places on the canvas become places on the map. */
export interface MapScale {
  readonly zoom: number
  readonly left: number
  readonly top: number
  /** Pixels of the map, of about the network's own shape. */
  readonly size: { readonly width: number; readonly height: number }
}

/** The scale at which a box fits the map, in its middle. */
export function mapScale({ x, y, width, height }: Box): MapScale {
  const zoom = Math.min((largest.width - 2 * margin) / width, (largest.height - 2 * margin) / height)
  const size = {
    width: Math.max(leastSide, Math.ceil(width * zoom) + 2 * margin),
    height: Math.max(leastSide, Math.ceil(height * zoom) + 2 * margin),
  }
  return {
    zoom,
    left: (size.width - width * zoom) / 2 - x * zoom,
    top: (size.height - height * zoom) / 2 - y * zoom,
    size,
  }
}

/** Corners of the canvas for the map, the usual one first; the canvas's own buttons are in the fourth. */
export const mapCorners = ['bottom-right', 'top-right', 'top-left'] as const
export type MapCorner = (typeof mapCorners)[number]

/** Free pixels between the map and the border of the canvas. */
const mapMargin = 12
/** On a canvas narrower than this the map lies above the canvas's buttons. */
export const narrowCanvas = 560
const buttonsHeight = 50

/** The part of the canvas that the map takes in a corner, in pixels. */
function boxIn(corner: MapCorner, size: MapScale['size'], canvas: MapScale['size']): Box {
  const rise = canvas.width < narrowCanvas ? buttonsHeight : 0
  return {
    x: corner === 'top-left' ? mapMargin : canvas.width - mapMargin - size.width,
    y: corner === 'bottom-right' ? canvas.height - mapMargin - rise - size.height : mapMargin,
    ...size,
  }
}

/**
 * The first corner in which the map covers no node.
 * @param view pixels of the canvas, and how its units become them
 * @returns undefined where there is none
 */
export function findFreeCorner(
  boxes: Iterable<Box>,
  size: MapScale['size'],
  view: { readonly width: number; readonly height: number; readonly transform: readonly [number, number, number] },
): MapCorner | undefined {
  const [left, top, zoom] = view.transform
  let free = mapCorners.map((corner) => ({ corner, box: boxIn(corner, size, view) }))
  for (const { x, y, width, height } of boxes) {
    const [near, high] = [x * zoom + left, y * zoom + top]
    const [far, low] = [near + width * zoom, high + height * zoom]
    free = free.filter(({ box }) => far < box.x || low < box.y || near > box.x + box.width || high > box.y + box.height)
    if (free.length === 0) return undefined
  }
  return free[0]?.corner
}

/** A place of the canvas on the map. */
export function toMap({ zoom, left, top }: MapScale, { x, y }: Position): Position {
  return { x: x * zoom + left, y: y * zoom + top }
}

function colourOf(node: CanvasNode): string {
  if (node.type === 'note') return 'color-mix(in srgb, var(--nl-border-strong) 35%, transparent)'
  return node.data.category === 'unknown' ? 'var(--nl-error)' : `var(--nl-cat-${node.data.category})`
}

function round(value: number): number {
  return Math.round(value * 4) / 4
}

/** A path for each colour, in the order in which they come; nodes that would cover each other are drawn once. */
export function drawMap(nodes: readonly CanvasNode[], scale: MapScale): ReadonlyMap<string, string> {
  const boxes = new Map<string, Set<string>>()
  for (const node of nodes) {
    const colour = colourOf(node)
    const corner = toMap(scale, node.position)
    const width = Math.max(leastSize, (node.width ?? nodeWidth) * scale.zoom)
    const height = Math.max(leastSize, (node.height ?? nodeHeight) * scale.zoom)
    const box = `M${round(corner.x)} ${round(corner.y)}h${round(width)}v${round(height)}h${round(-width)}z`
    const known = boxes.get(colour)
    if (known) known.add(box)
    else boxes.set(colour, new Set([box]))
  }
  return new Map(Array.from(boxes, ([colour, paths]) => [colour, [...paths].join('')]))
}
