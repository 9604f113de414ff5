// What the minimap draws, in its own pixels: one path per colour; not its view and not its clicks (NetworkMap.tsx).
import type { Position } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box } from '../../../session/layout/canvasGeometry'
import type { CanvasNode } from '../flow/useFlowGraph'

/** Pixels of the map. */
export const mapSize = { width: 168, height: 112 } as const
/** Free pixels around the network. */
const margin = 6
/** A node is drawn at least this large, so that a network of thousands of layers still is to be seen. */
const leastSize = 1.5

/** How places on the canvas become places on the map. */
export interface MapScale {
  readonly zoom: number
  readonly left: number
  readonly top: number
}

/** The scale at which a box fits the map, in its middle. */
export function mapScale({ x, y, width, height }: Box): MapScale {
  const zoom = Math.min((mapSize.width - 2 * margin) / width, (mapSize.height - 2 * margin) / height)
  return {
    zoom,
    left: (mapSize.width - width * zoom) / 2 - x * zoom,
    top: (mapSize.height - height * zoom) / 2 - y * zoom,
  }
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
