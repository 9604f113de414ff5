// Gradients of operators that move, cut, join or repeat elements without arithmetic on them.
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
  product,
  reshape,
  scale,
  slice,
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

/** Cuts the padding off again; where the forward pass cut (negative pads), zeros come back. */
const pad: GradientRule = (context) => {
  const mode = context.string('mode', 'constant')
  const { name } = context.node
  if (mode !== 'constant') {
    throw new NetloomError('autodiff.noGradient', `Pad "${name}" of mode "${mode}" has no gradient here.`, {
      nodeId: name,
      expected: 'constant',
      received: mode,
      hint: 'Use constant padding.',
    })
  }
  if (context.needs(2))
    throw new NetloomError('autodiff.noGradient', `Pad "${name}" has no gradient by the value that it pads with.`, {
      nodeId: name,
      hint: 'Pad with a constant.',
    })
  const rank = context.shapeOf(inputOf(context, 0)).length
  const pads = context.ints('pads') ?? context.fixedInts(1, 'pads')
  const axes = context.inputs[3] ? normaliseAxes(context.fixedInts(3, 'axes'), rank) : undefined
  const begin = Array.from({ length: rank }, () => 0)
  const end = [...begin]
  const count = pads.length / 2
  for (let index = 0; index < count; index++) {
    const axis = axes?.[index] ?? index
    begin[axis] = -(pads[index] ?? 0)
    end[axis] = -(pads[index + count] ?? 0)
  }
  return othersNone(context, padOrCrop(context.builder, arriving(context), begin, end))
}

/** Adds each slice of dy to the place it was taken from; an index that stands twice gets both. */
const gather: GradientRule = (context) => {
  const { builder } = context
  const [data, indices] = [inputOf(context, 0), inputOf(context, 1)]
  const dims = context.shapeOf(data)
  const [axis = 0] = normaliseAxes([context.int('axis', 0)], dims.length)
  const [before, after] = [product(dims.slice(0, axis)), product(dims.slice(axis + 1))]
  const count = product(context.shapeOf(indices))
  const taken = [before, count, after]
  const places = builder.add('Expand', [reshape(builder, indices, [1, count, 1]), builder.ints(taken)])
  const empty = zeros(builder, [before, dims[axis] ?? 1, after])
  const inputs = [empty, places, reshape(builder, arriving(context), taken)]
  const sum = builder.add('ScatterElements', inputs, { axis: 1, reduction: 'add' })
  return othersNone(context, reshape(builder, sum, dims))
}

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
  Pad: pad,
  Gather: gather,
  Dropout: dropout,
} satisfies Partial<GradientTable>
