import { describe, expect, it } from 'vitest'
import { NetloomError, type ErrorCode } from '../../shared/graph/errors'
import { findFittingBatch } from './fittingBatch'
import { defaultRecipe, tinyNetwork } from './tinyNetwork'

/** A device on which batches up to a size run, and larger ones end with an error. */
function tryOn(largest: number, code: ErrorCode = 'engine.memory') {
  const tried: number[] = []
  const request = {
    document: tinyNetwork(),
    recipe: { ...defaultRecipe(), batchSize: 100 },
    engine: 'ort',
    device: 'cuda',
  } as const
  const found = findFittingBatch(request, {
    measure: async ({ recipe: { batchSize } }) => {
      tried.push(batchSize)
      if (batchSize > largest) throw new NetloomError(code, 'no memory is left.')
      return { secondsPerStep: 1, memoryBytes: 1 }
    },
  })
  return { tried, found }
}

describe('findFittingBatch', () => {
  it('halves until a batch runs', async () => {
    const { tried, found } = tryOn(20)
    expect(await found).toBe(12)
    expect(tried).toEqual([50, 25, 12])
  })

  it('goes on after a process that was ended without a word, and down to one image', async () => {
    expect(await tryOn(1, 'training.stopped').found).toBe(1)
    expect(await tryOn(0).found).toBeNull()
  })

  it('stops where something else than memory is lacking', async () => {
    const { tried, found } = tryOn(20, 'engine.lost')
    expect(await found).toBeNull()
    expect(tried).toEqual([50])
  })
})
