// The gradient of Resize: along each axis Resize is a matrix of weights, its gradient the transposed matrix.
import { NetloomError } from '../../graph/errors'
import { arriving, inputOf, othersNone, outputOf, scale, transpose } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/** Where output index `index` lies between the input's indices. @see ONNX Resize-13, coordinate_transformation_mode */
function sourceOf(mode: string, index: number, factor: number, input: number, output: number): number | undefined {
  switch (mode) {
    case 'half_pixel':
      return (index + 0.5) / factor - 0.5
    case 'pytorch_half_pixel':
      return output > 1 ? (index + 0.5) / factor - 0.5 : 0
    case 'align_corners':
      return output > 1 ? (index * (input - 1)) / (output - 1) : 0
    case 'asymmetric':
      return index / factor
    default:
      return undefined
  }
}

function roundTo(mode: string, value: number): number {
  switch (mode) {
    case 'floor':
      return Math.floor(value)
    case 'ceil':
      return Math.ceil(value)
    case 'round_prefer_ceil':
      return Math.floor(value + 0.5)
    default:
      return Math.ceil(value - 0.5)
  }
}

/** What a Resize does along its axes. */
interface Sampling {
  readonly mode: string
  readonly coordinates: string
  readonly nearest: string
}

function refuse(context: RuleContext, received: string): NetloomError {
  const { name } = context.node
  return new NetloomError('autodiff.noGradient', `Resize "${name}" with ${received} has no gradient here.`, {
    nodeId: name,
    received,
    hint: 'Use nearest or linear interpolation over fixed scales.',
  })
}

/**
 * The weights of Resize along one axis.
 * @returns [input, output], row-major: the gradient by the input is this matrix times the gradient by the output
 */
export function samplingMatrix(
  sampling: Sampling,
  input: number,
  output: number,
  factor: number,
): Float32Array | undefined {
  const weights = new Float32Array(input * output)
  const add = (row: number, column: number, weight: number) => {
    const index = Math.min(Math.max(row, 0), input - 1) * output + column
    weights[index] = (weights[index] ?? 0) + weight
  }
  for (let column = 0; column < output; column++) {
    const source = sourceOf(sampling.coordinates, column, factor, input, output)
    if (source === undefined) return undefined
    if (sampling.mode === 'nearest') {
      add(roundTo(sampling.nearest, source), column, 1)
    } else {
      const low = Math.floor(source)
      add(low, column, 1 - (source - low))
      add(low + 1, column, source - low)
    }
  }
  return weights
}

/** The scale of an axis: given, or from the sizes. */
function factorsOf(context: RuleContext, input: readonly number[], output: readonly number[]): readonly number[] {
  const scales = context.inputs[2] ? context.constantFloats(2) : undefined
  if (scales && scales.length === input.length) return scales
  return output.map((extent, axis) => extent / (input[axis] ?? 1))
}

/** Whether each element was simply repeated a whole number of times along every spatial axis. */
function isRepetition(matrices: readonly Float32Array[], input: readonly number[], output: readonly number[]): boolean {
  return matrices.every((weights, axis) => {
    const [rows, columns] = [input[axis + 2] ?? 1, output[axis + 2] ?? 1]
    const times = columns / rows
    if (!Number.isInteger(times)) return false
    return Array.from({ length: columns }, (_, column) => weights[Math.floor(column / times) * columns + column]).every(
      (weight) => weight === 1,
    )
  })
}

/** Multiplies one axis of a gradient by a matrix [input, output]. */
function applyAlong(
  context: RuleContext,
  value: string,
  axis: number,
  weights: Float32Array,
  dims: readonly [number, number],
): string {
  const { builder } = context
  const matrix = builder.constant({ dataType: 'float32', dims, data: weights }, 'sampling')
  const rank = context.shapeOf(value).length
  if (axis === rank - 2) return builder.add('MatMul', [matrix, value])
  const order = Array.from({ length: rank }, (_, index) => index).filter((index) => index !== axis)
  const perm = [...order.slice(0, -1), axis, order.at(-1) ?? 0]
  if (axis === rank - 1) {
    const flipped = new Float32Array(weights.length)
    const [rows, columns] = dims
    weights.forEach((weight, index) => (flipped[(index % columns) * rows + Math.floor(index / columns)] = weight))
    const right = builder.constant({ dataType: 'float32', dims: [columns, rows], data: flipped }, 'sampling')
    return builder.add('MatMul', [value, right])
  }
  const moved = builder.add('MatMul', [matrix, transpose(builder, value, perm)])
  return transpose(
    builder,
    moved,
    perm.map((_, index) => perm.indexOf(index)),
  )
}

const resize: GradientRule = (context) => {
  const { builder } = context
  const mode = context.string('mode', 'nearest')
  if (mode !== 'nearest' && mode !== 'linear') throw refuse(context, `mode "${mode}"`)
  const input = context.shapeOf(inputOf(context, 0))
  const output = context.shapeOf(outputOf(context, 0))
  if (input.length < 3 || input[0] !== output[0] || input[1] !== output[1]) throw refuse(context, 'resized channels')
  const coordinates = context.string('coordinate_transformation_mode', 'half_pixel')
  const sampling = { mode, coordinates, nearest: context.string('nearest_mode', 'round_prefer_floor') }
  const factors = factorsOf(context, input, output)
  const matrices = input.slice(2).map((extent, index) => {
    const weights = samplingMatrix(sampling, extent, output[index + 2] ?? 1, factors[index + 2] ?? 1)
    if (weights === undefined) throw refuse(context, `coordinates "${coordinates}"`)
    return weights
  })
  if (isRepetition(matrices, input, output)) {
    const times = input.slice(2).map((extent, index) => (output[index + 2] ?? 1) / extent)
    const cells = times.reduce((total, count) => total * count, 1)
    const mean = builder.add('AveragePool', [arriving(context)], { kernel_shape: times, strides: times })
    return othersNone(context, scale(builder, mean, cells))
  }
  const dx = matrices.reduce((gradient, weights, index) => {
    return applyAlong(context, gradient, index + 2, weights, [input[index + 2] ?? 1, output[index + 2] ?? 1])
  }, arriving(context))
  return othersNone(context, dx)
}

export const resizeRules = { Resize: resize } satisfies Partial<GradientTable>
