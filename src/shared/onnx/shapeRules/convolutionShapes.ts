// Shape rules of convolution, transposed convolution and pooling.
import { show, type ShapeContext, type ShapeRule, type ShapeRuleTable, type ValueType } from './shapeContext'
import { at, readExplicitPads, readSteps, resolveWindow, sharePads, type Window } from './windowShapes'

/**
 * The window of a Conv or FusedConv node with all defaults filled in.
 * x: [N, Ci, ...spatial], w: [Co, Ci / groups, ...kernel]
 */
export function resolveConvolution(context: ShapeContext): Window {
  context.requireRank(0, 3, Infinity)
  const [x, w] = [context.dims(0), context.dims(1)]
  if (w.length !== x.length)
    context.fail(`the kernel ${show(w)} and the input ${show(x)} differ in their number of axes`)
  const kernel = w.slice(2)
  const stated = context.ints('kernel_shape')
  if (stated && stated.join() !== kernel.join())
    context.fail(`kernel_shape ${show(stated)} contradicts the kernel ${show(w)}`)
  return resolveWindow(context, x.slice(2), kernel)
}

/** @see ONNX Conv-11 */
const convolution: ShapeRule = (context) => {
  const window = resolveConvolution(context)
  const [n, channels] = [context.extent(0, 0), context.extent(0, 1)]
  const [filters, perGroup] = [context.extent(1, 0), context.extent(1, 1)]
  const groups = context.int('group', 1)
  if (groups < 1 || filters % groups !== 0) context.fail(`${filters} filters do not divide by ${groups} groups`)
  if (channels !== perGroup * groups)
    context.fail(
      `the input ${show(context.dims(0))} has ${channels} channels, the kernel ${show(context.dims(1))} with ${groups} groups wants ${perGroup * groups}`,
    )
  requireBias(context, filters)
  return context.like(0, [n, filters, ...window.output])
}

function requireBias(context: ShapeContext, filters: number): void {
  if (!context.has(2)) return
  const bias = context.dims(2)
  if (bias.length !== 1 || bias[0] !== filters) context.fail(`the bias ${show(bias)} must be [${filters}]`)
}

/**
 * The window of a ConvTranspose node; `output` holds its spatial output extents.
 * @see ONNX ConvTranspose-11
 */
export function resolveTransposed(context: ShapeContext): Window {
  context.requireRank(0, 3, Infinity)
  context.requireRank(1, context.dims(0).length)
  const spatial = context.dims(0).slice(2)
  const kernel = context.dims(1).slice(2)
  const rank = spatial.length
  const { strides, dilations } = readSteps(context, kernel, rank)
  const extra = context.ints('output_padding') ?? spatial.map(() => 0)
  const full = spatial.map(
    (extent, axis) =>
      (extent - 1) * at(strides, axis) + at(extra, axis) + (at(kernel, axis) - 1) * at(dilations, axis) + 1,
  )
  const { padsBegin, padsEnd } = transposedPads(context, spatial, strides, full)
  const output = full.map((extent, axis) => extent - at(padsBegin, axis) - at(padsEnd, axis))
  if (output.some((extent) => extent < 1)) context.fail(`its output would be ${show(output)}; padding takes everything`)
  return { kernel, strides, dilations, padsBegin, padsEnd, output }
}

/** Pads are stated, or follow from the stated or "same" output; rows beyond what the windows reach are a negative pad. */
function transposedPads(
  context: ShapeContext,
  spatial: readonly number[],
  strides: readonly number[],
  full: readonly number[],
): Pick<Window, 'padsBegin' | 'padsEnd'> {
  const autoPad = context.string('auto_pad', 'NOTSET')
  // With an odd total, only SAME_UPPER takes more from the end.
  const share = (totals: readonly number[]): Pick<Window, 'padsBegin' | 'padsEnd'> =>
    sharePads(autoPad === 'SAME_UPPER' ? autoPad : 'SAME_LOWER', totals)
  const stated = context.ints('output_shape')?.slice(-spatial.length)
  if (stated) {
    const totals = full.map((extent, axis) => extent - at(stated, axis))
    const { padsBegin, padsEnd } = share(totals.map((total) => Math.max(0, total)))
    return { padsBegin, padsEnd: padsEnd.map((pad, axis) => pad + Math.min(0, at(totals, axis))) }
  }
  if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER')
    return share(full.map((extent, axis) => Math.max(0, extent - at(spatial, axis) * at(strides, axis))))
  return readExplicitPads(context, spatial.length)
}

const transposedConvolution: ShapeRule = (context) => {
  const window = resolveTransposed(context)
  const groups = context.int('group', 1)
  const filters = context.extent(1, 1) * groups
  if (context.extent(0, 1) !== context.extent(1, 0))
    context.fail(
      `the input ${show(context.dims(0))} has ${context.extent(0, 1)} channels, the kernel ${show(context.dims(1))} wants ${context.extent(1, 0)}`,
    )
  if (groups < 1 || context.extent(0, 1) % groups !== 0)
    context.fail(`${context.extent(0, 1)} channels do not divide by ${groups} groups`)
  requireBias(context, filters)
  return context.like(0, [context.extent(0, 0), filters, ...window.output])
}

/** The window of a MaxPool, AveragePool or LpPool node with all defaults filled in. x: [N, C, ...spatial] */
export function resolvePooling(context: ShapeContext): Window {
  context.requireRank(0, 3, Infinity)
  const kernel = context.ints('kernel_shape') ?? context.fail('kernel_shape is missing')
  return resolveWindow(context, context.dims(0).slice(2), kernel)
}

function poolDims(context: ShapeContext): readonly number[] {
  const { output } = resolvePooling(context)
  return [context.extent(0, 0), context.extent(0, 1), ...output]
}

const maxPool: ShapeRule = (context) => {
  const dims = poolDims(context)
  const indices: ValueType = { dataType: 'int64', dims }
  return [...context.like(0, dims), indices]
}

const pool: ShapeRule = (context) => context.like(0, poolDims(context))

const globalPool: ShapeRule = (context) => {
  context.requireRank(0, 3, Infinity)
  return context.like(
    0,
    context.dims(0).map((extent, axis) => (axis < 2 ? extent : 1)),
  )
}

export const convolutionRules = {
  Conv: convolution,
  FusedConv: convolution,
  ConvTranspose: transposedConvolution,
  MaxPool: maxPool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
} satisfies ShapeRuleTable
