import { describe, expect, it } from 'vitest'
import { NetloomError } from '../graph/errors'
import { findArchitecture } from '../lectures/architectures/index'
import { initialiseWeights } from '../network/initialise'
import { completeSettings } from './methods'
import { conclude, type ExplanationChecks } from './conclusion'
import { drawGrid, drawOverlay, planGrid } from './drawMaps'
import { fixDocument } from './fixedNetwork'
import { buildActivationMap, buildImageGradient } from './gradientGraph'
import { findScores, insightOfDocument } from './insightNetwork'
import { countHistogram, describeMaps } from './mapStatistics'
import { encodeNpy } from './npy'
import { findPlace, withoutMaps, type Place } from './place'
import { shuffleWeights } from './shuffleWeights'

const place = (id: string, value = id): Place => ({ id, type: 'Relu', value, isBlock: false })

function lookInto(id: string) {
  const document = findArchitecture(id)?.build({})
  if (!document) throw new Error(`no ${id}`)
  return insightOfDocument(document, initialiseWeights(document, 1))
}

describe('places', () => {
  const places = [
    place('/conv1/Conv'),
    place('/layer1/layer1.0/Relu', '42'),
    place('/layer1/layer1.1/Relu'),
    place('/fc'),
  ]

  it('are found by name, by value and by a part of the network', () => {
    const find = (name: string): string => findPlace('net', places, name).id
    expect(find('/fc')).toBe('/fc')
    expect(find('fc')).toBe('/fc')
    expect(find('42')).toBe('/layer1/layer1.0/Relu')
    expect(find('layer1')).toBe('/layer1/layer1.1/Relu')
    expect(find('layer1.0')).toBe('/layer1/layer1.0/Relu')
  })

  it('that are not there are told with near ones', () => {
    expect(() => findPlace('net', places, '/conv2/Conv')).toThrow(
      'net has no layer "/conv2/Conv". Did you mean "/conv1/Conv"?',
    )
    expect(() => findPlace('net', places, 'relu')).toThrow(
      'Choose one of: /layer1/layer1.0/Relu, /layer1/layer1.1/Relu.',
    )
    expect(() => findPlace('net', places, '')).toThrow(NetloomError)
  })

  it('without maps are told with those that have some', () => {
    expect(withoutMaps(place('/fc'), [1, 10], ['a', 'b']).message).toBe(
      'Relu "/fc" gives a vector of 10 values and has no maps. Layers with maps: b, a.',
    )
  })

  it('of a document are its layers and blocks by their paths', () => {
    const ids = lookInto('resnet20-cifar').places.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['conv1', 'stage1', 'stage1/block1', 'stage1/block1/conv1', 'fc']))
    expect(ids.indexOf('stage1/block1')).toBeGreaterThan(ids.indexOf('stage1/block1/conv1'))
  })
})

it('finds the scores before a softmax', () => {
  const node = (opType: string, input: string, output: string) => {
    return { opType, domain: '', name: output, inputs: [input], outputs: [output], attributes: {} }
  }
  expect(
    findScores({ nodes: [node('Gemm', 'x', 'z'), node('Softmax', 'z', 'p'), node('Identity', 'p', 'y')] }, 'y'),
  ).toBe('z')
  expect(findScores({ nodes: [node('Gemm', 'x', 'z')] }, 'z')).toBe('z')
})

describe('gradients', () => {
  it('have graphs by the image and by maps', () => {
    const fixed = fixDocument(lookInto('lenet5'), [1, 28, 28], 2)
    expect(buildImageGradient(fixed)).toMatchObject({ batch: 2, classes: 10, input: 'input' })
    expect(buildActivationMap(fixed, fixed.valueOf('conv1') ?? '', 'grad-cam').graph.outputs[0]?.dims).toEqual([
      2, 28, 28,
    ])
  })

  it('that stop name the first operator behind which there is none', () => {
    const fixed = fixDocument(lookInto('perceptron'), [1, 1, 3], 1)
    expect(() => buildImageGradient(fixed)).toThrow(/^GreaterOrEqual ".*" has no gradient\.$/)
  })
})

it('shuffles kernels and matrices, and nothing else', () => {
  const { model } = lookInto('lenet5')
  const shuffled = shuffleWeights(model, 1).graph.initializers
  for (const [name, { dims, data }] of model.graph.initializers) {
    const other = shuffled.get(name)?.data
    if (name.endsWith('weight')) {
      expect(other).not.toEqual(data)
      const sorted = (values: unknown) => (values instanceof Float32Array ? values.slice().sort() : undefined)
      expect(sorted(other)).toEqual(sorted(data))
    } else expect(other, `${name} ${dims.join()}`).toEqual(data)
  }
})

describe('what is said of maps', () => {
  it('is mean, extremes and zeros', () => {
    const described = describeMaps(Float32Array.of(0, 2, -1, 3), 2)
    expect(described).toEqual({ mean: [1, 1], min: [0, -1], max: [2, 3], zeroShare: 0.25 })
    expect(countHistogram(Float32Array.of(0, 1, 2, 4), 2)).toEqual({ low: 0, high: 4, counts: [2, 2] })
    expect(countHistogram(new Float32Array(3), 2).counts).toEqual([3, 0])
  })

  it('is drawn as tiles and over images', () => {
    expect(planGrid([2048, 7, 7])).toMatchObject({ columns: 46, rows: 45 })
    const grid = drawGrid(Float32Array.of(0, 1), [2, 1, 1])
    expect([grid.width, grid.height]).toEqual([33, 16])
    const map = { height: 1, width: 1, data: Float32Array.of(0) }
    const overlay = drawOverlay(Uint8Array.of(7), { channels: 1, height: 1, width: 1 }, map)
    expect(overlay.pixels.every((value) => value === 7)).toBe(true)
  })

  it('is written as NumPy reads it', () => {
    const [header] = encodeNpy(new Float32Array(6), [1, 2, 3])
    expect(header.length % 64).toBe(0)
    expect(new TextDecoder('latin1').decode(header.subarray(10))).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(1, 2, 3\), \} *\n$/,
    )
  })
})

it('refuses a window larger than the image', () => {
  expect(() => completeSettings({ method: 'occlusion', window: 40 }, [3, 32, 32])).toThrow(
    'An occlusion window of 40x40 is larger than the image, 32x32.',
  )
  expect(completeSettings({ method: 'occlusion' }, [3, 32, 32])).toMatchObject({ window: 8, stride: 4 })
})

describe('the conclusion', () => {
  const checks: ExplanationChecks = {
    completeness: null,
    insertionArea: 0.8,
    deletionArea: 0.2,
    random: { insertionArea: 0.5, deletionArea: 0.5 },
    randomisedWeights: 0.1,
  }
  const say = (changes: Partial<ExplanationChecks>): string => conclude({ ...checks, ...changes }, 'cat', '8x8')

  it('is what the checks allow', () => {
    expect(say({})).toContain('matter for "cat" more than random ones do, at a resolution of 8x8')
    expect(say({ randomisedWeights: 0.9 })).toContain('hardly depends on the weights')
    expect(say({ randomisedWeights: null })).toContain('says nothing')
    expect(say({ insertionArea: 0.4 })).toContain('lost sooner')
    expect(say({ deletionArea: 0.6 })).toContain('others do as well')
    expect(say({ insertionArea: 0.4, deletionArea: 0.6 })).toContain('nothing may be concluded')
    expect(say({ completeness: { total: 8, scoreDifference: 10 } })).toContain('take more steps')
  })
})
