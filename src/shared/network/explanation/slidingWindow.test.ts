// The worked examples of the lectures, and positions computed by hand.
import { describe, expect, it } from 'vitest'
import type { Window2d } from '../../shapes/window'
import {
  fixedKernels,
  lectureExamples,
  parseMatrix,
  printMatrix,
  toFeatureMaps,
  toFilter,
  type Matrix,
} from './matrices'
import { convolve, placeStage, pool, stepConvolution, stepPooling, type FeatureMaps } from './slidingWindow'

function rowsOf({ height, width, values }: FeatureMaps): Matrix {
  return Array.from({ length: height }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)))
}

function squareWindow(kernel: number, options: Partial<Window2d> = {}): Window2d {
  return { kernel: [kernel, kernel], stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0], ...options }
}

function example(id: string) {
  const found = lectureExamples.find((each) => each.id === id)
  if (!found) throw new Error(`no example ${id}`)
  return found
}

/** The output of an example, whole and put together from its single positions. */
function compute(id: string): { whole: Matrix; stepped: Matrix } {
  const { input, kernel, window } = example(id)
  const maps = toFeatureMaps(input)
  const placed = placeStage(maps, window)
  const cells = (at: (row: number, column: number) => number): Matrix =>
    Array.from({ length: placed.rows }, (_, row) =>
      Array.from({ length: placed.columns }, (_, column) => at(row, column)),
    )
  if ('pooling' in kernel) {
    const { pooling } = kernel
    const stepped = cells((row, column) => stepPooling(maps, pooling, placed, row, column).result)
    return { whole: rowsOf(pool(maps, pooling, placed)), stepped }
  }
  const filter = toFilter(kernel)
  const stepped = cells((row, column) => stepConvolution(maps, filter, placed, row, column).result)
  return { whole: rowsOf(convolve(maps, filter, placed)), stepped }
}

describe('the examples of the lectures', () => {
  it.each([
    // 0*0 + 1*1 + 3*2 + 4*3 = 19
    {
      id: 'counting',
      output: [
        [19, 25],
        [37, 43],
      ],
    },
    // first window: only the bottom right tap is inside, 0*3 = 0; second: 1*2 + 2*3 = 8
    {
      id: 'countingStrided',
      output: [
        [0, 8],
        [6, 8],
      ],
    },
    {
      id: 'binary',
      output: [
        [4, 3, 4],
        [2, 4, 3],
        [2, 3, 4],
      ],
    },
    {
      id: 'averagePooling',
      output: [
        [16, 8],
        [20, 25],
      ],
    },
    {
      id: 'maxPooling',
      output: [
        [20, 30],
        [70, 90],
      ],
    },
  ])('$id gives what the lecture prints', ({ id, output }) => {
    expect(compute(id)).toEqual({ whole: output, stepped: output })
    expect(example(id).output).toEqual(output)
  })
})

describe('one position', () => {
  it('shows patch, weights, products and sum', () => {
    const { input, kernel, window } = example('counting')
    const maps = toFeatureMaps(input)
    if ('pooling' in kernel) throw new Error('not a kernel')
    const { channels, result } = stepConvolution(maps, toFilter(kernel), placeStage(maps, window), 1, 1)
    expect(channels[0]?.taps.map(({ value }) => value)).toEqual([4, 5, 7, 8])
    expect(channels[0]?.weights).toEqual([0, 1, 2, 3])
    expect(channels[0]?.products).toEqual([0, 5, 14, 24])
    expect(result).toBe(43)
  })

  it('marks the padding and takes it as 0', () => {
    const { input, kernel, window } = example('countingStrided')
    const maps = toFeatureMaps(input)
    if ('pooling' in kernel) throw new Error('not a kernel')
    const [channel] = stepConvolution(maps, toFilter(kernel), placeStage(maps, window), 0, 1).channels
    expect(channel?.taps).toEqual([
      { row: -1, column: 1, isPadding: true, value: 0 },
      { row: -1, column: 2, isPadding: true, value: 0 },
      { row: 0, column: 1, isPadding: false, value: 1 },
      { row: 0, column: 2, isPadding: false, value: 2 },
    ])
    expect(channel?.products).toEqual([0, 0, 2, 6])
  })

  it('adds up the channels of a filter and the bias', () => {
    const maps: FeatureMaps = { channels: 2, height: 1, width: 2, values: Float32Array.of(1, 2, 10, 20) }
    const filter = { channels: 2, height: 1, width: 2, values: Float32Array.of(1, 1, 0.5, 1), bias: 4 }
    const placed = placeStage(maps, { ...squareWindow(1), kernel: [1, 2] })
    const step = stepConvolution(maps, filter, placed, 0, 0)
    // 1 + 2 = 3; 5 + 20 = 25; 3 + 25 + 4 = 32
    expect(step.channels.map(({ sum }) => sum)).toEqual([3, 25])
    expect(step.result).toBe(32)
    expect(Array.from(convolve(maps, filter, placed).values)).toEqual([32])
  })

  it('looks at the channels of its own group', () => {
    const maps: FeatureMaps = { channels: 3, height: 1, width: 1, values: Float32Array.of(1, 2, 3) }
    const placed = placeStage(maps, squareWindow(1))
    expect(stepConvolution(maps, toFilter([[10]]), placed, 0, 0, { firstChannel: 2 }).result).toBe(30)
    expect(Array.from(convolve(maps, toFilter([[10]]), placed, { firstChannel: 1 }).values)).toEqual([20])
  })

  it('spreads the taps of a dilated window', () => {
    const maps = toFeatureMaps([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
    const placed = placeStage(maps, squareWindow(2, { dilation: [2, 2] }))
    // the corners: 1 + 3 + 7 + 9
    expect(
      rowsOf(
        convolve(
          maps,
          toFilter([
            [1, 1],
            [1, 1],
          ]),
          placed,
        ),
      ),
    ).toEqual([[20]])
  })

  it('never lets padding win a maximum, and counts it in an average only where that is wanted', () => {
    const maps = toFeatureMaps([
      [-8, -4],
      [-6, -2],
    ])
    const placed = placeStage(maps, squareWindow(2, { stride: [2, 2], pads: [1, 1, 1, 1] }))
    expect(stepPooling(maps, 'max', placed, 0, 0)).toMatchObject({ winner: 3, result: -8 })
    expect(stepPooling(maps, 'average', placed, 0, 0)).toMatchObject({ divisor: 1, result: -8 })
    expect(stepPooling(maps, 'average', placed, 0, 0, { countsPadding: true })).toMatchObject({
      divisor: 4,
      result: -2,
    })
  })

  it('refuses a window that does not fit, with both sizes', () => {
    expect(() => placeStage({ height: 2, width: 2 }, squareWindow(3))).toThrow(
      'The window spans 3x3, which is larger than its padded input 2x2.',
    )
  })
})

describe('fixed kernels', () => {
  it.each([
    ['blur', 1],
    ['gaussian', 1],
    ['sharpen', 1],
    ['edge', 0],
    ['edge8', 0],
  ])('%s has weights that add up to %d', (id, sum) => {
    const kernel = fixedKernels.find((each) => each.id === id)
    expect(kernel?.matrix.flat().reduce((total, weight) => total + weight, 0)).toBeCloseTo(sum, 12)
  })

  it('keep or blacken an even image', () => {
    const even = toFeatureMaps(Array.from({ length: 5 }, () => [7, 7, 7, 7, 7]))
    for (const { matrix } of fixedKernels) {
      const sum = Math.round(matrix.flat().reduce((total, weight) => total + weight, 0))
      const { values } = convolve(even, toFilter(matrix), placeStage(even, squareWindow(matrix.length)))
      for (const value of values) expect(value).toBeCloseTo(7 * sum, 4)
    }
  })
})

describe('typed matrices', () => {
  it('take spaces, commas, semicolons and fractions', () => {
    expect(parseMatrix('1 2\n3, 4')).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(parseMatrix('0 -1/4 0; -1/4 1 -1/4; 0 -1/4 0')).toEqual(fixedKernels.find(({ id }) => id === 'edge')?.matrix)
    for (const { matrix } of fixedKernels) expect(parseMatrix(printMatrix(matrix))).toEqual(matrix)
  })

  it.each([
    ['', 'The matrix is empty.'],
    ['1 two', 'Row 1, column 2: "two" is not a number.'],
    ['1 1/0', 'Row 1, column 2: "1/0" is not a number.'],
    ['1 2\n3', 'Row 2 has 1 numbers and row 1 has 2.'],
    [Array.from({ length: 65 }, () => '1').join(' '), 'The matrix is 1x65; up to 64x64 are taken.'],
  ])('refuse %j', (text, message) => {
    expect(() => parseMatrix(text)).toThrow(message)
  })
})
