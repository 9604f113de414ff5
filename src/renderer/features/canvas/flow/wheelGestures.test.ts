// Turns as mice and trackpads give them: which move the view, which zoom, and how far.
import { describe, expect, it } from 'vitest'
import { movesView, stepOf, type WheelTurn } from './wheelGestures'

const none: WheelTurn = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false }

describe('a turn', () => {
  it.each([
    ['a notch of a mouse wheel', { deltaY: 100, wheelDeltaY: -120 }, false],
    ['three notches', { deltaY: 300, wheelDeltaY: -360 }, false],
    ['a notch in lines', { deltaY: 3, deltaMode: 1 }, false],
    ['a notch with Ctrl', { deltaY: 100, wheelDeltaY: -120, ctrlKey: true }, false],
    ['a pinch', { deltaY: 2.5, wheelDeltaY: -7, ctrlKey: true }, false],
    ['two fingers', { deltaY: 4, wheelDeltaY: -12 }, true],
    ['two fingers without the older figure', { deltaY: 4.25 }, true],
    ['two fingers sideways', { deltaX: 7, deltaY: 1, wheelDeltaY: -3 }, true],
    ['a wheel that tilts', { deltaX: 100, wheelDeltaY: 0 }, true],
    ['a notch with Shift', { deltaY: 100, wheelDeltaY: -120, shiftKey: true }, true],
  ] as const)('%s', (_, turn, expected) => {
    expect(movesView({ ...none, ...turn }, false)).toBe(expected)
  })

  it('goes on with the gesture that it belongs to, but for a pinch', () => {
    expect(movesView({ ...none, deltaY: 40, wheelDeltaY: -120 }, true)).toBe(true)
    expect(movesView({ ...none, deltaY: 40, wheelDeltaY: -120, ctrlKey: true }, true)).toBe(false)
  })

  it('moves by its pixels, lines in their height, and sideways with Shift', () => {
    expect(stepOf({ ...none, deltaX: 7, deltaY: -3 })).toEqual({ x: -7, y: 3 })
    expect(stepOf({ ...none, deltaX: 1, deltaMode: 1 })).toEqual({ x: -16, y: -0 })
    expect(stepOf({ ...none, deltaY: 100, shiftKey: true })).toEqual({ x: -100, y: -0 })
  })
})
