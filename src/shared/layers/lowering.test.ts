// What layers write for training, where it differs from inference; inference itself is run in tests/layers.
import { describe, expect, it } from 'vitest'
import type { Shape } from '../graph/shape'
import { GraphBuilder } from '../onnx/builder'
import { findLayer } from './index'

function lower(type: string, params: Record<string, unknown>, shape: Shape, mode: 'inference' | 'training') {
  const definition = findLayer(type)
  if (!definition) throw new Error(`no layer ${type}`)
  const builder = new GraphBuilder(false)
  const updates = new Map<string, string>()
  const masks: number[] = []
  const input = builder.input('x', 'float32', ['N', ...shape])
  const results = definition.toOnnx({
    nodeId: 'probe',
    params: definition.params.parse(params),
    inputs: [shape],
    inputNames: ['x'],
    outputs: [shape],
    builder,
    values: [input],
    mode,
    weight: (name) => `probe/${name}`,
    dropoutMask(value, rate) {
      masks.push(rate)
      return builder.input(`mask of ${value}`, 'float32', ['N', ...shape])
    },
    updateWeight: (name, value) => updates.set(name, value),
  })
  return { nodes: builder.nodes, results, updates, masks }
}

const norm = ['x', 'probe/scale', 'probe/bias', 'probe/runningMean', 'probe/runningVariance']

describe('batch norm', () => {
  it('gives the new running statistics in training', () => {
    const { nodes, results, updates } = lower('batchNorm', {}, [4, 2, 2], 'training')
    expect(nodes).toMatchObject([
      {
        opType: 'BatchNormalization',
        inputs: norm,
        outputs: ['probe', 'probe/newRunningMean', 'probe/newRunningVariance'],
        attributes: {
          epsilon: { type: 'float', value: 1e-5 },
          momentum: { type: 'float', value: 0.9 },
          training_mode: { type: 'int', value: 1 },
        },
      },
    ])
    expect(results).toEqual(['probe'])
    expect(Object.fromEntries(updates)).toEqual({
      runningMean: 'probe/newRunningMean',
      runningVariance: 'probe/newRunningVariance',
    })
  })

  it('has one output and changes nothing in inference', () => {
    const { nodes, updates } = lower('batchNorm', {}, [4, 2, 2], 'inference')
    expect(nodes.map(({ inputs, outputs }) => ({ inputs, outputs }))).toEqual([{ inputs: norm, outputs: ['probe'] }])
    expect(nodes[0]?.attributes).not.toHaveProperty('training_mode')
    expect(updates.size).toBe(0)
  })
})

describe('dropout', () => {
  it('multiplies by a mask in training', () => {
    const { nodes, masks, results } = lower('dropout', { rate: 0.3 }, [8], 'training')
    expect(masks).toEqual([0.3])
    expect(nodes.map(({ opType, inputs }) => [opType, ...inputs])).toEqual([['Mul', 'x', 'mask of x']])
    expect(results).toEqual(['probe'])
  })

  it('passes its input on in inference, and in training where nothing is dropped', () => {
    expect(lower('dropout', {}, [8], 'inference')).toMatchObject({ nodes: [], results: ['x'], masks: [] })
    expect(lower('dropout', { rate: 0 }, [8], 'training')).toMatchObject({ nodes: [], results: ['x'], masks: [] })
  })
})

describe('windows', () => {
  it('are written with their padding and rounding worked out', () => {
    const [conv] = lower(
      'conv2d',
      { filters: 2, kernel: 3, stride: 2, padding: 'same-upper' },
      [1, 8, 8],
      'inference',
    ).nodes
    expect(conv?.attributes).toMatchObject({ pads: { value: [0, 0, 1, 1] }, strides: { value: [2, 2] } })
    expect(conv?.attributes).not.toHaveProperty('auto_pad')
    // (8 - 3)/2 + 1 = 3.5: the fourth window ends one row past the input
    const [pool] = lower('maxPool2d', { kernel: 3, stride: 2, ceilMode: true }, [1, 8, 8], 'inference').nodes
    expect(pool?.attributes).toMatchObject({ pads: { value: [0, 0, 1, 1] } })
    expect(pool?.attributes).not.toHaveProperty('ceil_mode')
  })
})
