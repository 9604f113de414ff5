// Moves the view by wheel and trackpad where that is meant (wheelGestures.ts); zooming is React Flow's own.
import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { canvasElementId } from '../../../session/view/canvasFocus'
import { keepViewport } from '../../../session/view/canvasFlow'
import { movesView, stepOf } from './wheelGestures'

/** Turns within this time are one gesture. */
const gestureMs = 250

/** Listens to the canvas as long as it is there. */
export function useWheelMoves(): void {
  const store = useStoreApi()
  useEffect(() => {
    const canvas = document.getElementById(canvasElementId)
    if (!canvas) return undefined
    let lastMoveMs = -Infinity
    const onWheel = (event: WheelEvent): void => {
      const { target } = event
      // What scrolls by itself keeps its turns.
      if (target instanceof Element && target.closest('.nowheel, .nl-map')) return
      if (!movesView(event, event.timeStamp - lastMoveMs < gestureMs)) return
      lastMoveMs = event.timeStamp
      event.preventDefault()
      event.stopPropagation()
      const { transform, panZoom } = store.getState()
      const step = stepOf(event)
      const viewport = { x: transform[0] + step.x, y: transform[1] + step.y, zoom: transform[2] }
      void panZoom?.setViewport(viewport)
      keepViewport(viewport)
    }
    // Before React Flow, which would zoom; not passively, so that the browser does not go back a page.
    canvas.addEventListener('wheel', onWheel, { capture: true, passive: false })
    return () => canvas.removeEventListener('wheel', onWheel, { capture: true })
  }, [store])
}
