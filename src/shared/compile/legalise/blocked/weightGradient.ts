// The weight gradient of a convolution on ONNX Runtime's blocked kernels: strides taken apart, then the form that fits.
import { blockedDomain, convAttributes, fourAxes, type ConvAttributes, type Expansion, type Layout } from '../layout'
import { addByRows, fillsRows } from './byRows'
import { addByTaps } from './byTaps'
import { addBlockedKernel } from './convolution'
import type { TargetValue, UnitStrideProblem } from './unitStride'

/** (x, dy) -> dw for one group and output channels that fill blocks. */
export const convolutionWeightGradient: Expansion = (node, layout) => {
  const [x = '', dy = ''] = node.inputs
  const [dw = ''] = node.outputs
  const attributes = convAttributes(node)
  const { strides, dilations, group, kernel, pads } = attributes
  const isStrided = strides.some((stride) => stride !== 1)
  if (layout.blockSize === null || group !== 1 || !layout.canBlock(dy)) return false
  if (isStrided && dilations.some((dilation) => dilation !== 1)) return false
  if (pads.some((pad) => pad < 0)) return false
  const [input, output] = [targetValue(layout, x), targetValue(layout, dy)]
  const base = { target: layout.target, block: layout.blockSize, dy: { ...output, blocked: () => layout.blocked(dy) } }
  const written = isStrided
    ? addByPhases(layout, base, input, attributes, dw)
    : addUnitStride({ ...base, x: input, kernel, dilations, padBegin: [pads[0], pads[1]] }, dw)
  layout.setPlain(dw, written)
  return true
}

function addUnitStride(problem: UnitStrideProblem, name: string): string {
  return fillsRows(problem) ? addByRows(problem, name) : addByTaps(problem, name)
}

function targetValue(layout: Layout, value: string): TargetValue {
  return {
    dims: fourAxes(layout.shapeOf(value)),
    name: value,
    plain: () => layout.plain(value),
    blocked: layout.canBlock(value) ? () => layout.blocked(value) : undefined,
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
 * Stride s: the inputs that a tap reads are every s-th one, so x is taken apart into s x s pictures, each with the taps that
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
      const part = addUnitStride(problem, `${name}/phase`)
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
  const [pictures, channels, height, width] = x.dims
  const dims = [
    pictures,
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
  const shape = [channels, 1, phase[0] + 1, phase[1] + 1]
  const size = (phase[0] + 1) * (phase[1] + 1)
  const data = new Float32Array(channels * size)
  for (let channel = 0; channel < channels; channel++) data[(channel + 1) * size - 1] = 1
  const picker = target.constant({ dataType: 'float32', dims: shape, data }, 'phase')
  const kernel = addBlockedKernel(target, picker, shape, layout.blockSize, false)
  const blocked = target.add(
    'Conv',
    [x.blocked(), kernel],
    { kernel_shape: shape.slice(2), strides, pads: [0, 0, 0, 0], dilations: [1, 1], group: channels },
    { domain: blockedDomain, name },
  )
  const plain = () => target.add('ReorderOutput', [blocked], { channels }, { domain: blockedDomain })
  return { dims, name, plain, blocked: () => blocked }
}
