// Nodes that glide to new places, so that one sees where each went: after a layout, and out of a block that is expanded.
import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { Position } from '../../../shared/graph/document'
import { findPlaces } from '../layout/canvasGeometry'
import { documentStore } from '../document/documentStore'
import { motionMs } from './canvasFlow'

/** From where each node comes, as seen from where it stands now; a new object for each movement. */
export type Glide = ReadonlyMap<string, Position>

const none: Glide = new Map()
const glideStore = createStore<{ readonly glide: Glide }>()(() => ({ glide: none }))
let ending: ReturnType<typeof setTimeout> | undefined

/**
 * Lets the nodes of the present document come from where they were; nothing moves for people who want no motion.
 * @param origins where each node was
 */
export function glideFrom(origins: ReadonlyMap<string, Position>): void {
  const ms = motionMs()
  if (ms === 0) return
  const glide = new Map<string, Position>()
  for (const [id, place] of findPlaces(documentStore.getState().document)) {
    const origin = origins.get(id)
    if (origin && (origin.x !== place.x || origin.y !== place.y)) {
      glide.set(id, { x: origin.x - place.x, y: origin.y - place.y })
    }
  }
  clearTimeout(ending)
  glideStore.setState({ glide })
  ending = setTimeout(() => glideStore.setState({ glide: none }), ms)
}

/** From where a node comes while it glides, as seen from its place. */
export function useGlide(id: string): Position | undefined {
  return useStore(glideStore, ({ glide }) => glide.get(id))
}

/** Whether nodes glide: wires then come into sight with them. */
export function useIsGliding(): boolean {
  return useStore(glideStore, ({ glide }) => glide.size > 0)
}
