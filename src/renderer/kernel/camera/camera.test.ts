// What is said where there is no camera, which part of a frame is taken, and how many a second.
import { describe, expect, it } from 'vitest'
import { describeCameraFailure, whyNoCamera } from './cameraFailure'
import { squareOf } from './squareFrame'
import { FrameRate } from './frameRate'

const failure = (name: string): Error => Object.assign(new Error('words of the browser'), { name })

describe('a camera that gives nothing', () => {
  it('is told before it is asked for, where the page may not ask', () => {
    const place = { isSecure: true, hasDevices: true, isDesktop: false }
    expect(whyNoCamera(place)).toBeNull()
    expect(whyNoCamera({ ...place, isSecure: false })?.text).toContain('localhost')
    expect(whyNoCamera({ ...place, hasDevices: false })?.title).toBe('This browser has no cameras')
  })

  it('is denied, missing, in use, or fails for what the browser says', () => {
    const titles = ['NotAllowedError', 'NotFoundError', 'OverconstrainedError', 'NotReadableError'].map(
      (name) => describeCameraFailure(failure(name), { isDesktop: false }).title,
    )
    expect(titles).toEqual([
      'The camera was not allowed',
      'No camera was found',
      'No camera was found',
      'The camera gives no image',
    ])
    expect(describeCameraFailure(failure('NotAllowedError'), { isDesktop: true }).text).not.toContain('address bar')
    expect(describeCameraFailure(failure('TypeError'), { isDesktop: false }).text).toBe('words of the browser')
  })
})

describe('the square of a frame', () => {
  it('is its middle, as large as fits', () => {
    expect(squareOf({ width: 640, height: 480 })).toEqual({ x: 80, y: 0, side: 480 })
    expect(squareOf({ width: 480, height: 641 })).toEqual({ x: 0, y: 81, side: 480 })
    expect(squareOf({ width: 7, height: 7 })).toEqual({ x: 0, y: 0, side: 7 })
  })
})

describe('the frame rate', () => {
  it('is that of the last two seconds, and nothing before two frames', () => {
    const rate = new FrameRate()
    expect(rate.note(0)).toBeNull()
    expect(rate.note(100)).toBeCloseTo(10)
    for (let at = 200; at <= 3000; at += 100) rate.note(at)
    expect(rate.note(3100)).toBeCloseTo(10)
    // It slows down to 2 a second, and that is seen after two seconds.
    let last: number | null = null
    for (let at = 3600; at <= 6100; at += 500) last = rate.note(at)
    expect(last).toBeCloseTo(2)
  })
})
