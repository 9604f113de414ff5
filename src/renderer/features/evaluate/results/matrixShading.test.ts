// Tests of the shades of a confusion matrix.
import { expect, test } from 'vitest'
import { contrastOf, layOutMatrix, shadeCell, strengthOf, type Rgb } from './matrixShading'

const parse = (colour: string): Rgb => {
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map(Number)
  return [r, g, b]
}

test('lets few mistakes be seen beside many hits', () => {
  expect(strengthOf(0, 1000)).toBe(0)
  expect(strengthOf(2, 1000)).toBe(0.12)
  expect(strengthOf(250, 1000)).toBe(0.5)
  expect(strengthOf(5, 5)).toBe(1)
  expect(strengthOf(0, 0)).toBe(0)
})

test('keeps numbers readable at every strength in both themes', () => {
  for (const paper of [
    [255, 255, 255],
    [22, 24, 31],
  ] as const) {
    for (const isRight of [true, false]) {
      for (let count = 0; count <= 100; count++) {
        const { background, text } = shadeCell(count, 100, isRight, paper)
        expect(contrastOf(parse(background), parse(text))).toBeGreaterThanOrEqual(4.5)
      }
    }
  }
})

test('knows the contrast of black on white', () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5)
})

test('drops numbers, then names and gaps as classes grow', () => {
  const large = { cell: 52, gap: 1, leastStrength: 0.12, hasNumbers: true, hasNames: true }
  expect([layOutMatrix(2, 600), layOutMatrix(10, 600)]).toEqual([large, large])
  expect(layOutMatrix(40, 600)).toEqual({ cell: 14, gap: 1, leastStrength: 0.4, hasNumbers: false, hasNames: true })
  expect(layOutMatrix(100, 620)).toEqual({ cell: 6, gap: 0, leastStrength: 0.4, hasNumbers: false, hasNames: false })
})
