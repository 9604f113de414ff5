// Curves of several runs over their epochs as one set of aligned columns; not drawing them.
import type { RunMetrics } from '../../../shared/contract/runCalls'
import type { ChartColumns } from '../../kernel/charts/chartColumns'

/** One row per epoch that has ended. */
export type EpochRow = RunMetrics['epochs'][number]

export const overlayMetrics = ['valAccuracy', 'valLoss', 'trainAccuracy', 'trainLoss'] as const
export type OverlayMetric = (typeof overlayMetrics)[number]

export const overlayTitles: Readonly<Record<OverlayMetric, string>> = {
  valAccuracy: 'Validation accuracy',
  valLoss: 'Validation loss',
  trainAccuracy: 'Training accuracy',
  trainLoss: 'Training loss',
}

function valueOf({ train, val }: EpochRow, metric: OverlayMetric): number | null {
  const values: Readonly<Record<OverlayMetric, number | undefined>> = {
    valAccuracy: val?.accuracy,
    valLoss: val?.loss,
    trainAccuracy: train.accuracy,
    trainLoss: train.loss,
  }
  const value = values[metric]
  return value !== undefined && Number.isFinite(value) ? value : null
}

/** Epochs that any run has, and one column per run in the order given; null where a run has no such epoch. */
export function overlayRuns(runs: readonly (readonly EpochRow[])[], metric: OverlayMetric): ChartColumns {
  const epochs = [...new Set(runs.flatMap((rows) => rows.map(({ epoch }) => epoch)))].sort((a, b) => a - b)
  const placeOf = new Map(epochs.map((epoch, index) => [epoch, index]))
  const columns = runs.map((rows) => {
    const column = Array.from<number | null>({ length: epochs.length }).fill(null)
    for (const row of rows) column[placeOf.get(row.epoch) ?? 0] = valueOf(row, metric)
    return column
  })
  return [new Float64Array(epochs), ...columns]
}
