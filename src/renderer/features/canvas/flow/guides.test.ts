// Tests of the lines to which dragged nodes snap.
import { describe, expect, it } from 'vitest'
import { areSameGuides, prepareLines, snapToLines } from './guides'
import { type Box } from '../../../session/layout/canvasGeometry'

const size = { width: 208, height: 56 }
const still: Box = { x: 0, y: 0, ...size }

describe('alignment lines', () => {
  it('bring a centre onto the centre above it, and show the line over both', () => {
    const { shift, guides } = snapToLines(prepareLines([still]), { x: 4, y: 200, ...size }, 6)
    expect(shift).toEqual({ x: -4, y: 0 })
    // The centre of both is 208 / 2; the line reaches from the top of one to the bottom of the other.
    expect(guides).toEqual({ x: { at: 104, from: 0, to: 256 }, y: null })
  })

  it('bring edges into line where sizes differ', () => {
    const note: Box = { x: 211, y: 100, width: 96, height: 48 }
    // Its left edge comes to the right edge of the node at 208.
    expect(snapToLines(prepareLines([still]), note, 6).shift).toEqual({ x: -3, y: 0 })
  })

  it('work along both axes at once', () => {
    const lines = prepareLines([still, { x: 500, y: 300, ...size }])
    const { shift, guides } = snapToLines(lines, { x: 2, y: 297, ...size }, 6)
    expect(shift).toEqual({ x: -2, y: 3 })
    expect([guides?.x?.at, guides?.y?.at]).toEqual([104, 328])
  })

  it('leave alone what is further away than they reach, and an empty canvas', () => {
    expect(snapToLines(prepareLines([still]), { x: 7, y: 200, ...size }, 6)).toEqual({
      shift: { x: 0, y: 0 },
      guides: null,
    })
    expect(snapToLines(prepareLines([]), still, 6).guides).toBeNull()
  })

  it('prefer the nearest line', () => {
    const lines = prepareLines([still, { x: 5, y: 100, ...size }])
    expect(snapToLines(lines, { x: 3, y: 300, ...size }, 6).shift.x).toBe(2)
  })

  it('are compared by what they show', () => {
    const guides = { x: { at: 1, from: 0, to: 2 }, y: null }
    expect(areSameGuides(guides, { x: { at: 1, from: 0, to: 2 }, y: null })).toBe(true)
    expect(areSameGuides(guides, null)).toBe(false)
    expect(areSameGuides(null, null)).toBe(true)
  })
})
