// The gradient of Resize: along each axis Resize is a matrix of weights, its gradient the transposed matrix.
import { NetloomError } from '../../graph/errors'
import { arriving, inputOf, othersNone, outputOf, product, reshape, scale, transpose } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/** One axis of a Resize. */
interface Sampled {
  readonly input: number
  readonly output: number
  readonly factor: number
  /** The part of the axis that is looked at, from 0 to 1; only for `tf_crop_and_resize`. */
  readonly region: readonly [start: number, end: number]
}

/** Where output index `index` lies between the input's indices. @see ONNX Resize-13, coordinate_transformation_mode */
function sourceOf(mode: string, index: number, { input, output, factor, region }: Sampled): number | undefined {
  switch (mode) {
    case 'half_pixel':
      return (index + 0.5) / factor - 0.5
    case 'pytorch_half_pixel':
      return output > 1 ? (index + 0.5) / factor - 0.5 : 0
    case 'align_corners':
      return output > 1 ? (index * (input - 1)) / (output - 1) : 0
    case 'asymmetric':
      return index / factor
    case 'tf_crop_and_resize': {
      const [start, end] = region
      const step = output > 1 ? ((end - start) * (input - 1)) / (output - 1) : 0
      return output > 1 ? start * (input - 1) + index * step : ((start + end) * (input - 1)) / 2
    }
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
  /** Of the cubic kernel. */
  readonly coefficient: number
  /** Whether cells outside the image get no weight, instead of that of the nearest cell inside. */
  readonly excludesOutside: boolean
}

function refuse(context: RuleContext, received: string): NetloomError {
  const { name } = context.node
  return new NetloomError('autodiff.noGradient', `Resize "${name}" with ${received} has no gradient here.`, {
    nodeId: name,
    received,
    hint: 'Use other coordinates.',
  })
}

/** The weight of a cell at a distance from the place that is looked at. @see Keys, 1981; `a` is his parameter */
function cubicWeight(distance: number, a: number): number {
  const d = Math.abs(distance)
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
}

/** The cells that a place between cells is computed from, with their weights; cells outside are the nearest inside. */
function weightsAt(source: number, { mode, nearest, coefficient, excludesOutside }: Sampling, extent: number) {
  if (mode === 'nearest') return [[roundTo(nearest, source), 1]] as const
  const low = Math.floor(source)
  if (mode !== 'cubic')
    return [
      [low, 1 - (source - low)],
      [low + 1, source - low],
    ] as const
  const cells = [-1, 0, 1, 2].map((offset) => [low + offset, cubicWeight(source - low - offset, coefficient)] as const)
  if (!excludesOutside) return cells
  const inside = cells.filter(([cell]) => cell >= 0 && cell < extent)
  const total = inside.reduce((sum, [, weight]) => sum + weight, 0)
  return inside.map(([cell, weight]) => [cell, weight / total] as const)
}

/**
 * The weights of Resize along one axis.
 * @returns [input, output], row-major: the gradient by the input is this matrix times the gradient by the output
 */
function samplingMatrix(sampling: Sampling, axis: Sampled): Float32Array | undefined {
  const { input, output } = axis
  const weights = new Float32Array(input * output)
  for (let column = 0; column < output; column++) {
    const source = sourceOf(sampling.coordinates, column, axis)
    if (source === undefined) return undefined
    // Beyond the image there is the extrapolation value, which nothing moves.
    if (sampling.coordinates === 'tf_crop_and_resize' && (source < 0 || source > input - 1)) continue
    for (const [cell, weight] of weightsAt(source, sampling, input)) {
      const index = Math.min(Math.max(cell, 0), input - 1) * output + column
      weights[index] = (weights[index] ?? 0) + weight
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

/** The regions by axis, from an input of all starts and then all ends. */
function regionsOf(context: RuleContext, coordinates: string, rank: number): readonly (readonly [number, number])[] {
  const given = coordinates === 'tf_crop_and_resize' ? context.fixedInts(1, 'regions') : []
  return Array.from({ length: rank }, (_, axis) => [given[axis] ?? 0, given[axis + rank] ?? 1])
}

/** A resized axis with its weights. */
interface ResizedAxis extends Sampled {
  readonly axis: number
  readonly weights: Float32Array
}

/** How often each element was simply repeated along each spatial axis; undefined where it was not. */
function repetitions(resized: readonly ResizedAxis[], rank: number): readonly number[] | undefined {
  const times = Array.from({ length: rank - 2 }, () => 1)
  for (const { axis, input, output, weights } of resized) {
    const count = output / input
    const repeats = (column: number) => weights[Math.floor(column / count) * output + column] === 1
    if (axis < 2 || !Number.isInteger(count) || !Array.from({ length: output }, (_, column) => column).every(repeats))
      return undefined
    times[axis - 2] = count
  }
  return times
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

/** The axes that are resized, or looked at through a region. */
function resizedAxes(context: RuleContext): ResizedAxis[] {
  const input = context.shapeOf(inputOf(context, 0))
  const output = context.shapeOf(outputOf(context, 0))
  const coordinates = context.string('coordinate_transformation_mode', 'half_pixel')
  const sampling = {
    mode: context.string('mode', 'nearest'),
    coordinates,
    nearest: context.string('nearest_mode', 'round_prefer_floor'),
    coefficient: context.float('cubic_coeff_a', -0.75),
    excludesOutside: context.int('exclude_outside', 0) === 1,
  }
  const factors = factorsOf(context, input, output)
  const regions = regionsOf(context, coordinates, input.length)
  return input.flatMap((extent, axis) => {
    const each = {
      input: extent,
      output: output[axis] ?? 1,
      factor: factors[axis] ?? 1,
      region: regions[axis] ?? ([0, 1] as const),
    }
    const [start, end] = each.region
    if (each.output === extent && each.factor === 1 && start === 0 && end === 1) return []
    const weights = samplingMatrix(sampling, each)
    if (weights === undefined) throw refuse(context, `coordinates "${coordinates}"`)
    return [{ ...each, axis, weights }]
  })
}

const resize: GradientRule = (context) => {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  const resized = resizedAxes(context)
  const times = dims.length < 3 ? undefined : repetitions(resized, dims.length)
  if (times) {
    const mean = builder.add('AveragePool', [arriving(context)], { kernel_shape: times, strides: times })
    return othersNone(context, scale(builder, mean, product(times)))
  }
  // A matrix on either side needs two axes.
  const rows =
    dims.length === 1
      ? reshape(builder, arriving(context), [1, ...context.shapeOf(arriving(context))])
      : arriving(context)
  const added = dims.length === 1 ? 1 : 0
  const dx = resized.reduce((gradient, { axis, weights, input, output }) => {
    return applyAlong(context, gradient, axis + added, weights, [input, output])
  }, rows)
  return othersNone(context, reshape(builder, dx, dims))
}

export const resizeRules = { Resize: resize } satisfies Partial<GradientTable>
