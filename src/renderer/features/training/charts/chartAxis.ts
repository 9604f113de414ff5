// Steps as positions on a chart's axis: steps, epochs or time; not drawing the axis.
import type { EpochRow } from '../follow/metricColumns'

export const axisKinds = ['step', 'epoch', 'time'] as const
export type AxisKind = (typeof axisKinds)[number]

/** What the conversion needs to know of a run. */
export interface RunPace {
  readonly epochs: readonly EpochRow[]
  /** null while it is not known. */
  readonly stepsPerEpoch: number | null
  /** Training speed now, for steps after the last epoch that has ended; null while it is not known. */
  readonly stepsPerSecond: number | null
}

/** Steps in an epoch by the epochs that have ended; null where none has. */
export function countStepsPerEpoch(epochs: readonly EpochRow[]): number | null {
  const [first] = epochs
  return first && first.epoch > 0 ? first.step / first.epoch : null
}

/**
 * Places on the axis for steps in rising order.
 * - `epoch`: 1 stands at the end of the first epoch.
 * - `time`: seconds since the run began, straight lines between the ends of epochs (times of single steps are not kept)
 *   and by the present speed after the last one.
 * @returns null where the axis cannot be had: no epoch length, no timing
 */
export function placeSteps(steps: ArrayLike<number>, kind: AxisKind, pace: RunPace): Float64Array | null {
  if (kind === 'step') return Float64Array.from(steps)
  if (kind === 'epoch') {
    const length = pace.stepsPerEpoch
    return length ? Float64Array.from(steps, (step) => step / length) : null
  }
  return placeInTime(steps, pace)
}

interface Knot {
  readonly step: number
  readonly seconds: number
}

function placeInTime(steps: ArrayLike<number>, pace: RunPace): Float64Array | null {
  const knots: Knot[] = [{ step: 0, seconds: 0 }]
  for (const { step, seconds } of pace.epochs) {
    const last = knots.at(-1)
    if (seconds !== null && last && step > last.step && seconds >= last.seconds) knots.push({ step, seconds })
  }
  const rate = pace.stepsPerSecond ?? rateOf(knots)
  if (knots.length === 1 && !rate) return null
  const places = new Float64Array(steps.length)
  let knot = 0
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] ?? 0
    while (knot + 1 < knots.length && (knots[knot + 1]?.step ?? 0) < step) knot++
    const from = knots[knot] ?? { step: 0, seconds: 0 }
    const to = knots[knot + 1]
    const perStep = to ? (to.seconds - from.seconds) / (to.step - from.step) : rate ? 1 / rate : 0
    places[index] = from.seconds + (step - from.step) * perStep
  }
  return places
}

/** Steps per second over the last stretch of which the time is known. */
function rateOf(knots: readonly Knot[]): number | null {
  const last = knots.at(-1)
  const before = knots.at(-2)
  if (!last || !before || last.seconds <= before.seconds) return null
  return (last.step - before.step) / (last.seconds - before.seconds)
}
