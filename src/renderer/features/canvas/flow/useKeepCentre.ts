// What is in the middle of the canvas stays there when the canvas becomes wider or narrower; not the first view of a network.
import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { keepViewport } from '../../../session/view/canvasFlow'

/**
 * Moves the view by half of what the width of the canvas changes, so that a window that shrinks or a panel that opens leaves
 * the network in sight. A canvas that is hidden for a while has no width, and comes back as it was.
 */
export function useKeepCentre(): void {
  const store = useStoreApi()
  useEffect(() => {
    let known = store.getState().width
    return store.subscribe(({ width, transform: [x, y, zoom], panZoom }) => {
      if (width === known || width === 0) return
      const shift = known === 0 ? 0 : (width - known) / 2
      known = width
      if (shift === 0 || !panZoom) return
      const viewport = { x: x + shift, y, zoom }
      void panZoom.setViewport(viewport)
      keepViewport(viewport)
    })
  }, [store])
}
