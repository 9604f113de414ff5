// Gradients of AveragePool and GlobalAveragePool: each output's gradient is spread evenly over its window.
import { arriving, expand, inputOf, insertZeros, padOrCrop, product, reshape, scale } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'
import { spanOf, windowsOf, type Windows } from './gradientWindow'

/** Cells of window `index` along one axis that the mean divides by. */
function countAlong(windows: Windows, axis: number, index: number, includePad: boolean): number {
  const at = (list: readonly number[], fallback: number) => list[axis] ?? fallback
  const [begin, end] = [at(windows.padBegin, 0), at(windows.padEnd, 0)]
  const low = includePad ? -begin : 0
  const high = at(windows.input, 1) + (includePad ? end : 0)
  const start = index * at(windows.strides, 1) - begin
  let count = 0
  for (let tap = 0; tap < at(windows.kernel, 1); tap++) {
    const position = start + tap * at(windows.dilations, 1)
    if (position >= low && position < high) count++
  }
  return Math.max(count, 1)
}

/**
 * What the mean of each window is multiplied by where it leaves out cells: (cells of the kernel) / (cells counted).
 * Shape [Ho, Wo], row-major; undefined where it is 1 everywhere.
 */
export function windowCorrection(windows: Windows, includePad: boolean): Float32Array | undefined {
  let factors = [1]
  windows.output.forEach((extent, axis) => {
    const ratios = Array.from({ length: extent }, (_, index) => {
      return (windows.kernel[axis] ?? 1) / countAlong(windows, axis, index, includePad)
    })
    factors = factors.flatMap((factor) => ratios.map((ratio) => factor * ratio))
  })
  return factors.every((factor) => factor === 1) ? undefined : new Float32Array(factors)
}

/** Windows that tile the image exactly: every element has one window, dy is repeated over it. */
function isTiling(windows: Windows): boolean {
  return windows.input.every((extent, axis) => {
    const kernel = windows.kernel[axis] ?? 1
    const isDense = windows.dilations[axis] === 1 && windows.strides[axis] === kernel
    return isDense && windows.padBegin[axis] === 0 && extent === kernel * (windows.output[axis] ?? 1)
  })
}

/** Repeats each element `kernel` times along each spatial axis. */
function repeat(context: RuleContext, value: string, windows: Windows): string {
  const { builder } = context
  const lead = context.shapeOf(value).slice(0, 2)
  const apart = [...lead, ...windows.output.flatMap((extent) => [extent, 1])]
  const repeated = [...lead, ...windows.output.flatMap((extent, axis) => [extent, windows.kernel[axis] ?? 1])]
  return reshape(builder, expand(builder, reshape(builder, value, apart), repeated), [...lead, ...windows.input])
}

/** Gives each cell of the image the sum of dy over the windows that hold it, divided by the cells of a window. */
export function spreadOver(context: RuleContext, dy: string, windows: Windows): string {
  const { builder } = context
  if (isTiling(windows)) return repeat(context, scale(builder, dy, 1 / product(windows.kernel)), windows)
  return spread(context, dy, windows)
}

/**
 * Spreads dy with a box filter: zeros between its elements for the stride, a border as wide as the window,
 * then AveragePool with stride 1, whose mean already divides by the cells of the kernel.
 */
function spread(context: RuleContext, dy: string, windows: Windows): string {
  const { builder } = context
  const spans = spanOf(windows)
  let apart = dy
  windows.strides.forEach((stride, axis) => {
    if ((windows.output[axis] ?? 1) > 1) apart = insertZeros(builder, apart, axis + 2, stride)
  })
  const held = context.shapeOf(apart).slice(2)
  const begin = windows.padBegin.map((before, axis) => (spans[axis] ?? 1) - 1 - before)
  // The filter shortens each axis by span - 1 and must leave exactly the input's extent.
  const end = windows.input.map(
    (extent, axis) => extent + (spans[axis] ?? 1) - 1 - (begin[axis] ?? 0) - (held[axis] ?? 1),
  )
  const framed = padOrCrop(builder, apart, [0, 0, ...begin], [0, 0, ...end])
  return boxMean(context, framed, windows)
}

function boxMean(context: RuleContext, value: string, windows: Windows): string {
  const { builder } = context
  if (windows.kernel.every((extent) => extent === 1)) return value
  const isDilated = windows.dilations.some((dilation, axis) => dilation !== 1 && windows.kernel[axis] !== 1)
  if (!isDilated) return builder.add('AveragePool', [value], { kernel_shape: windows.kernel })
  const dims = context.shapeOf(value)
  const lone = reshape(builder, value, [(dims[0] ?? 1) * (dims[1] ?? 1), 1, ...dims.slice(2)])
  const cells = product(windows.kernel)
  const data = new Float32Array(cells).fill(1 / cells)
  const kernel = builder.constant({ dataType: 'float32', dims: [1, 1, ...windows.kernel], data })
  const attributes = { kernel_shape: windows.kernel, dilations: windows.dilations }
  return reshape(builder, builder.add('Conv', [lone, kernel], attributes), [...dims.slice(0, 2), ...windows.input])
}

const averagePool: GradientRule = (context) => {
  const { builder } = context
  const windows = windowsOf(context)
  const dy = arriving(context)
  const includePad = context.int('count_include_pad', 0) === 1
  const data = isTiling(windows) ? undefined : windowCorrection(windows, includePad)
  if (data === undefined) return [spreadOver(context, dy, windows)]
  const correction = builder.constant(
    { dataType: 'float32', dims: [1, 1, ...windows.output], data },
    'windowCorrection',
  )
  return [spread(context, builder.add('Mul', [dy, correction]), windows)]
}

const globalAveragePool: GradientRule = (context) => {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  return [expand(builder, scale(builder, arriving(context), 1 / product(dims.slice(2))), dims)]
}

export const averagePoolingRules = {
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
} satisfies Partial<GradientTable>
