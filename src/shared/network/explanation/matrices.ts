// Matrices as people type them, the lectures' fixed kernels and their worked examples; not the computing (slidingWindow.ts).
import { NetloomError } from '../../graph/errors'
import type { Sides, Window2d } from '../../shapes/window'
import type { FeatureMaps, Filter, PoolingKind } from './slidingWindow'

/** Rows of numbers, all of one length. */
export type Matrix = readonly (readonly number[])[]

/** Rows and columns that may be typed in. */
const largestTyped = 64

function refuse(message: string, hint: string): NetloomError {
  return new NetloomError('layer.parameter', message, { hint })
}

/** `1/16`, `-0.25` or `3`; NaN for anything else. */
function parseNumber(text: string): number {
  const [, top, bottom] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/((?:\d+\.?\d*|\.\d+)))?$/i.exec(text) ?? []
  if (top === undefined) return Number.NaN
  const value = Number(top) / (bottom === undefined ? 1 : Number(bottom))
  return Number.isFinite(value) ? value : Number.NaN
}

/**
 * Reads a matrix: one row a line (or `;` between rows), numbers or fractions apart by spaces or commas.
 * @throws NetloomError `layer.parameter` for what is no number, rows of different lengths, nothing, or more than 64 rows
 * or columns
 */
export function parseMatrix(text: string): Matrix {
  const lines = text.split(/[\n;]/).map((line) => line.trim())
  const rows = lines
    .filter((line) => line !== '')
    .map((line, row) =>
      line
        .split(/[\s,]+/)
        .filter((cell) => cell !== '')
        .map((cell, column) => {
          const value = parseNumber(cell)
          if (!Number.isNaN(value)) return value
          throw refuse(
            `Row ${row + 1}, column ${column + 1}: "${cell}" is not a number.`,
            'Write numbers like 3, -0.25 or 1/16.',
          )
        }),
    )
  const [first] = rows
  if (!first) throw refuse('The matrix is empty.', 'Write one row per line, numbers apart by spaces.')
  rows.forEach((row, index) => {
    if (row.length === first.length) return
    const message = `Row ${index + 1} has ${row.length} numbers and row 1 has ${first.length}.`
    throw refuse(message, 'Give every row the same number of numbers.')
  })
  if (rows.length > largestTyped || first.length > largestTyped) {
    const message = `The matrix is ${rows.length}x${first.length}; up to ${largestTyped}x${largestTyped} are taken.`
    throw refuse(message, 'Choose an image for larger inputs.')
  }
  return rows
}

/** A number as short as it can be without losing more than the sixth digit; quarters and sixteenths stay exact. */
function printCell(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/** The matrix as `parseMatrix` reads it. */
export function printMatrix(matrix: Matrix): string {
  return matrix.map((row) => row.map(printCell).join(' ')).join('\n')
}

/** A matrix as feature maps with one channel. */
export function toFeatureMaps(matrix: Matrix): FeatureMaps {
  return { channels: 1, height: matrix.length, width: matrix[0]?.length ?? 0, values: Float32Array.from(matrix.flat()) }
}

/** A matrix as a filter of one channel. */
export function toFilter(matrix: Matrix, bias = 0): Filter {
  return { ...toFeatureMaps(matrix), bias }
}

/** A kernel of the lectures. */
export interface FixedKernel {
  readonly id: string
  readonly title: string
  /** What it does and why, in one sentence. */
  readonly doc: string
  readonly matrix: Matrix
}

function fill(rows: number, columns: number, value: number): Matrix {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => value))
}

/** The fixed kernels of the lectures. @see lecture 2, "Convolution"; lecture 3, "Examples" */
export const fixedKernels: readonly FixedKernel[] = [
  {
    id: 'blur',
    title: 'Blur 5×5',
    doc: 'Every pixel becomes the mean of the 25 around it: 25 weights of 0.04 add up to 1.',
    matrix: fill(5, 5, 0.04),
  },
  {
    id: 'gaussian',
    title: 'Gaussian blur',
    doc: 'A weighted mean in which near pixels count more: (1 2 1, 2 4 2, 1 2 1) / 16.',
    matrix: [
      [1 / 16, 2 / 16, 1 / 16],
      [2 / 16, 4 / 16, 2 / 16],
      [1 / 16, 2 / 16, 1 / 16],
    ],
  },
  {
    id: 'sharpen',
    title: 'Sharpen',
    doc: 'Five times the pixel less its four neighbours: the weights add up to 1 and differences grow.',
    matrix: [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
  },
  {
    id: 'edge',
    title: 'Edges, 1 and −1/4',
    doc: 'The pixel less the mean of its four neighbours: 0 where the image is even.',
    matrix: [
      [0, -1 / 4, 0],
      [-1 / 4, 1, -1 / 4],
      [0, -1 / 4, 0],
    ],
  },
  {
    id: 'edge8',
    title: 'Edges, 8 and −1',
    doc: 'Eight times the pixel less its eight neighbours: edges in all directions.',
    matrix: [
      [-1, -1, -1],
      [-1, 8, -1],
      [-1, -1, -1],
    ],
  },
]

/** A worked example of the lectures with the output that they print. */
export interface LectureExample {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly input: Matrix
  readonly kernel: Matrix | { readonly pooling: PoolingKind }
  readonly window: Window2d
  /** As the lecture prints it. */
  readonly output: Matrix
}

const unpadded: Sides = [0, 0, 0, 0]

function windowOf(kernel: number, stride: readonly [number, number] = [1, 1], pads: Sides = unpadded): Window2d {
  return { kernel: [kernel, kernel], stride, dilation: [1, 1], pads }
}

const counting: Matrix = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
]
const countingKernel: Matrix = [
  [0, 1],
  [2, 3],
]
const pooled: Matrix = [
  [12, 20, 30, 0],
  [20, 12, 2, 0],
  [0, 70, 5, 2],
  [8, 2, 90, 3],
]

/** The worked examples of the lectures. @see lecture 3, "2-D convolution"; lecture 4, convolution and pooling */
export const lectureExamples: readonly LectureExample[] = [
  {
    id: 'counting',
    title: '3×3 with a 2×2 kernel',
    source: 'Lecture 3, "2-D convolution layer"',
    input: counting,
    kernel: countingKernel,
    window: windowOf(2),
    output: [
      [19, 25],
      [37, 43],
    ],
  },
  {
    id: 'countingStrided',
    title: 'The same, stride 3×2, padding 1',
    source: 'Lecture 3, stride',
    input: counting,
    kernel: countingKernel,
    window: windowOf(2, [3, 2], [1, 1, 1, 1]),
    output: [
      [0, 8],
      [6, 8],
    ],
  },
  {
    id: 'binary',
    title: '5×5 binary image, kernel 101/010/101',
    source: 'Lecture 4, convolution',
    input: [
      [1, 1, 1, 0, 0],
      [0, 1, 1, 1, 0],
      [0, 0, 1, 1, 1],
      [0, 0, 1, 1, 0],
      [0, 1, 1, 0, 0],
    ],
    kernel: [
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 1],
    ],
    window: windowOf(3),
    output: [
      [4, 3, 4],
      [2, 4, 3],
      [2, 3, 4],
    ],
  },
  {
    id: 'maxPooling',
    title: 'Max pooling 2×2, stride 2',
    source: 'Lecture 4, pooling',
    input: pooled,
    kernel: { pooling: 'max' },
    window: windowOf(2, [2, 2]),
    output: [
      [20, 30],
      [70, 90],
    ],
  },
  {
    id: 'averagePooling',
    title: 'Average pooling 2×2, stride 2',
    source: 'Lecture 4, pooling',
    input: pooled,
    kernel: { pooling: 'average' },
    window: windowOf(2, [2, 2]),
    output: [
      [16, 8],
      [20, 25],
    ],
  },
]
