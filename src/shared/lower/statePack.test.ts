import { describe, expect, it } from 'vitest'
import type { Tensor } from '../onnx/tensor'
import { fillPack, packWeights, unpack } from './statePack'

const weights = [
  { path: 'conv/weight', shape: [2, 1, 2, 2], decays: true },
  { path: 'dense/weight', shape: [1024, 256], decays: true },
  { path: 'conv/bias', shape: [2], decays: false },
]

describe('packWeights', () => {
  it('lays small weights end to end and leaves a large one alone', () => {
    const packs = packWeights('weights', weights)
    expect(packs.map(({ name, size }) => [name, size])).toEqual([
      ['weights', 10],
      ['weights:dense/weight', 262_144],
    ])
    expect(packs[0]?.entries.map(({ path, offset, size }) => [path, offset, size])).toEqual([
      ['conv/weight', 0, 8],
      ['conv/bias', 8, 2],
    ])
  })

  it('gives back what was put in, and zeros for what was not', () => {
    const [pack] = packWeights('weights', weights)
    if (!pack) throw new Error('no pack')
    const bias = { dims: [2], data: Float32Array.of(5, 6) }
    const unpacked = new Map<string, Tensor>()
    unpack(pack, fillPack(pack, new Map([['conv/bias', bias]])), unpacked)
    expect(unpacked.get('conv/bias')).toEqual(bias)
    expect(unpacked.get('conv/weight')).toEqual({ dims: [2, 1, 2, 2], data: new Float32Array(8) })
  })

  it('has no pack for no weights', () => {
    expect(packWeights('statistics', [])).toEqual([])
  })
})
