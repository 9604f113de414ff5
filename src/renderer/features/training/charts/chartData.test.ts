// Columns for the charts: smoothed as they grow, and 100,000 steps in time.
import { describe, expect, it } from 'vitest'
import type { RunMetrics } from '../../../../shared/contract/runCalls'
import { ChartBuilder, withoutNonPositive } from './chartData'
import { MetricColumns } from '../follow/metricColumns'
import { smoothColumn } from './smoothing'

function longRun(count: number, perEpoch: number): RunMetrics {
  const step = Array.from({ length: count }, (_, index) => index + 1)
  const loss = step.map((value) => 2 / (1 + value / 500) + 0.1 * Math.sin(value))
  const epochs = Array.from({ length: Math.floor(count / perEpoch) }, (_, index) => ({
    epoch: index + 1,
    step: (index + 1) * perEpoch,
    train: { loss: 1, accuracy: 0.5 },
    val: { loss: 0.9, accuracy: 0.6 },
    learningRate: 0.1,
    best: index % 2 === 0,
    seconds: (index + 1) * 60,
  }))
  const accuracy = step.map((value) => 1 - 1 / (1 + value / 500))
  const steps = {
    step,
    epoch: step.map((s) => Math.ceil(s / perEpoch)),
    loss,
    accuracy,
    learningRate: step.map(() => 0.1),
  }
  return { steps, epochs }
}
const wishes = { axis: 'step', smoothing: 0.9, count: null, stepsPerSecond: null } as const

describe('ChartBuilder', () => {
  it('puts validation at the ends of epochs and marks the best', () => {
    const columns = new MetricColumns()
    columns.merge(longRun(30, 10), 0)
    const { loss, best } = new ChartBuilder().build(columns, wishes)
    const shown = Array.from(loss[3] ?? []).flatMap((value, index) => (value === null ? [] : [index]))
    expect(shown).toEqual([9, 19, 29])
    expect(best).toBe(30)
  })

  it('smooths a growing and a shortened run as if it were read at once', () => {
    const whole = longRun(200, 50)
    const columns = new MetricColumns()
    const builder = new ChartBuilder()
    columns.merge(longRun(120, 50), 0)
    builder.build(columns, wishes)
    columns.merge(whole, 121)
    expect(builder.build(columns, wishes).loss[2]).toEqual(smoothColumn(whole.steps.loss, 0.9))
    columns.merge({ steps: { step: [], epoch: [], loss: [], accuracy: [], learningRate: [] }, epochs: [] }, 81)
    expect(builder.build(columns, wishes).loss[2]).toEqual(smoothColumn(whole.steps.loss.slice(0, 80), 0.9))
  })

  it('smooths anew what a resumed run has written over, though it has as many steps as before', () => {
    const columns = new MetricColumns()
    const builder = new ChartBuilder()
    columns.merge(longRun(120, 50), 0)
    builder.build(columns, wishes)
    // The last step is asked for once more with every look: it alone changes nothing.
    const { rewrites } = columns
    columns.merge(longRun(120, 50), 120)
    expect(columns.rewrites).toBe(rewrites)
    const { steps, epochs } = longRun(120, 50)
    const other = { steps: { ...steps, loss: steps.loss.map((loss, at) => (at < 80 ? loss : 1)) }, epochs }
    columns.merge(other, 81)
    expect(builder.build(columns, wishes).loss[2]).toEqual(smoothColumn(other.steps.loss, 0.9))
  })

  it('falls back to steps where no times are known', () => {
    const columns = new MetricColumns()
    columns.merge({ ...longRun(5, 10), epochs: [] }, 0)
    expect(new ChartBuilder().build(columns, { ...wishes, axis: 'time' }).axis).toBe('step')
  })

  it('prepares 100,000 steps in well under 100 ms', () => {
    const metrics = longRun(100_000, 1000)
    const columns = new MetricColumns()
    const builder = new ChartBuilder()
    // The first run warms up the just-in-time compiler, as the first draw of a session does.
    columns.merge(metrics, 0)
    builder.build(columns, { ...wishes, axis: 'time' })
    const beganMs = performance.now()
    columns.merge(metrics, 0)
    new ChartBuilder().build(columns, { ...wishes, axis: 'time' })
    expect(performance.now() - beganMs).toBeLessThan(100)
  })
})

describe('withoutNonPositive', () => {
  it('leaves out what a logarithm has no place for', () => {
    const x = Float64Array.of(1, 2, 3)
    expect(withoutNonPositive([x, Float64Array.of(1, 0, 2), [null, 3, -1]])).toEqual([x, [1, null, 2], [null, 3, null]])
  })
})
