// The weight gradient of a convolution on ONNX Runtime's blocked kernels: strides taken apart, then the form that fits.
import {
  blockedDomain,
  convAttributes,
  fourAxes,
  type ConvAttributes,
  type Expansion,
  type Layout,
} from '../channelLayout'
import { addByRows, allowsRows, filledColumns } from './byRows'
import { addByTaps } from './byTaps'
import type { GraphBuilder } from '../../onnx/builder'
import { addBlockedKernel } from './blockedConvolution'
import type { TargetValue, UnitStrideProblem } from './unitStride'

/** (x, dy) -> dw for one group and output channels that are worth blocking. */
export const convolutionWeightGradient: Expansion = (node, layout) => {
  const [x = '', dy = ''] = node.inputs
  const [dw = ''] = node.outputs
  const attributes = convAttributes(node)
  const { strides, dilations, group, kernel, pads } = attributes
  const isStrided = strides.some((stride) => stride !== 1)
  if (layout.blockSize === null || group !== 1 || !layout.canBlock(dy)) return false
  if (isStrided && dilations.some((dilation) => dilation !== 1)) return false
  if (pads.some((pad) => pad < 0)) return false
  const output = targetValue(layout, dy)
  const blocked = { channels: layout.blockedChannels(dy), name: () => layout.blocked(dy) }
  const base = { target: layout.target, block: layout.blockSize, dy: { ...output, blocked } }
  const input = targetValue(layout, x)
  const written = isStrided
    ? addByPhases(layout, base, input, attributes, dw)
    : addUnitStride({ ...base, x: input, kernel, dilations, padBegin: [pads[0], pads[1]] }, `${dw}/filled`)
  const cut = addCut(layout.target, written, layout.shapeOf(dw))
  layout.setPlain(dw, cut)
  return true
}

/** Leaves the channels that were filled up out again: the first entries along each axis. */
function addCut(target: GraphBuilder, value: string, shape: readonly number[]): string {
  if (target.shapeOf(value).slice(0, 2).join() === shape.slice(0, 2).join()) return value
  const axes = [0, 1]
  return target.add('Slice', [value, target.ints([0, 0]), target.ints(shape.slice(0, 2)), target.ints(axes)])
}

/**
 * The cheaper form, in passes over dy of one core: products as often as the kernel wants, weighed by how well they fill the
 * vector units (measured: 8 sums in flight are enough), and one copy of dy per tap (a slice) or per column (a depthwise pass).
 */
function addUnitStride(problem: UnitStrideProblem, name: string): string {
  if (!allowsRows(problem)) return addByTaps(problem, name)
  const { x, dy, kernel, block } = problem
  const channels = x.blocked?.channels ?? x.dims[1]
  const taps = kernel[0] * kernel[1]
  const inFlight = (sums: number) => Math.min(1, sums / 8)
  const filterBlocks = Math.min(4, dy.blocked.channels / block)
  const widening = filledColumns(problem) / dy.dims[3]
  const byRows =
    widening * ((taps * x.dims[1]) / 16 / inFlight(filterBlocks * Math.min(6, kernel[0])) + 2 * (kernel[1] - 1))
  const grid = (1 + 1 / dy.dims[2]) * (1 + 1 / dy.dims[3])
  const byTaps = grid * taps * (channels / 16 / inFlight(filterBlocks * Math.min(6, channels)) + 3)
  return byRows <= byTaps ? addByRows(problem, name) : addByTaps(problem, name)
}

function targetValue(layout: Layout, value: string): TargetValue {
  const blocked = { channels: layout.blockedChannels(value), name: () => layout.blocked(value) }
  return {
    dims: fourAxes(layout.shapeOf(value)),
    name: value,
    plain: () => layout.plain(value),
    blocked: layout.canBlock(value) ? blocked : undefined,
  }
}

/** The taps of one phase along one axis: the k with (k - pad) mod stride = phase, and the shift of the first one. */
interface AxisPhase {
  readonly phase: number
  readonly taps: readonly number[]
  /** floor((k - pad) / stride) of the first tap, negated: zeros before the first element. */
  readonly padBegin: number
}

function axisPhases(kernel: number, stride: number, pad: number): readonly AxisPhase[] {
  return Array.from({ length: stride }, (_, phase) => {
    const taps = Array.from({ length: kernel }, (_, tap) => tap).filter(
      (tap) => (((tap - pad) % stride) + stride) % stride === phase,
    )
    return { phase, taps, padBegin: -Math.floor(((taps[0] ?? 0) - pad) / stride) }
  }).filter(({ taps }) => taps.length > 0)
}

/**
 * Stride s: the inputs that a tap reads are every s-th one, so x is taken apart into s x s images, each with the taps that
 * read it, at stride 1; the taps are put back in order at the end.
 */
function addByPhases(
  layout: Layout,
  base: Pick<UnitStrideProblem, 'target' | 'block' | 'dy'>,
  x: TargetValue,
  { kernel, strides, pads }: ConvAttributes,
  name: string,
): string {
  const { target } = layout
  const parts: string[] = []
  const order: number[] = []
  for (const row of axisPhases(kernel[0], strides[0], pads[0])) {
    for (const column of axisPhases(kernel[1], strides[1], pads[1])) {
      const problem: UnitStrideProblem = {
        ...base,
        x: addPhase(layout, x, [row.phase, column.phase], strides),
        kernel: [row.taps.length, column.taps.length],
        dilations: [1, 1],
        padBegin: [row.padBegin, column.padBegin],
      }
      const part = addCut(target, addUnitStride(problem, `${name}/phase`), [base.dy.dims[1], x.dims[1]])
      const shape = target.ints([base.dy.dims[1], x.dims[1], row.taps.length * column.taps.length])
      parts.push(target.add('Reshape', [part, shape]))
      order.push(...row.taps.flatMap((tapRow) => column.taps.map((tapColumn) => tapRow * kernel[1] + tapColumn)))
    }
  }
  const joined = parts.length === 1 ? (parts[0] ?? '') : target.add('Concat', parts, { axis: 2 })
  const positions = target.ints(order.map((_, tap) => order.indexOf(tap)))
  const ordered = target.add('Gather', [joined, positions], { axis: 2 })
  return target.add('Reshape', [ordered, target.ints([base.dy.dims[1], x.dims[1], ...kernel])], {}, { name })
}

/** x[:, :, phase[0]::stride, phase[1]::stride]. Blocked: a depthwise convolution whose kernel has a single 1. */
function addPhase(
  layout: Layout,
  x: TargetValue,
  phase: readonly [number, number],
  strides: readonly [number, number],
): TargetValue {
  const { target } = layout
  const [images, channels, height, width] = x.dims
  const dims = [
    images,
    channels,
    Math.ceil((height - phase[0]) / strides[0]),
    Math.ceil((width - phase[1]) / strides[1]),
  ] as const
  const name = `${x.name}/phase`
  if (!x.blocked || layout.blockSize === null) {
    const ends = target.ints([height, width])
    const range = [target.ints(phase), ends, target.ints([2, 3]), target.ints(strides)]
    return { dims, name, plain: () => target.add('Slice', [x.plain(), ...range], {}, { name }) }
  }
  const filled = x.blocked.channels
  const shape = [filled, 1, phase[0] + 1, phase[1] + 1]
  const size = (phase[0] + 1) * (phase[1] + 1)
  const data = new Float32Array(filled * size)
  for (let channel = 0; channel < filled; channel++) data[(channel + 1) * size - 1] = 1
  const picker = target.constant({ dataType: 'float32', dims: shape, data }, 'phase')
  const kernel = addBlockedKernel(target, picker, shape, layout.blockSize, false)
  const blocked = target.add(
    'Conv',
    [x.blocked.name(), kernel],
    { kernel_shape: shape.slice(2), strides, pads: [0, 0, 0, 0], dilations: [1, 1], group: filled },
    { domain: blockedDomain, name },
  )
  const plain = () => target.add('ReorderOutput', [blocked], { channels }, { domain: blockedDomain })
  return { dims, name, plain, blocked: { channels: filled, name: () => blocked } }
}
