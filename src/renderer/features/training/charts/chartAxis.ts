// Steps as positions on a chart's axis: steps, epochs or time; not drawing the axis.
import type { EpochRow } from '../follow/metricColumns'

export const axisKinds = ['step', 'epoch', 'time'] as const
export type AxisKind = (typeof axisKinds)[number]

/** How the process that works on a run counts: one that was resumed with another batch size has other epochs than before it. */
export interface RunCount {
  /** Where it went on: 0 for a new run. */
  readonly step: number
  readonly stepsPerEpoch: number
  /** Of the whole run, in steps and in epochs. */
  readonly totalSteps: number
  readonly epochs: number
}

/** What the conversion needs to know of a run. */
export interface RunPace {
  readonly epochs: readonly EpochRow[]
  /** null while it is not known, as for a run of an earlier life of the core. */
  readonly count: RunCount | null
  /** Training speed now, for steps after the last epoch that has ended; null while it is not known. */
  readonly stepsPerSecond: number | null
}

/**
 * Places on the axis for steps in rising order.
 * - `epoch`: 1 stands at the end of the first epoch.
 * - `time`: seconds since the run began, straight lines between the ends of epochs (times of single steps are not kept)
 *   and by the present speed after the last one.
 * @returns null where the axis cannot be had: no epoch length, no timing
 */
export function placeSteps(steps: ArrayLike<number>, kind: AxisKind, pace: RunPace): Float64Array | null {
  if (kind === 'step') return new Float64Array(steps)
  const knots = kind === 'epoch' ? listEpochKnots(pace) : listTimeKnots(pace.epochs)
  const rate = kind === 'epoch' ? pace.count?.stepsPerEpoch : pace.stepsPerSecond
  return placeBetween(steps, knots, rate || rateOf(knots))
}

/** A step whose place is known. */
interface Knot {
  readonly step: number
  readonly place: number
}

const firstKnot: Knot = { step: 0, place: 0 }

/** The ends of epochs, and where the present process went on: the steps that are left end with the last epoch. */
function listEpochKnots({ epochs, count }: RunPace): readonly Knot[] {
  const knots = [firstKnot]
  const resumed = count && {
    step: count.step,
    place: count.epochs - (count.totalSteps - count.step) / count.stepsPerEpoch,
  }
  const add = (knot: Knot): void => {
    const last = knots.at(-1) ?? firstKnot
    if (knot.step > last.step && knot.place > last.place) knots.push(knot)
  }
  for (const { step, epoch } of epochs) {
    if (resumed && resumed.step < step && resumed.place < epoch) add(resumed)
    add({ step, place: epoch })
  }
  if (resumed) add(resumed)
  return knots
}

/** The ends of epochs of which the time is known. */
function listTimeKnots(epochs: readonly EpochRow[]): readonly Knot[] {
  const knots = [firstKnot]
  for (const { step, seconds } of epochs) {
    const last = knots.at(-1) ?? firstKnot
    if (seconds !== null && step > last.step && seconds >= last.place) knots.push({ step, place: seconds })
  }
  return knots
}

/** Straight lines between knots. @param rate steps for each unit after the last one; null where that is not known */
function placeBetween(steps: ArrayLike<number>, knots: readonly Knot[], rate: number | null): Float64Array | null {
  if (knots.length === 1 && !rate) return null
  const places = new Float64Array(steps.length)
  let knot = 0
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] ?? 0
    while (knot + 1 < knots.length && (knots[knot + 1]?.step ?? 0) < step) knot++
    const from = knots[knot] ?? firstKnot
    const to = knots[knot + 1]
    const perStep = to ? (to.place - from.place) / (to.step - from.step) : rate ? 1 / rate : 0
    places[index] = from.place + (step - from.step) * perStep
  }
  return places
}

/** Steps for each unit over the last stretch that is known. */
function rateOf(knots: readonly Knot[]): number | null {
  const last = knots.at(-1)
  const before = knots.at(-2)
  if (!last || !before || last.place <= before.place) return null
  return (last.step - before.step) / (last.place - before.place)
}
