import { describe, expect, it } from 'vitest'
import { broadcastShapes } from './broadcast'

describe('broadcasting', () => {
  it('stretches extents of 1 and missing leading axes', () => {
    expect(
      broadcastShapes([
        [64, 1, 1],
        [64, 7, 7],
      ]),
    ).toEqual([64, 7, 7])
    expect(broadcastShapes([[3, 1], [4], [1, 1]])).toEqual([3, 4])
  })

  it('refuses extents that differ', () => {
    expect(
      broadcastShapes([
        [64, 7, 7],
        [32, 7, 7],
      ]),
    ).toBeUndefined()
  })
})
