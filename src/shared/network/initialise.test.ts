import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import type { Initialiser } from '../layers/define'
import { initialiseWeight, initialiseWeights } from './initialise'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'

function draw(initialiser: Initialiser, shape: readonly number[] = [100, 200]): Float32Array {
  const spec = { name: 'weight', shape, initialiser, trainable: true, decays: true }
  return initialiseWeight({ path: 'a/weight', nodeId: 'a', shape, spec, trainable: true }, 7).data
}

function statistics(data: Float32Array) {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length
  return { mean, deviation: Math.sqrt(variance), low: Math.min(...data), high: Math.max(...data) }
}

describe('initialiseWeight', () => {
  // 20,000 values: the mean of the sample lies within 4 * deviation / 141 of its own, the deviation within 4 / 200 of itself.
  it.each([
    ['he', 200, 100, Math.sqrt(2 / 200)],
    ['xavier', 200, 100, Math.sqrt(2 / 300)],
  ] as const)('draws %s from a normal distribution of the right deviation', (kind, fanIn, fanOut, deviation) => {
    const found = statistics(draw({ kind, distribution: 'normal', fanIn, fanOut }))
    expect(Math.abs(found.mean)).toBeLessThan((4 * deviation) / 141)
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(4 / 200)
  })

  it.each([
    ['he', Math.sqrt(6 / 200)],
    ['xavier', Math.sqrt(6 / 300)],
  ] as const)('draws %s from a uniform distribution with the matching bounds', (kind, bound) => {
    const { low, high, deviation } = statistics(draw({ kind, distribution: 'uniform', fanIn: 200, fanOut: 100 }))
    expect(low).toBeGreaterThanOrEqual(-bound * 1.000001)
    expect(high).toBeLessThanOrEqual(bound * 1.000001)
    expect(high).toBeGreaterThan(bound * 0.99)
    expect(Math.abs(deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(4 / 200)
  })

  it('draws normal, uniform and constant values as told', () => {
    const normal = statistics(draw({ kind: 'normal', mean: 3, deviation: 0.5 }))
    expect(Math.abs(normal.mean - 3)).toBeLessThan(0.02)
    expect(Math.abs(normal.deviation - 0.5)).toBeLessThan(0.02)
    const uniform = statistics(draw({ kind: 'uniform', low: 1, high: 2 }))
    expect(uniform.low).toBeGreaterThanOrEqual(1)
    expect(uniform.high).toBeLessThanOrEqual(2)
    expect(draw({ kind: 'constant', value: 0.25 }, [3])).toEqual(Float32Array.of(0.25, 0.25, 0.25))
  })

  it('says how large a weight is that does not fit into memory', () => {
    // 36 megapixels of input values for 100 units: 36,000,000 * 100 * 100 values.
    expect(() => draw({ kind: 'constant', value: 0 }, [10_000, 36_000_000])).toThrow(
      'The weight "a/weight" has 360,000,000,000 values (1.31 TiB). That does not fit into memory',
    )
  })
})

describe('initialiseWeights', () => {
  function network(withExtraLayer: boolean) {
    const builder = new DocumentBuilder('test')
    let last = builder.add('input', 'input', { shape: [8] })
    if (withExtraLayer) last = builder.add('extra', 'dense', { units: 8 }, last)
    builder.add('fc', 'dense', { units: 4 }, last)
    return builder.build()
  }

  it('names weights by path, in the order of the layers', () => {
    const weights = initialiseWeights(network(true), 1, findTinyLayer)
    expect(Array.from(weights, ([path, { dims, data }]) => [path, dims, data.length])).toEqual([
      ['extra/weight', [8, 8], 64],
      ['extra/bias', [8], 8],
      ['fc/weight', [4, 8], 32],
      ['fc/bias', [4], 4],
    ])
  })

  it('gives a layer the same weights whatever stands beside it, and others for another seed or layer', () => {
    const weightOf = (withExtraLayer: boolean, seed: number, path = 'fc/weight') =>
      initialiseWeights(network(withExtraLayer), seed, findTinyLayer).get(path)?.data
    expect(weightOf(true, 1)).toEqual(weightOf(false, 1))
    expect(weightOf(true, 2)).not.toEqual(weightOf(true, 1))
    expect(weightOf(true, 1, 'extra/weight')?.slice(0, 32)).not.toEqual(weightOf(true, 1))
  })
})
