// The lines to what a dragged thing is in line with, while it is dragged; which lines those are is worked out in guides.ts.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Guides } from './guides'

/** The lines that are shown now; null while nothing is dragged. */
export const guidesStore = createStore<{ readonly guides: Guides | null }>()(() => ({ guides: null }))

/** The lines, followed while the component is mounted. */
export function useGuideLines(): Guides | null {
  return useStore(guidesStore, (state) => state.guides)
}
