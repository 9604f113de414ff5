// Fields on an image, drawn by hand on squared paper.
import { describe, expect, it } from 'vitest'
import { extendReceptiveField, inputReceptiveField, type ReceptiveField } from '../../shapes/receptiveField'
import type { Pair } from '../../shapes/window'
import { printCovered, centreOf, nearestPosition, placeField } from './fieldRectangle'

function widen(field: ReceptiveField, kernel: number, stride: number, pad: number): ReceptiveField {
  const pair = (value: number): Pair => [value, value]
  const next = extendReceptiveField(field, {
    kernel: pair(kernel),
    stride: pair(stride),
    dilation: pair(1),
    padBegin: pair(pad),
  })
  if (!next) throw new Error('no field')
  return next
}

const first = widen(inputReceptiveField, 3, 1, 1)
const third = widen(widen(first, 3, 1, 1), 3, 1, 1)

describe('the field of a unit', () => {
  it('is 3x3 around its pixel behind one 3x3 with padding 1, and reaches into the padding at the corner', () => {
    expect(placeField(first, [4, 5], [10, 10])).toEqual({
      whole: { top: 3, left: 4, height: 3, width: 3 },
      onImage: { top: 3, left: 4, height: 3, width: 3 },
      share: 1,
    })
    // at 0,0: rows and columns -1, 0, 1, of which 0 and 1 are image: 4 of 9 pixels
    const corner = placeField(first, [0, 0], [10, 10])
    expect(corner.whole).toEqual({ top: -1, left: -1, height: 3, width: 3 })
    expect(corner.onImage).toEqual({ top: 0, left: 0, height: 2, width: 2 })
    expect(corner.share).toBeCloseTo(4 / 9, 12)
  })

  it('is 7x7 behind three 3x3, and clipped at both ends of a smaller image', () => {
    expect(placeField(third, [5, 5], [20, 20]).whole).toEqual({ top: 2, left: 2, height: 7, width: 7 })
    expect(placeField(third, [2, 2], [5, 5]).onImage).toEqual({ top: 0, left: 0, height: 5, width: 5 })
  })

  it('moves by the jump behind a stride: AlexNet, 11x11, stride 4', () => {
    const conv1 = widen(inputReceptiveField, 11, 4, 0)
    expect(placeField(conv1, [0, 1], [227, 227]).whole).toEqual({ top: 0, left: 4, height: 11, width: 11 })
    // the last of 55 windows starts at 54*4 = 216 and ends at the border
    expect(placeField(conv1, [54, 54], [227, 227]).onImage).toEqual({ top: 216, left: 216, height: 11, width: 11 })
  })

  it('is told in rows and columns counted from 1, as many as its size', () => {
    // LeNet-5's conv1, 5x5 with padding 2: the first unit sees rows -1, 0, 1, 2, 3
    expect(printCovered(-2, 5)).toBe('-1 to 3')
    expect(printCovered(88, 51)).toBe('89 to 139')
    expect(printCovered(4, 1)).toBe('5')
    // from the middle of row 1 to the middle of row 3
    expect(printCovered(0.5, 2)).toBe('1 to 3')
  })

  it('keeps its centre from layer to layer', () => {
    const pooled = widen(third, 2, 2, 0)
    const centre = centreOf(third, [9, 12])
    expect(centre).toEqual([9.5, 12.5])
    // pooled units have their centres at 1, 3, 5, ...: 9 and 13 are the nearest, of rows 4 and 6 (ties go up)
    expect(nearestPosition(pooled, centre, [10, 10])).toEqual([4, 6])
    expect(nearestPosition(pooled, [-40, 400], [10, 10])).toEqual([0, 9])
  })
})
