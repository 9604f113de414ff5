import { describe, expect, it } from 'vitest'
import { architectures, findArchitecture } from './index'
import { drawSchematic } from './architectureSchematic'

describe('schematics', () => {
  it('show a small network part by part, maps by logarithms of their sizes', () => {
    const bars = drawSchematic(findArchitecture('lenet5')?.build() ?? expect.fail('no lenet5'))
    const kinds = ['convolution', 'pooling', 'convolution', 'pooling', 'convolution', 'dense', 'dense']
    expect(bars.map(({ category }) => category)).toEqual(kinds)
    // 28x28 as the image, then 14x14: log 15 / log 29; six features: 1 + log2(6)
    expect(bars[0]).toEqual({ category: 'convolution', height: 1, width: 1 + Math.log2(6) })
    expect(bars[1]?.height).toBeCloseTo(Math.log(15) / Math.log(29), 12)
    expect(bars.at(-1)).toMatchObject({ category: 'dense', width: 1 + Math.log2(10) })
  })

  it('repeat a repeated block, but not without end', () => {
    const count = (id: string): number =>
      drawSchematic(findArchitecture(id)?.build() ?? expect.fail(`no ${id}`)).filter(
        ({ category }) => category === 'block',
      ).length
    expect(count('resnet18')).toBe(8)
    expect(count('resnet152')).toBe(3 + 8 + 8 + 3)
  })

  it('hold something for every architecture', () => {
    for (const architecture of architectures) {
      const { id } = architecture
      const bars = drawSchematic(architecture.build())
      expect(bars.length, id).toBeGreaterThan(0)
      for (const { height, width } of bars) expect(height > 0 && height <= 1 && width >= 1, id).toBe(true)
    }
  })
})
