// The canvas's view: zoom, centre, what is in sight; for commands and panels outside of React Flow.
import { getViewportForBounds, type ReactFlowInstance, type Viewport } from '@xyflow/react'
import type { NetworkDocument, Position } from '../../../shared/graph/document'
import type { DocumentSession } from '../document/DocumentSession'
import { documentStore, presentSession } from '../document/documentStore'
import { canvasElementId } from './canvasFocus'
import { canvasStore } from './canvasStore'
import { findPlaces, nodeHeight, nodeWidth } from '../layout/canvasGeometry'
import type { Box } from '../layout/canvasGeometry'
import { noteElement, sizeOfNote } from './noteElements'

export const leastZoom = 0.02
export const largestZoom = 2
/** A network that would open smaller than this opens at its beginning instead. */
const readableZoom = 0.5
/** Free space around a network that is fitted into the view; below lie the canvas's own buttons. */
const padding = { top: '32px', right: '32px', bottom: '64px', left: '32px' } as const

/** What is used of a React Flow instance, whatever its nodes and edges are. */
type Flow = Pick<
  ReactFlowInstance,
  'getViewport' | 'setViewport' | 'getZoom' | 'zoomTo' | 'setCenter' | 'screenToFlowPosition' | 'flowToScreenPosition'
>

let flow: Flow | undefined
/** The view that showed the whole network, or its beginning: one that nobody has moved since. */
const fittedViews = new WeakMap<
  DocumentSession,
  { readonly viewport: Viewport; readonly fit: () => Viewport | undefined }
>()
const kept = new WeakMap<DocumentSession, Viewport>()

/** Notes the React Flow instance that is on the screen, or that there is none. */
export function setFlow(instance: Flow | undefined): void {
  flow = instance
}

/** The inside of a block while it is shown in place of the document: what zoom and search then act on. */
export interface ShownInside {
  readonly flow: Flow
  readonly document: NetworkDocument
}

let inside: ShownInside | undefined

/** Notes that the inside of a block is shown, or no longer. */
export function setInside(shown: ShownInside | undefined): void {
  inside = shown
}

function shownFlow(): Flow | undefined {
  return inside?.flow ?? flow
}

function shownDocument(): NetworkDocument {
  return inside?.document ?? documentStore.getState().document
}

/** Milliseconds of a movement of the view; none for people who want none. */
export function motionMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150
}

/** Remembers the view of a network, for when it is shown again. */
export function keepViewport(viewport: Viewport, session = presentSession()): void {
  kept.set(session, viewport)
}

function canvasBox(): DOMRect | undefined {
  return document.getElementById(canvasElementId)?.getBoundingClientRect()
}

/** The boxes of all nodes and notes (`note:note1`) of a document. */
export function listBoxes(document: NetworkDocument): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>()
  for (const [id, { x, y }] of findPlaces(document)) boxes.set(id, { x, y, width: nodeWidth, height: nodeHeight })
  for (const note of document.notes ?? []) boxes.set(noteElement(note.id), { ...note.position, ...sizeOfNote(note) })
  return boxes
}

/** The box around nodes and notes; undefined where there are none. */
export function boundsOf(ids?: ReadonlySet<string>, document: NetworkDocument = shownDocument()): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [id, { x, y, width, height }] of listBoxes(document)) {
    if (ids && !ids.has(id)) continue
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  if (left > right) return undefined
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Shows the whole network, or the given nodes, as large as they fit. */
export async function zoomToFit(ids?: ReadonlySet<string>, largest = 1): Promise<void> {
  const flow = shownFlow()
  const bounds = boundsOf(ids)
  const box = canvasBox()
  if (!flow || !bounds || !box) return
  const viewport = getViewportForBounds(bounds, box.width, box.height, leastZoom, largest, padding)
  if (!ids && !inside) fittedViews.set(presentSession(), { viewport, fit: () => fitWhole(largest) })
  await flow.setViewport(viewport, { duration: motionMs() })
}

/** The view that shows the whole document as large as it fits. */
function fitWhole(largest: number): Viewport | undefined {
  const box = canvasBox()
  const bounds = boundsOf(undefined, documentStore.getState().document)
  return box && bounds && getViewportForBounds(bounds, box.width, box.height, leastZoom, largest, padding)
}

/**
 * The view for a canvas of another size, where the present one was fitted and nobody has moved it since.
 * @returns undefined where it stays as it was chosen
 */
export function refitView(present: Viewport): Viewport | undefined {
  const session = presentSession()
  const fitted = fittedViews.get(session)
  if (!fitted) return undefined
  const { x, y, zoom } = fitted.viewport
  const isSame = Math.abs(x - present.x) < 1 && Math.abs(y - present.y) < 1 && Math.abs(zoom - present.zoom) < 1e-3
  const viewport = isSame ? fitted.fit() : undefined
  if (viewport) fittedViews.set(session, { ...fitted, viewport })
  else fittedViews.delete(session)
  return viewport
}

/** Shows a network that was just opened: as it was left, whole, or from its beginning where it is too large. */
export async function showDocument(): Promise<void> {
  const box = canvasBox()
  const bounds = boundsOf(undefined, documentStore.getState().document)
  if (!flow || !box) return
  const { document } = documentStore.getState()
  const left = kept.get(presentSession())
  if (left) return void (await flow.setViewport(left))
  if (!bounds) return void (await flow.setViewport({ x: 0, y: 0, zoom: 1 }))
  await flow.setViewport(openView(document, bounds, box))
}

/** Shows the whole document, or its beginning where it is too large, with a movement of the view. */
export async function showWhole(): Promise<void> {
  const box = canvasBox()
  const { document } = documentStore.getState()
  const bounds = boundsOf(undefined, document)
  if (flow && box && bounds) await flow.setViewport(openView(document, bounds, box), { duration: motionMs() })
}

/** The view of a network that is opened, kept so that it follows the size of the canvas. */
function openView(document: NetworkDocument, bounds: Box, box: DOMRect): Viewport {
  const viewport = openingView(document, bounds, box)
  const fit = (): Viewport | undefined => {
    const present = canvasBox()
    const { document: shown } = documentStore.getState()
    const around = boundsOf(undefined, shown)
    return present && around && openingView(shown, around, present)
  }
  fittedViews.set(presentSession(), { viewport, fit })
  return viewport
}

function openingView(document: NetworkDocument, bounds: Box, box: DOMRect): Viewport {
  const fitting = getViewportForBounds(bounds, box.width, box.height, leastZoom, 1, padding)
  if (fitting.zoom >= readableZoom) return fitting
  const first = findPlaces(document).values().next().value ?? bounds
  const zoom = canvasStore.getState().direction === 'down' ? 0.8 : 0.7
  const isDown = canvasStore.getState().direction === 'down'
  const x = isDown ? box.width / 2 - (first.x + nodeWidth / 2) * zoom : 48 - first.x * zoom
  const y = isDown ? 48 - first.y * zoom : box.height / 2 - (first.y + nodeHeight / 2) * zoom
  return { x, y, zoom }
}

/** The part of the canvas that is seen, in canvas units. */
export function viewBox(): Box | undefined {
  const flow = shownFlow()
  const box = canvasBox()
  if (!flow || !box) return undefined
  const { x, y, zoom } = flow.getViewport()
  return { x: -x / zoom, y: -y / zoom, width: box.width / zoom, height: box.height / zoom }
}

/** The present zoom, 1 being natural size. */
export function viewZoom(): number {
  return shownFlow()?.getZoom() ?? 1
}

/** Brings a node or note into sight where it is not; the zoom stays unless the node would be a mere bar. */
export function revealNode(id: string): void {
  revealBox(listBoxes(shownDocument()).get(id))
}

/** Brings a box in canvas units into sight. */
export function revealBox(place: Box | undefined): void {
  const flow = shownFlow()
  const box = canvasBox()
  if (!flow || !place || !box) return
  const { x, y, zoom } = flow.getViewport()
  const centre = { x: place.x + place.width / 2, y: place.y + place.height / 2 }
  const middle = { x: centre.x * zoom + x, y: centre.y * zoom + y }
  const margin = Math.min(40, box.width / 4)
  const isSeen =
    middle.x > margin && middle.y > margin && middle.x < box.width - margin && middle.y < box.height - margin
  if (isSeen) return
  void flow.setCenter(centre.x, centre.y, {
    zoom: Math.max(zoom, 0.25),
    duration: motionMs(),
  })
}

/** Zooms by a factor around the middle of the view. */
export function zoomBy(factor: number): void {
  const flow = shownFlow()
  if (!flow) return
  void flow.zoomTo(Math.min(largestZoom, Math.max(leastZoom, flow.getZoom() * factor)), { duration: motionMs() })
}

/** Zooms to a factor of natural size. */
export function zoomTo(zoom: number): void {
  void shownFlow()?.zoomTo(zoom, { duration: motionMs() })
}

/** A point of the window in canvas units. */
export function toCanvas(point: { readonly x: number; readonly y: number }): Position {
  return flow ? flow.screenToFlowPosition(point, { snapToGrid: false }) : { x: 0, y: 0 }
}

/** Where a node's corner goes so that the node lies around a point of the window. */
export function cornerAround(point: { readonly x: number; readonly y: number }): Position {
  const { x, y } = toCanvas(point)
  return { x: x - nodeWidth / 2, y: y - nodeHeight / 2 }
}

/** Width by height of the canvas, as far as it is known. */
export function canvasAspect(): number | undefined {
  const box = canvasBox()
  return box && box.height > 0 ? box.width / box.height : undefined
}

/** The middle of the canvas, in pixels of the window. */
export function canvasMiddle(): { readonly x: number; readonly y: number } {
  const box = canvasBox()
  return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 }
}

/** The point below the middle of a node or note, in pixels of the window. */
export function besideNode(id: string): { readonly x: number; readonly y: number } {
  const flow = shownFlow()
  const place = listBoxes(shownDocument()).get(id)
  if (!flow || !place) return canvasMiddle()
  const corner = flow.flowToScreenPosition({ x: place.x + place.width / 2, y: place.y + place.height + 12 })
  const box = canvasBox()
  if (!box) return corner
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)
  return { x: clamp(corner.x, box.left, box.right), y: clamp(corner.y, box.top, box.bottom) }
}

/** The edge under a point of the window. */
export function edgeAt(point: { readonly x: number; readonly y: number }): string | undefined {
  for (const element of document.elementsFromPoint(point.x, point.y)) {
    const id = element.closest('.react-flow__edge')?.getAttribute('data-id')
    if (id) return id
  }
  return undefined
}
