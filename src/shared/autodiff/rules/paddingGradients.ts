// The gradient of Pad in all its modes: what was copied into the border is added back to where it came from.
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, flip, inputOf, normaliseAxes, padOrCrop, range, slice, sumOver } from '../emit'
import { none, type GradientRule, type GradientTable, type InputGradient, type RuleContext } from '../rule'

/** Cells before and after each axis, negative where the input is cut. */
interface Border {
  readonly begin: readonly number[]
  readonly end: readonly number[]
}

function borderOf(context: RuleContext): Border {
  const rank = context.shapeOf(inputOf(context, 0)).length
  const pads = context.ints('pads') ?? context.fixedInts(1, 'pads')
  const axes = context.inputs[3] ? normaliseAxes(context.fixedInts(3, 'axes'), rank) : range(rank)
  const begin = range(rank).map(() => 0)
  const end = [...begin]
  axes.forEach((axis, index) => {
    begin[axis] = pads[index] ?? 0
    end[axis] = pads[index + axes.length] ?? 0
  })
  return { begin, end }
}

/** The index that cell `index` of an axis of `extent` cells is copied from; indices outside are the border's. */
function sourceOf(mode: string, index: number, extent: number): number {
  if (mode === 'edge') return Math.min(Math.max(index, 0), extent - 1)
  // Reflection about the first and the last cell, which repeats every 2 (extent - 1).
  const period = Math.max(1, 2 * (extent - 1))
  const place = ((index % period) + period) % period
  return Math.min(place, period - place, extent - 1)
}

/** Cells of the output that were copied from neighbouring cells, forwards (1), backwards (-1), or from one cell (0). */
interface Run {
  readonly from: number
  readonly count: number
  /** The lowest index that the run was copied from. */
  readonly source: number
  readonly direction: -1 | 0 | 1
}

/** The fewest runs that an axis consists of. */
function runsOf(sources: readonly number[]): Run[] {
  const runs: Run[] = []
  for (let from = 0; from < sources.length;) {
    const first = sources[from] ?? 0
    const step = (sources[from + 1] ?? first + 1) - first
    const direction = step === 0 ? 0 : step === -1 ? -1 : 1
    let count = 1
    while (from + count < sources.length && sources[from + count] === first + direction * count) count++
    runs.push({ from, count, source: direction < 0 ? first - count + 1 : first, direction })
    from += count
  }
  return runs
}

/** Adds the border along one axis back to the cells that it was copied from. */
function foldBorder(
  builder: GraphBuilder,
  dy: string,
  axis: number,
  extent: number,
  sources: readonly number[],
): string {
  const parts = runsOf(sources).map(({ from, count, source, direction }) => {
    const part = slice(builder, dy, [{ axis, start: from, end: from + count }])
    const turned =
      direction < 0 ? flip(builder, part, axis) : direction === 0 ? sumOver(builder, part, [axis], true) : part
    const held = builder.shapeOf(turned)
    const before = held.map((_, other) => (other === axis ? source : 0))
    const after = held.map((own, other) => (other === axis ? extent - source - own : 0))
    return padOrCrop(builder, turned, before, after)
  })
  return parts.reduce((sum, part) => builder.add('Add', [sum, part]))
}

/** Where the forward pass cut (negative pads), zeros come back; the value that it pads with gets what the border got. */
const pad: GradientRule = (context) => {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  const { begin, end } = borderOf(context)
  const mode = context.string('mode', 'constant')
  const dy = arriving(context)
  const others = context.inputs.slice(1).map((): InputGradient => none)
  if (mode !== 'constant') {
    const dx = dims.reduce((gradient, extent, axis) => {
      const [before, after] = [begin[axis] ?? 0, end[axis] ?? 0]
      if (before === 0 && after === 0) return gradient
      const sources = range(before + extent + after).map((index) => sourceOf(mode, index - before, extent))
      return foldBorder(builder, gradient, axis, extent, sources)
    }, dy)
    return [dx, ...others]
  }
  const negated = (counts: readonly number[]) => counts.map((count) => -count)
  const dx = padOrCrop(builder, dy, negated(begin), negated(end))
  if (!context.needs(2)) return [dx, ...others]
  const total = (value: string) => sumOver(builder, value, range(dims.length), false)
  const byValue = builder.add('Sub', [total(dy), total(dx)])
  return [dx, none, byValue, ...others.slice(2)]
}

export const paddingRules = { Pad: pad } satisfies Partial<GradientTable>
