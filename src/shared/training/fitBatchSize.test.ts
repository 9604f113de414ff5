import { expect, it } from 'vitest'
import { fitBatchSize } from './fitBatchSize'

it('keeps the usual batch where it fits, and gives a small split two steps or more', () => {
  const counts = [1, 2, 3, 5, 12, 20, 63, 64, 1000]
  expect(counts.map((count) => fitBatchSize(64, count))).toEqual([1, 1, 1, 2, 4, 8, 16, 64, 64])
})
