import { describe, expect, it } from 'vitest'
import { measure, median, type Side } from './measure'

/** A side whose steps take the given seconds, turn by turn; the first time is that of both warm-up turns. */
function scriptedSide(name: string, log: string[], warm: number, turns: readonly number[]): Side {
  let calls = 0
  return {
    run: (steps) => {
      const time = calls < 2 ? warm : (turns[calls - 2] ?? Number.NaN)
      if (calls >= 2) log.push(`${name} ${steps}`)
      calls++
      return Promise.resolve(time * steps)
    },
  }
}

const options = { rounds: 3, turnSeconds: 1, pause: () => Promise.resolve() }

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([5, 1, 3])).toBe(3)
    expect(median([4, 1, 3, 10])).toBe(3.5)
  })
})

describe('measure', () => {
  it('alternates who goes first and fills a turn with steps', async () => {
    const log: string[] = []
    await measure(scriptedSide('ours', log, 0.1, [1, 1, 1]), scriptedSide('other', log, 0.25, [1, 1, 1]), options)
    expect(log).toEqual(['ours 10', 'other 4', 'other 4', 'ours 10', 'ours 10', 'other 4'])
  })

  it('takes the ratio within each round before the median', async () => {
    // Round 2 met a busy machine: both take three times as long. Ratios 2/1, 6/3, 3/2: median 2, not median(2,6,3)/median(1,3,2) = 1.5.
    const ours = scriptedSide('ours', [], 0.5, [1, 3, 2])
    const other = scriptedSide('other', [], 0.5, [2, 6, 3])
    const result = await measure(ours, other, options)
    expect(result).toEqual({
      secondsPerStep: 2,
      otherSecondsPerStep: 3,
      ratio: { median: 2, low: 1.5, high: 2 },
    })
  })

  it('measures alone where there is no other side', async () => {
    const result = await measure(scriptedSide('ours', [], 5, [2, 4, 3]), null, options)
    expect(result).toEqual({ secondsPerStep: 3, otherSecondsPerStep: null, ratio: null })
  })
})
