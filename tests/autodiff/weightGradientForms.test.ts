// Every form of a convolution's weight gradient against the sum that defines it, also where another form would be chosen.
import { describe, expect, it } from 'vitest'
import type { WeightGradientForm } from '../../src/shared/autodiff/rules/convolution/chooseForm'
import type { ConvolutionShapes } from '../../src/shared/autodiff/rules/convolution/convolutionGeometry'
import { addWeightGradient } from '../../src/shared/autodiff/rules/convolution/weightGradient'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { relativeError, runGraph } from '../reference/runGraph'

/** Two spatial axes; the output follows from the rest. */
function shapesOf(given: Partial<ConvolutionShapes>): ConvolutionShapes {
  const shapes = {
    batch: 2,
    inputChannels: 4,
    outputChannels: 6,
    groups: 1,
    input: [6, 5],
    kernel: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    padBegin: [1, 1],
    padEnd: [1, 1],
    ...given,
  }
  const at = (list: readonly number[], axis: number) => list[axis] ?? 0
  const output = shapes.input.map((extent, axis) => {
    const span = (at(shapes.kernel, axis) - 1) * at(shapes.dilations, axis) + 1
    return (
      Math.floor((extent + at(shapes.padBegin, axis) + at(shapes.padEnd, axis) - span) / at(shapes.strides, axis)) + 1
    )
  })
  return { ...shapes, output }
}

/** dw[co, ci, i, j] = sum over n, p, q of dy[n, co, p, q] * x[n, ci, p * stride + i * dilation - pad, ...]. */
function sumByDefinition(x: Float32Array, dy: Float32Array, shapes: ConvolutionShapes): number[] {
  const { batch, inputChannels, outputChannels, groups } = shapes
  const [[height = 1, width = 1], [outHeight = 1, outWidth = 1]] = [shapes.input, shapes.output]
  const [[kernelHeight = 1, kernelWidth = 1], [strideY = 1, strideX = 1]] = [shapes.kernel, shapes.strides]
  const [[dilationY = 1, dilationX = 1], [top = 0, left = 0]] = [shapes.dilations, shapes.padBegin]
  const [perGroup, filters] = [inputChannels / groups, outputChannels / groups]
  const cell = (co: number, ci: number, i: number, j: number): number => {
    const channel = Math.floor(co / filters) * perGroup + ci
    let sum = 0
    for (let n = 0; n < batch; n++)
      for (let p = 0; p < outHeight; p++)
        for (let q = 0; q < outWidth; q++) {
          const [row, column] = [p * strideY + i * dilationY - top, q * strideX + j * dilationX - left]
          if (row < 0 || row >= height || column < 0 || column >= width) continue
          const gradient = dy[((n * outputChannels + co) * outHeight + p) * outWidth + q] ?? 0
          sum += gradient * (x[((n * inputChannels + channel) * height + row) * width + column] ?? 0)
        }
    return sum
  }
  const dw: number[] = []
  for (let co = 0; co < outputChannels; co++)
    for (let ci = 0; ci < perGroup; ci++)
      for (let i = 0; i < kernelHeight; i++) for (let j = 0; j < kernelWidth; j++) dw.push(cell(co, ci, i, j))
  return dw
}

async function checkForm(form: WeightGradientForm, shapes: ConvolutionShapes): Promise<void> {
  const builder = new GraphBuilder(true)
  const stream = new RandomStream(3, form)
  const filled = (name: string, dims: readonly number[]) => {
    builder.input(name, 'float32', dims)
    const count = dims.reduce((product, extent) => product * extent, 1)
    return { dims, data: Float32Array.from({ length: count }, () => stream.normal()) }
  }
  const x = filled('x', [shapes.batch, shapes.inputChannels, ...shapes.input])
  const dy = filled('dy', [shapes.batch, shapes.outputChannels, ...shapes.output])
  const dw = addWeightGradient(builder, 'x', 'dy', shapes, form)
  expect(builder.shapeOf(dw)).toEqual([shapes.outputChannels, shapes.inputChannels / shapes.groups, ...shapes.kernel])
  const results = await runGraph(
    builder,
    new Map([
      ['x', x],
      ['dy', dy],
    ]),
    [dw],
  )
  expect(relativeError(results.get(dw) ?? [], sumByDefinition(x.data, dy.data, shapes))).toBeLessThan(1e-5)
}

const variants: readonly (readonly [string, Partial<ConvolutionShapes>])[] = [
  ['3x3 same', {}],
  ['asymmetric pads', { padBegin: [0, 2], padEnd: [1, 0], kernel: [2, 3] }],
  ['stride 2 with a row left over', { strides: [2, 2], input: [7, 6] }],
  [
    'stride 3 over a smaller window',
    { strides: [3, 3], kernel: [2, 2], input: [8, 9], padBegin: [0, 0], padEnd: [0, 0] },
  ],
  ['dilation 2', { dilations: [2, 2], padBegin: [2, 1], padEnd: [1, 2], input: [7, 8] }],
  ['stride and dilation', { strides: [2, 1], dilations: [1, 2], input: [7, 8] }],
  ['a column', { kernel: [3, 1], padBegin: [1, 0], padEnd: [0, 0] }],
]

describe('forms of the weight gradient', () => {
  for (const form of ['taps', 'rows', 'columns', 'swappedAxes'] as const) {
    it.each(variants)(`${form}: %s`, async (_title, given) => {
      await checkForm(form, shapesOf(given))
    })
  }

  it.each(['taps', 'columns'] as const)('%s: groups', async (form) => {
    await checkForm(form, shapesOf({ groups: 2 }))
    await checkForm(form, shapesOf({ groups: 2, strides: [2, 2] }))
  })

  it.each([
    ['stride 1', {}],
    ['stride 2', { strides: [2, 2] as const }],
    ['groups', { groups: 2 }],
  ])('pointwise: %s', async (_title, given) => {
    await checkForm('pointwise', shapesOf({ kernel: [1, 1], padBegin: [0, 0], padEnd: [0, 0], ...given }))
  })
})
