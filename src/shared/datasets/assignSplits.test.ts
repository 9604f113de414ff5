import { describe, expect, it } from 'vitest'
import { assignSplits } from './assignSplits'

const tenths = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 10)
const pool = { name: 'pool', labels: tenths(1000) } as const
const own = [
  { name: 'train', labels: tenths(200) },
  { name: 'test', labels: tenths(100) },
] as const

function sizes(assigned: ReturnType<typeof assignSplits>): Record<string, number> {
  return Object.fromEntries(Object.entries(assigned.members).map(([name, members]) => [name, members.length]))
}

describe('assigning splits', () => {
  it('cuts one pool into 80, 10 and 10 percent that share nothing', () => {
    const { members, rule } = assignSplits([pool])
    expect(sizes({ members, rule })).toEqual({ train: 800, val: 100, test: 100 })
    const joined = Object.values(members).flatMap((split) => [...split])
    expect(new Set(joined).size).toBe(1000)
    expect(rule).toBe('Split by class with seed 1: 80% train, 10% val, 10% test.')
  })

  it('cuts one pool by ranges in file order and uses nothing else', () => {
    const { members } = assignSplits([pool], { trainRange: [0, 800], testRange: [900, 1000] })
    expect(members.val).toBeUndefined()
    expect([members.train?.at(0), members.train?.at(-1)]).toEqual([0, 799])
    expect([members.test?.at(0), members.test?.at(-1)]).toEqual([900, 999])
  })

  it('leaves out the split without a range', () => {
    expect(sizes(assignSplits([pool], { testRange: [0, 10] }))).toEqual({ test: 10 })
  })

  it('says how much two ranges share', () => {
    const { rule } = assignSplits([pool], { trainRange: [0, 100], testRange: [90, 120] })
    expect(rule).toContain('the ranges share 10 images')
  })

  it('keeps own splits and makes no val of its own accord', () => {
    expect(sizes(assignSplits(own))).toEqual({ train: 200, test: 100 })
  })

  it('takes val from train when asked', () => {
    const { members } = assignSplits(own, { valFraction: 0.2 })
    expect(sizes({ members, rule: '' })).toEqual({ train: 160, val: 40, test: 100 })
    expect(Math.max(...(members.val ?? []))).toBeLessThan(200)
  })

  it('puts an own val aside when a fraction is asked for', () => {
    const { members, rule } = assignSplits([...own, { name: 'val', labels: tenths(50) }], { valFraction: 0.1 })
    expect(members.val).toHaveLength(20)
    expect(rule).toContain('its own val split of 50 images is put aside')
  })

  it('applies ranges to own splits, each to its own', () => {
    const { members } = assignSplits(own, { trainRange: [10, 20], testRange: [0, 5] })
    expect(members.train?.[0]).toBe(10)
    expect([...(members.test ?? [])]).toEqual([200, 201, 202, 203, 204])
  })

  it('takes val from inside the train range', () => {
    const { members } = assignSplits([pool], { trainRange: [0, 500], testRange: [500, 600], valFraction: 0.1 })
    expect(sizes({ members, rule: '' })).toEqual({ train: 450, val: 50, test: 100 })
    expect(Math.max(...(members.val ?? []))).toBeLessThan(500)
  })

  it('keeps a val that stands beside a pool, and takes no other', () => {
    const val = { name: 'val', labels: tenths(50) } as const
    expect(sizes(assignSplits([pool, val]))).toEqual({ train: 900, val: 50, test: 100 })
    expect(sizes(assignSplits([pool, val], { trainRange: [0, 10] }))).toEqual({ train: 10, val: 50 })
  })

  it('leaves one pool whole when asked, ranges first', () => {
    expect(sizes(assignSplits([pool], { wholeAs: 'test' }))).toEqual({ test: 1000 })
    expect(sizes(assignSplits([pool], { wholeAs: 'test', testRange: [0, 9] }))).toEqual({ test: 9 })
    expect(sizes(assignSplits(own, { wholeAs: 'test' }))).toEqual({ train: 200, test: 100 })
  })

  it('limits every split', () => {
    expect(sizes(assignSplits(own, { limit: 30 }))).toEqual({ train: 30, test: 30 })
  })

  it.each([
    [[0, 1001], 'The train range 0:1001 does not lie inside the 1,000 images of the dataset.'],
    [[5, 5], 'The train range 5:5'],
    [[-1, 5], 'The train range -1:5'],
    [[0.5, 5], 'The train range 0.5:5'],
  ] as const)('refuses the range %j', (trainRange, message) => {
    expect(() => assignSplits([pool], { trainRange })).toThrow(message)
  })

  it('refuses a range of a split that is not there', () => {
    expect(() => assignSplits([own[1]], { trainRange: [0, 5] })).toThrow('does not lie inside the 0 images')
  })

  it('refuses fractions and limits out of range', () => {
    expect(() => assignSplits([pool], { valFraction: 1 })).toThrow('The val fraction is 1.')
    expect(() => assignSplits([pool], { valFraction: Number.NaN })).toThrow('The val fraction is NaN.')
    expect(() => assignSplits([pool], { valFraction: 0.6, testFraction: 0.5 })).toThrow('together are 110%')
    expect(() => assignSplits([pool], { limit: 0 })).toThrow('The limit is 0.')
    expect(() => assignSplits(own, { testFraction: 0.1 })).toThrow('the dataset has a test split')
  })

  it('brings no other image in where a limit holds and one is left out', () => {
    const before = assignSplits([pool], { limit: 30 }).members
    const gone = before.test?.[3] ?? 0
    const labels = pool.labels.map((label, index) => (index === gone ? -1 : label))
    const { members } = assignSplits([{ ...pool, labels, storedLabels: pool.labels }], { limit: 30 })
    expect([...(members.test ?? [])]).toEqual([...(before.test ?? [])].filter((member) => member !== gone))
    expect(members.train).toEqual(before.train)
  })
})
