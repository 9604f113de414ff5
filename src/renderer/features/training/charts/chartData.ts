// The columns of a run as the aligned arrays that uPlot draws; not the drawing (LineChart.tsx).
import type { ChartColumns } from '../../../kernel/charts/chartColumns'
import { placeSteps, type AxisKind, type RunPace } from './chartAxis'
import type { EpochRow, MetricColumns } from '../follow/metricColumns'
import { Smoother } from './smoothing'

export interface RunCharts {
  /** Place, raw training loss, smoothed training loss, validation loss. */
  readonly loss: ChartColumns
  /** Place, raw training accuracy, smoothed, validation accuracy. */
  readonly accuracy: ChartColumns
  /** Place, learning rate. */
  readonly learningRate: ChartColumns
  /** Place of the best epoch's end; null where there is none. */
  readonly best: number | null
  /** The axis that could be had: a wish for time falls back to steps where no times are known. */
  readonly axis: AxisKind
}

export interface ChartWishes extends Omit<RunPace, 'epochs'> {
  readonly axis: AxisKind
  /** Share of the past in the smoothed line, in [0, 1). */
  readonly smoothing: number
}

/** Prepares charts of a run that grows: only new steps are smoothed, as long as the run and the smoothing stay the same. */
export class ChartBuilder {
  private loss = new Smoother(0)
  private accuracy = new Smoother(0)
  private rewrites = 0

  build(columns: MetricColumns, wishes: ChartWishes): RunCharts {
    const steps = columns.column('step')
    // A resumed run replaces its last steps: what was smoothed of them is no longer true.
    if (wishes.smoothing !== this.loss.beta || columns.rewrites !== this.rewrites) {
      this.loss = new Smoother(wishes.smoothing)
      this.accuracy = new Smoother(wishes.smoothing)
    }
    this.loss.extend(columns.column('loss'))
    this.accuracy.extend(columns.column('accuracy'))
    this.rewrites = columns.rewrites
    const { axis, places } = place(steps, columns.epochs, wishes)
    const best = columns.epochs.findLast((epoch) => epoch.best)
    const validation = (pick: (values: { loss: number; accuracy: number }) => number) =>
      spread(columns.epochs, steps, pick)
    return {
      axis,
      loss: [places, columns.column('loss'), this.loss.values, validation(({ loss }) => loss)],
      accuracy: [places, columns.column('accuracy'), this.accuracy.values, validation(({ accuracy }) => accuracy)],
      learningRate: [places, columns.column('learningRate')],
      best: best ? (places[indexOfStep(steps, best.step)] ?? null) : null,
    }
  }
}

function place(
  steps: Float64Array,
  epochs: readonly EpochRow[],
  wishes: ChartWishes,
): { readonly axis: AxisKind; readonly places: Float64Array } {
  const places = placeSteps(steps, wishes.axis, { ...wishes, epochs })
  return places ? { axis: wishes.axis, places } : { axis: 'step', places: steps }
}

/** The index of a step, or of the last one before it. */
function indexOfStep(steps: Float64Array, step: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((steps[middle] ?? 0) <= step) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Validation values at the last steps of their epochs, null between them. */
function spread(
  epochs: readonly EpochRow[],
  steps: Float64Array,
  pick: (values: { loss: number; accuracy: number }) => number,
): (number | null)[] {
  const curve = Array.from<number | null>({ length: steps.length }).fill(null)
  if (steps.length === 0) return curve
  for (const { step, val } of epochs) {
    const value = val ? pick(val) : Number.NaN
    if (Number.isFinite(value)) curve[indexOfStep(steps, step)] = value
  }
  return curve
}

/** Curves without values that a logarithmic scale cannot show (0 and below). */
export function withoutNonPositive([x, ...curves]: ChartColumns): ChartColumns {
  const isShown = (value: number | null) => value !== null && value > 0
  return [
    x,
    ...curves.map((curve) => {
      let isWhole = true
      for (const value of curve) if (value !== null && !isShown(value)) isWhole = false
      return isWhole ? curve : Array.from(curve, (value) => (isShown(value) ? value : null))
    }),
  ]
}
