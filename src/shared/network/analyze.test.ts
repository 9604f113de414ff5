import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { analyzeDocument } from './analyze'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'

function network() {
  const builder = new DocumentBuilder('counts')
  builder.add('input', 'input', { shape: [3, 11, 11] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: [3, 5] }, 'input')
  builder.add('norm', 'batchNorm', {}, 'conv1')
  builder.add('conv2', 'conv2d', { filters: 4, kernel: [3, 1], stride: 2 }, 'norm')
  builder.add('flat', 'flatten', {}, 'conv2')
  builder.add('fc', 'dense', { units: 10 }, 'flat')
  return builder.build()
}

describe('analyzeDocument', () => {
  const analysis = analyzeDocument(network(), { findLayer: findTinyLayer })

  it('counts every layer by itself', () => {
    // conv1: 9x7 outputs, 4*3*3*5 = 180 weights, 180*63 = 11340 MACs; norm: 2*4 and 2*4 statistics.
    // conv2: (9-3)/2+1 = 4 by (7-1)/2+1 = 4; 4*4*3*1 = 48 weights, 48*16 = 768 MACs; fc: 64*10 + 10.
    expect(
      analysis.layers.map(({ id, output, parameters, statistics, macs, activationBytes }) => [
        id,
        output.join('x'),
        parameters,
        statistics,
        macs,
        activationBytes,
      ]),
    ).toEqual([
      ['input', '3x11x11', 0, 0, 0, 4 * 363],
      ['conv1', '4x9x7', 180, 0, 11340, 4 * 252],
      ['norm', '4x9x7', 8, 8, 0, 4 * 252],
      ['conv2', '4x4x4', 48, 0, 768, 4 * 64],
      ['flat', '64', 0, 0, 0, 4 * 64],
      ['fc', '10', 650, 0, 640, 4 * 10],
    ])
  })

  it('adds up the totals, with 2 FLOPs per multiply-accumulate', () => {
    expect(analysis).toMatchObject({
      name: 'counts',
      input: [3, 11, 11],
      parameters: { total: 886, trainable: 886, frozen: 0 },
      statistics: 8,
      macs: 12748,
      flops: 25496,
      activationBytes: 4020,
      issues: [],
    })
  })

  it('follows receptive fields along both axes and gives one number where they agree', () => {
    // Rows: 3, then 3 + 2*1 = 5, starting at 0.5 + 1 + 1 = 2.5; columns: 5, then 5, starting at 0.5 + 2 = 2.5.
    const fields = Object.fromEntries(analysis.layers.map(({ id, receptiveField }) => [id, receptiveField]))
    expect(fields.input).toEqual({ size: 1, jump: 1, start: 0.5 })
    expect(fields.conv1).toEqual({ size: [3, 5], jump: 1, start: [1.5, 2.5] })
    expect(fields.norm).toEqual(fields.conv1)
    expect(fields.conv2).toEqual({ size: 5, jump: 2, start: 2.5 })
    expect(fields.flat).toBeNull()
    expect(fields.fc).toBeNull()
  })

  it('counts frozen layers apart', () => {
    const { parameters, layers } = analyzeDocument(network(), { findLayer: findTinyLayer, freeze: ['conv*'] })
    expect(parameters).toEqual({ total: 886, trainable: 658, frozen: 228 })
    expect(layers[1]).toMatchObject({ parameters: 180, trainableParameters: 0, frozenParameters: 180 })
  })

  it('counts 3.6 billion parameters without allocating them', () => {
    const builder = new DocumentBuilder('megapixels')
    builder.add('input', 'input', { shape: [3, 3000, 4000] })
    builder.add('flat', 'flatten', {}, 'input')
    builder.add('fc', 'dense', { units: 100 }, 'flat')
    // 12 million pixels of 3 channels, 100 units: 3.6e9 weights and 100 biases.
    expect(analyzeDocument(builder.build(), { findLayer: findTinyLayer }).parameters.total).toBe(3_600_000_100)
  })

  it('counts what is sound of a broken network and lists the findings', () => {
    const builder = new DocumentBuilder('broken')
    builder.add('input', 'input', { shape: [3, 4, 4] })
    builder.add('conv', 'conv2d', { filters: 2 }, 'input')
    builder.add('fc', 'dense', { units: 2 }, 'conv')
    const { layers, issues } = analyzeDocument(builder.build(), { findLayer: findTinyLayer })
    expect(layers.map(({ id }) => id)).toEqual(['input', 'conv'])
    expect(issues).toEqual([
      {
        level: 'error',
        code: 'layer.rank',
        node: 'fc',
        message: 'Dense "fc" takes vectors. Put a flatten before it.',
      },
    ])
  })
})
