// Gradients of operators that move, cut, join or repeat elements without arithmetic on them; not of Pad and of operators with indices.
import { internalError, NetloomError } from '../../graph/errors'
import {
  arriving,
  asFloat,
  float32Code,
  flip,
  inputOf,
  insertZeros,
  normaliseAxes,
  othersNone,
  outputOf,
  padOrCrop,
  reshape,
  scale,
  slice,
  sumOver,
  transpose,
  zeros,
} from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

const pass: GradientRule = (context) => othersNone(context, arriving(context))

/** The elements keep their order: the gradient takes the input's shape. */
const restoreShape: GradientRule = (context) =>
  othersNone(context, reshape(context.builder, arriving(context), context.shapeOf(inputOf(context, 0))))

const cast: GradientRule = (context) => {
  const from = context.builder.typeOf(inputOf(context, 0)).dataType
  const to = context.builder.typeOf(outputOf(context, 0)).dataType
  if (from === to) return [arriving(context)]
  const codes: Readonly<Record<string, number>> = { float32: float32Code, float16: 10, float64: 11, bfloat16: 16 }
  const code = codes[from]
  if (code === undefined) throw internalError(`a gradient by ${from} values of "${context.node.name}"`)
  return [context.builder.add('Cast', [arriving(context)], { to: code })]
}

const permute: GradientRule = (context) => {
  const rank = context.shapeOf(inputOf(context, 0)).length
  const perm = context.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  const inverse = Array.from({ length: rank }, (_, axis) => perm.indexOf(axis))
  return [transpose(context.builder, arriving(context), inverse)]
}

/** Each input's part of dy; one Split where all are wanted, single slices otherwise. */
const concat: GradientRule = (context) => {
  const { builder } = context
  const dy = arriving(context)
  const [axis = 0] = normaliseAxes([context.int('axis', 0)], context.shapeOf(dy).length)
  const extents = context.inputs.map((input) => context.shapeOf(input)[axis] ?? 0)
  if (context.inputs.length > 1 && context.inputs.every((_, index) => context.needs(index))) {
    return builder.addMany('Split', extents.length, [dy, builder.ints(extents)], { axis })
  }
  let end = 0
  return extents.map((extent, index) => {
    end += extent
    return context.needs(index) ? slice(builder, dy, [{ axis, start: end - extent, end }]) : undefined
  })
}

/** The parts of dy joined again; zeros for outputs that nothing uses. */
const split: GradientRule = (context) => {
  const { builder } = context
  const parts = context.outputs.map((output, index) => {
    return context.outputGradients[index] ?? zeros(builder, context.shapeOf(output))
  })
  return othersNone(context, builder.add('Concat', parts, { axis: context.int('axis', 0) }))
}

interface Cut {
  readonly axis: number
  /** First taken index, and how many are taken. */
  readonly start: number
  readonly count: number
  readonly step: number
}

/** The cuts of a Slice with the ends of ONNX's clamping applied. */
function cutsOf(context: RuleContext): Cut[] {
  const dims = context.shapeOf(inputOf(context, 0))
  const taken = context.shapeOf(outputOf(context, 0))
  const starts = context.fixedInts(1, 'starts')
  const axes = normaliseAxes(
    context.inputs[3] ? context.fixedInts(3, 'axes') : starts.map((_, index) => index),
    dims.length,
  )
  const steps = context.inputs[4] ? context.fixedInts(4, 'steps') : starts.map(() => 1)
  return axes.map((axis, index) => {
    const extent = dims[axis] ?? 1
    const step = steps[index] ?? 1
    const given = starts[index] ?? 0
    const start = Math.min(Math.max(given < 0 ? given + extent : given, 0), step < 0 ? extent - 1 : extent)
    return { axis, start, count: taken[axis] ?? 0, step }
  })
}

/** Puts dy back at the taken indices, zeros elsewhere. */
const cut: GradientRule = (context) => {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  const begin = dims.map(() => 0)
  const end = dims.map(() => 0)
  let gradient = arriving(context)
  for (const { axis, start, count, step } of cutsOf(context)) {
    const stride = Math.abs(step)
    if (step < 0) gradient = flip(builder, gradient, axis)
    gradient = insertZeros(builder, gradient, axis, count === 1 ? 1 : stride)
    const first = step < 0 ? start - (count - 1) * stride : start
    begin[axis] = first
    end[axis] = (dims[axis] ?? 1) - first - (count === 1 ? 1 : count * stride)
  }
  return othersNone(context, padOrCrop(builder, gradient, begin, end))
}

/** The inverse of DepthToSpace: with "DCR" a SpaceToDepth, with "CRD" the block's cells vary fastest. */
const depthToSpace: GradientRule = (context) => {
  const { builder } = context
  const block = context.int('blocksize', 1)
  const dy = arriving(context)
  if (context.string('mode', 'DCR') !== 'CRD') return [builder.add('SpaceToDepth', [dy], { blocksize: block })]
  const dims = context.shapeOf(inputOf(context, 0))
  const [batch = 1, channels = 1, height = 1, width = 1] = dims
  const apart = reshape(builder, dy, [batch, channels / block ** 2, height, block, width, block])
  return [reshape(builder, transpose(builder, apart, [0, 1, 3, 5, 2, 4]), dims)]
}

const spaceToDepth: GradientRule = (context) => [
  context.builder.add('DepthToSpace', [arriving(context)], { blocksize: context.int('blocksize', 1) }),
]

/** Sums over the copies. */
const tile: GradientRule = (context) => {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  const repeats = context.fixedInts(1, 'repeats')
  const apart = dims.flatMap((extent, axis) => [repeats[axis] ?? 1, extent])
  const copies = dims.map((_, axis) => 2 * axis)
  return othersNone(context, sumOver(builder, reshape(builder, arriving(context), apart), copies, false))
}

/** The same triangle of dy. */
const triangle: GradientRule = (context) =>
  othersNone(
    context,
    context.builder.add('Trilu', [arriving(context), ...context.inputs.slice(1)], { upper: context.int('upper', 1) }),
  )

/** In inference dropout is the identity; in training dy goes where the mask let x through, divided by 1 - ratio. */
const dropout: GradientRule = (context) => {
  const { builder, outputs } = context
  const isTraining = context.inputs[2] ? context.constantInts(2)?.[0] : 0
  if (isTraining === 0) return othersNone(context, arriving(context))
  const mask = outputs[1]
  const ratio = context.inputs[1] ? context.constantFloats(1)?.[0] : 0.5
  if (!mask || ratio === undefined || isTraining === undefined) {
    const { name } = context.node
    throw new NetloomError(
      'autodiff.noGradient',
      `Dropout "${name}" in training has no gradient without its mask output.`,
      {
        nodeId: name,
        hint: 'Give it a second output, or multiply by a mask that is an input.',
      },
    )
  }
  const dx = builder.add('Mul', [arriving(context), scale(builder, asFloat(builder, mask), 1 / (1 - ratio))])
  return othersNone(context, dx)
}

export const movementRules = {
  Identity: pass,
  Expand: pass,
  Reshape: restoreShape,
  Flatten: restoreShape,
  Squeeze: restoreShape,
  Unsqueeze: restoreShape,
  Cast: cast,
  Transpose: permute,
  Concat: concat,
  Split: split,
  Slice: cut,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Tile: tile,
  Trilu: triangle,
  Dropout: dropout,
} satisfies Partial<GradientTable>
