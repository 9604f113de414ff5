import { afterEach, describe, expect, it } from 'vitest'
import { tourSteps, uiStore } from '../../kernel/ui/uiStore'
import { placeBubble } from './tour'

const page = { width: 1000, height: 700 }
const bubble = { width: 260, height: 120 }
const ui = () => uiStore.getState()

describe('the tour', () => {
  afterEach(() => ui().restartTour())

  it('goes on to the next step when the one pointed at is done, skips those done before, and ends', () => {
    ui().finishTourStep('datasetChosen')
    expect(ui().tourStep).toBeNull()
    ui().pointAtStep('opened')
    ui().finishTourStep('predicted')
    expect(ui().tourStep).toBe('opened')
    ui().finishTourStep('opened')
    expect(ui().tourStep).toBe('layerAdded')
    ui().finishTourStep('layerAdded')
    expect(ui().tourStep).toBe('trained')
    ui().pointAtStep('datasetChosen')
    ui().finishTourStep('datasetChosen')
    expect(ui().tourStep).toBe('trained')
    ui().finishTourStep('trained')
    expect(ui().tourStep).toBeNull()
    expect(new Set(ui().tourDone)).toEqual(new Set(tourSteps))
  })

  it('rests when it is left, and keeps what was done', () => {
    ui().pointAtStep('opened')
    ui().finishTourStep('opened')
    ui().pointAtStep(null)
    ui().finishTourStep('layerAdded')
    expect(ui().tourStep).toBeNull()
    expect(ui().tourDone).toEqual(['opened', 'layerAdded'])
    ui().dismissTour()
    expect(ui().isTourDismissed).toBe(true)
  })
})

describe('the words beside a control', () => {
  it('stand below it, above where there is no room, and inside of the window', () => {
    expect(placeBubble({ left: 400, top: 100, width: 100, height: 30 }, bubble, page)).toEqual({ left: 320, top: 142 })
    expect(placeBubble({ left: 400, top: 650, width: 100, height: 30 }, bubble, page)).toEqual({ left: 320, top: 518 })
    expect(placeBubble({ left: 0, top: 100, width: 20, height: 30 }, bubble, page).left).toBe(8)
    expect(placeBubble({ left: 980, top: 100, width: 20, height: 30 }, bubble, page).left).toBe(732)
    expect(placeBubble({ left: 0, top: 60, width: 264, height: 34 }, bubble, page, true)).toEqual({
      left: 276,
      top: 60,
    })
    expect(placeBubble({ left: 100, top: 0, width: 20, height: 700 }, bubble, page).top).toBe(8)
  })
})
