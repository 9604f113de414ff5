// Curves that are told apart by more than their colours.
import { expect, it } from 'vitest'
import { cornersOf, curveLook, markShapes } from './curveLooks'

it('gives each of five curves its own colour, dashes and mark, and 25 their own look', () => {
  const five = [0, 1, 2, 3, 4].map(curveLook)
  expect(new Set(five.map(({ color }) => color)).size).toBe(5)
  expect(new Set(five.map(({ mark }) => mark)).size).toBe(5)
  expect(new Set(five.map(({ dash }) => dash.join())).size).toBe(5)
  const all = Array.from({ length: 25 }, (_, index) => JSON.stringify(curveLook(index)))
  expect(new Set(all).size).toBe(25)
})

it('draws no mark beyond one and a half times its radius', () => {
  for (const shape of markShapes)
    for (const [x, y] of cornersOf(shape, 10)) expect(Math.hypot(x, y)).toBeLessThanOrEqual(15)
})
