// What the stage shows, on the lectures' numbers.
import { describe, expect, it } from 'vitest'
import { lectureExamples, toFeatureMaps, toFilter } from '../../../../shared/network/explanation/matrices'
import { fitExtents, selectPlane, splitPlanes } from '../../../kernel/images/imageValues'
import { buildStage, printStep, printValue, stepStage, type Stage } from './stage'

function stageOf(id: string): Stage {
  const example = lectureExamples.find((each) => each.id === id)
  if (!example) throw new Error(`no example ${id}`)
  const { kernel, window } = example
  const input = toFeatureMaps(example.input)
  return 'pooling' in kernel
    ? buildStage(input, { kind: 'pooling', pooling: kernel.pooling, channel: 0, countsPadding: false }, window)
    : buildStage(input, { kind: 'convolution', filter: toFilter(kernel), firstChannel: 0 }, window)
}

describe('the line under the window', () => {
  it('reads as the lecture writes it', () => {
    const stage = stageOf('counting')
    expect(printStep(stepStage(stage, 0, 0))).toBe('0·0 + 1·1 + 3·2 + 4·3 = 19')
    expect(printStep(stepStage(stage, 1, 1))).toBe('4·0 + 5·1 + 7·2 + 8·3 = 43')
  })

  it('reads for poolings', () => {
    expect(printStep(stepStage(stageOf('maxPooling'), 1, 1))).toBe('max(5, 2, 90, 3) = 90')
    expect(printStep(stepStage(stageOf('averagePooling'), 0, 0))).toBe('(12 + 20 + 20 + 12)/4 = 16')
  })

  it('gives the sums of the channels where there are several, and the bias', () => {
    const input = { channels: 2, height: 1, width: 1, values: Float32Array.of(3, -2) }
    const filter = { channels: 2, height: 1, width: 1, values: Float32Array.of(2, 4), bias: -1 }
    const window = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0] } as const
    const stage = buildStage(input, { kind: 'convolution', filter, firstChannel: 0 }, window)
    expect(printStep(stepStage(stage, 0, 0))).toBe('6 + (−8) + (−1) (bias) = −3')
  })
})

describe('numbers in cells', () => {
  it.each([
    [19, '19'],
    [-0.25, '−0.25'],
    [0.0625, '0.0625'],
    [123.456, '123.5'],
    [0.00001234, '1.2e−5'],
  ])('%d is shown as %s', (value, text) => {
    expect(printValue(value)).toBe(text)
  })
})

describe('images', () => {
  it('fit into 256 pixels and keep their sides’ ratio', () => {
    expect(fitExtents(4000, 3000)).toEqual([256, 192])
    expect(fitExtents(28, 28)).toEqual([28, 28])
    expect(fitExtents(5000, 1)).toEqual([256, 1])
  })

  it('split into planes and mix to grey', () => {
    const maps = splitPlanes(Uint8ClampedArray.of(255, 0, 0, 255, 10, 20, 30, 255), 2, 1)
    expect(Array.from(maps.values)).toEqual([255, 10, 0, 20, 0, 30])
    expect(Array.from(selectPlane(maps, 'green').values)).toEqual([0, 20])
    // 0.299*255 = 76.2; 2.99 + 11.74 + 3.42 = 18.15
    expect(Array.from(selectPlane(maps, 'grey').values)).toEqual([76, 18])
  })
})
