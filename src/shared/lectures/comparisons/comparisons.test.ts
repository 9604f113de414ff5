// The comparisons of the lectures with the numbers that they print, computed by hand where they do not.
import { printCount } from '../../graph/printNumbers'
import { describe, expect, it } from 'vitest'
import { compareNetworks, comparisons, findComparedNetwork, findComparison, type Measure } from './index'

function numbersOf(id: string): Partial<Record<Measure, readonly [number, number]>> {
  const comparison = findComparison(id)
  if (!comparison) throw new Error(`no comparison ${id}`)
  const { measures } = compareNetworks(comparison)
  return Object.fromEntries(measures.map(({ measure, left, right }) => [measure, [left, right]]))
}

describe('the comparisons of the lectures', () => {
  it('counts 49C² weights for one 7x7 and 27C² for three 3x3, with the same receptive field', () => {
    const { parameters, receptiveField, macs } = numbersOf('kernels')
    expect(parameters).toEqual([49 * 64 * 64, 27 * 64 * 64])
    expect(receptiveField).toEqual([7, 7])
    expect(macs).toEqual([49 * 64 * 64 * 56 * 56, 27 * 64 * 64 * 56 * 56])
  })

  it('counts 854M multiplications for the naive inception module and 271.35M with bottlenecks, not the 358M that are printed', () => {
    const { macs, output } = numbersOf('inception')
    const positions = 28 * 28
    expect(macs?.[0]).toBe(positions * 128 * 256 + positions * 192 * 9 * 256 + positions * 96 * 25 * 256)
    expect(macs?.[0]).toBe(854_196_224)
    const terms = [64 * 256, 64 * 256, 128 * 256, 192 * 9 * 64, 96 * 25 * 64, 64 * 256]
    expect(macs?.[1]).toBe(terms.reduce((sum, term) => sum + positions * term, 0))
    expect(macs?.[1]).toBe(271_351_808)
    expect(output).toEqual([672 * positions, 480 * positions])
  })

  it('counts 123,642,856 parameters for the dense head of VGG-16 and 513,000 behind global average pooling', () => {
    // 25088*4096 + 4096, 4096*4096 + 4096, 4096*1000 + 1000
    expect(numbersOf('heads').parameters).toEqual([102_764_544 + 16_781_312 + 4_097_000, 512 * 1000 + 1000])
  })

  it('counts 3.6 billion parameters for 100 units on a 12-megapixel image', () => {
    const { parameters } = numbersOf('images')
    // and 100*2 + 2 behind them
    expect(parameters?.[0]).toBe(3_600_000_100 + 202)
    // 760, 20*(25*10 + 1), 40*(25*20 + 1), 2*(40 + 1)
    expect(parameters?.[1]).toBe(760 + 5020 + 20_040 + 82)
  })

  it('finds each network by the name of its document', () => {
    expect(findComparedNetwork('three-3x3')?.title).toBe('Three 3×3')
    expect(findComparedNetwork('inception-bottlenecks')?.build().nodes).toHaveLength(9)
    expect(findComparedNetwork('lenet5')).toBeUndefined()
  })

  it.each(comparisons)('$id: both networks are sound, and its last numbers stand in its arithmetic', (comparison) => {
    const { left, right, measures } = compareNetworks(comparison)
    for (const { analysis } of [left, right])
      expect(analysis.issues.filter(({ level }) => level === 'error')).toEqual([])
    const [deciding] = measures
    const text = comparison.arithmetic.join('\n')
    for (const value of [deciding?.left ?? 0, deciding?.right ?? 0].filter(() => comparison.id !== 'images'))
      expect(text).toContain(printCount(value))
    expect(left.document.name).not.toBe(right.document.name)
  })
})
