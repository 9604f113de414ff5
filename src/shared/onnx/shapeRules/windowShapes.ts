// Arithmetic of sliding windows in ONNX's terms: auto_pad, pads, strides, dilations, ceil_mode; for convolution and pooling.
import { show, type ShapeContext } from './shapeContext'

/** A window with every default filled in; one entry per spatial axis. */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly padsBegin: readonly number[]
  readonly padsEnd: readonly number[]
  /** Extents of the output's spatial axes. */
  readonly output: readonly number[]
}

/**
 * Resolves the window attributes of Conv, FusedConv, MaxPool, AveragePool or LpPool.
 * @param spatial extents of the input's spatial axes
 * @param kernel extents of the window
 * @throws NetloomError `onnx.shape` where attributes have a wrong length or value, or the window is larger than its input
 * @see ONNX 1.16 operators Conv-11, MaxPool-12, AveragePool-19
 */
export function resolveWindow(context: ShapeContext, spatial: readonly number[], kernel: readonly number[]): Window {
  const rank = spatial.length
  const { strides, dilations } = readSteps(context, kernel, rank)
  const reach = kernel.map((extent, axis) => (extent - 1) * at(dilations, axis) + 1)
  const { padsBegin, padsEnd } = readPads(context, spatial, reach, strides)
  const ceiling = context.int('ceil_mode', 0) !== 0
  const output = spatial.map((extent, axis) => {
    const [begin, stride] = [at(padsBegin, axis), at(strides, axis)]
    const room = extent + begin + at(padsEnd, axis) - at(reach, axis)
    if (room < 0)
      context.fail(
        `its window ${show(reach)} is larger than its input ${show(spatial)} with padding ${show([...padsBegin, ...padsEnd])}`,
      )
    const steps = ceiling ? Math.ceil(room / stride) : Math.floor(room / stride)
    // A last window that starts in the padding behind the image is left out.
    return ceiling && steps * stride >= extent + begin ? steps : steps + 1
  })
  return { kernel, strides, dilations, padsBegin, padsEnd, output }
}

/** Strides and dilations with their defaults, checked. */
export function readSteps(
  context: ShapeContext,
  kernel: readonly number[],
  rank: number,
): Pick<Window, 'strides' | 'dilations'> {
  const strides = context.ints('strides') ?? kernel.map(() => 1)
  const dilations = context.ints('dilations') ?? kernel.map(() => 1)
  const lists: readonly (readonly [string, readonly number[]])[] = [
    ['kernel_shape', kernel],
    ['strides', strides],
    ['dilations', dilations],
  ]
  for (const [name, list] of lists) {
    if (list.length !== rank) context.fail(`${name} ${show(list)} must have one entry for each of ${rank} axes`)
    if (list.some((value) => !Number.isInteger(value) || value < 1))
      context.fail(`${name} ${show(list)} must be 1 or more`)
  }
  return { strides, dilations }
}

/** Splits the `pads` attribute into its two halves. */
export function readExplicitPads(context: ShapeContext, rank: number): Pick<Window, 'padsBegin' | 'padsEnd'> {
  const pads = context.ints('pads') ?? Array.from({ length: 2 * rank }, () => 0)
  if (pads.length !== 2 * rank) context.fail(`pads ${show(pads)} must have ${2 * rank} entries`)
  return { padsBegin: pads.slice(0, rank), padsEnd: pads.slice(rank) }
}

/** Shares `total` padding between both ends; SAME_LOWER puts the odd one in front, everything else behind. */
export function sharePads(autoPad: string, totals: readonly number[]): Pick<Window, 'padsBegin' | 'padsEnd'> {
  const less = totals.map((total) => Math.floor(total / 2))
  const more = totals.map((total, axis) => total - at(less, axis))
  return autoPad === 'SAME_LOWER' ? { padsBegin: more, padsEnd: less } : { padsBegin: less, padsEnd: more }
}

function readPads(
  context: ShapeContext,
  spatial: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): Pick<Window, 'padsBegin' | 'padsEnd'> {
  const autoPad = context.string('auto_pad', 'NOTSET')
  if (autoPad === 'NOTSET' || autoPad === '') return readExplicitPads(context, spatial.length)
  if (autoPad === 'VALID') return { padsBegin: spatial.map(() => 0), padsEnd: spatial.map(() => 0) }
  if (autoPad !== 'SAME_UPPER' && autoPad !== 'SAME_LOWER') context.fail(`auto_pad "${autoPad}" is not known`)
  const totals = spatial.map((extent, axis) => {
    const stride = at(strides, axis)
    return Math.max(0, (Math.ceil(extent / stride) - 1) * stride + at(reach, axis) - extent)
  })
  return sharePads(autoPad, totals)
}

/** Entry `axis` of a list whose length was checked. */
export function at(list: readonly number[], axis: number): number {
  return list[axis] ?? 0
}
