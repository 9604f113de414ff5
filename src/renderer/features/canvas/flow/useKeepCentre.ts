// What is seen of the network stays in sight when the canvas becomes wider, narrower, higher or lower; not its first view.
import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { keepViewport, refitView } from '../../../session/view/canvasFlow'

/**
 * A view that shows the whole network shows it whole in a canvas of any size, as long as nobody moves it. Any other view is
 * moved by half of what the width changes. A canvas that is hidden for a while has no width, and comes back as it was.
 */
export function useKeepCentre(): void {
  const store = useStoreApi()
  useEffect(() => {
    let { width: knownWidth, height: knownHeight } = store.getState()
    return store.subscribe(({ width, height, transform: [x, y, zoom], panZoom }) => {
      if ((width === knownWidth && height === knownHeight) || width === 0) return
      const shift = knownWidth === 0 ? 0 : (width - knownWidth) / 2
      const isFirst = knownWidth === 0
      ;[knownWidth, knownHeight] = [width, height]
      if (isFirst || !panZoom) return
      const viewport = refitView({ x, y, zoom }) ?? { x: x + shift, y, zoom }
      if (viewport.x === x && viewport.y === y && viewport.zoom === zoom) return
      void panZoom.setViewport(viewport)
      keepViewport(viewport)
    })
  }, [store])
}
