// Columns that grow from pieces: what is kept, replaced and added.
import { describe, expect, it } from 'vitest'
import type { RunMetrics } from '../../../../shared/contract/runCalls'
import { MetricColumns } from './metricColumns'

/** Metrics of the steps `from` ... `to`; `loss` says in which reading they were made. */
function piece(from: number, to: number, loss: number, epochSteps: readonly number[] = []): RunMetrics {
  const step = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return {
    steps: {
      step,
      epoch: step.map(() => 1),
      loss: step.map(() => loss),
      accuracy: step.map(() => 0.5),
      learningRate: step.map(() => 0.1),
    },
    epochs: epochSteps.map((at, index) => ({
      epoch: index + 1,
      step: at,
      train: { loss, accuracy: 0.5 },
      val: null,
      learningRate: 0.1,
      best: false,
      seconds: null,
    })),
  }
}

describe('MetricColumns', () => {
  it('appends pieces without gaps, beyond its first capacity', () => {
    const columns = new MetricColumns()
    columns.merge(piece(1, 1000, 3), 0)
    columns.merge(piece(1001, 5000, 2), 1001)
    expect(columns.length).toBe(5000)
    expect(columns.lastStep).toBe(5000)
    expect([...columns.column('step').subarray(998, 1002)]).toEqual([999, 1000, 1001, 1002])
    expect(columns.column('loss')[999]).toBe(3)
    expect(columns.column('loss')[1000]).toBe(2)
  })

  it('counts steps once that come twice', () => {
    const columns = new MetricColumns()
    columns.merge(piece(1, 10, 3), 0)
    columns.merge(piece(8, 12, 2), 8)
    expect([...columns.column('step')]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(columns.column('loss')[7]).toBe(2)
  })

  it('drops what came after the checkpoint that a run goes on from', () => {
    const columns = new MetricColumns()
    columns.merge(piece(1, 30, 3, [10, 20, 30]), 0)
    columns.merge(piece(21, 22, 1), 21)
    expect(columns.lastStep).toBe(22)
    expect(columns.epochs.map(({ step }) => step)).toEqual([10, 20])
  })

  it('takes only what was asked for from an answer that begins earlier', () => {
    const columns = new MetricColumns()
    columns.merge(piece(1, 5, 3), 0)
    columns.merge(piece(1, 7, 2), 6)
    expect(columns.column('loss')[4]).toBe(3)
    expect(columns.column('loss')[5]).toBe(2)
    expect(columns.length).toBe(7)
  })

  it('keeps its version where nothing has changed', () => {
    const columns = new MetricColumns()
    columns.merge(piece(1, 5, 3), 0)
    const { version } = columns
    columns.merge(piece(6, 5, 3), 6)
    expect(columns.version).toBe(version)
  })
})
