// The curves of a run with their switches: loss, accuracy and learning rate, or the same as a table; not where they come from.
import { printAccuracy, printCount, printDuration } from '../../../../shared/graph/printNumbers'
import { describeBest } from '../../../../shared/training/trainingSigns'
import { SegmentedControl, Slider, Switch, Text, Tooltip } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import { axisKinds, type AxisKind, type RunCount } from './chartAxis'
import { ChartBuilder, withoutNonPositive, type RunCharts } from './chartData'
import { learningRateCurves, trainingCurves, trainingCurvesWithoutPoints } from './chartStyles'
import { EpochTable } from './EpochTable'
import { LineChart } from '../../../kernel/charts/LineChart'
import type { MetricColumns } from '../follow/metricColumns'
import { printLoss, printLossTick, printRate } from '../../../kernel/print/printTraining'
import classes from '../training.module.css'

export interface TrainingChartsProps {
  readonly columns: MetricColumns
  /** Changes when the columns do. */
  readonly version: number
  /** How its process counts. */
  readonly count: RunCount | null
  readonly stepsPerSecond: number | null
  readonly onDrawn?: (elapsedMs: number) => void
}

const axisTitles: Readonly<Record<AxisKind, string>> = { step: 'Step', epoch: 'Epoch', time: 'Time' }

function printPlace(value: number, axis: AxisKind): string {
  if (axis === 'time') return printDuration(value)
  return axis === 'epoch' ? String(Number(value.toFixed(2))) : printCount(Math.round(value))
}

/** The present values of a pair of curves as a sentence. */
function describe(columns: MetricColumns, name: 'loss' | 'accuracy'): string {
  const print = name === 'loss' ? printLoss : printAccuracy
  const last = columns.column(name).at(-1)
  if (last === undefined) return 'No steps yet.'
  const val = columns.epochs.findLast((epoch) => epoch.val !== null)?.val
  const best = columns.epochs.findLast((epoch) => epoch.best)
  const parts = [`Step ${printCount(columns.lastStep)}: training ${print(last)}`]
  if (val) parts.push(`validation ${print(val[name])}`)
  if (best) parts.push(`best ${describeBest(best.val !== null)} in epoch ${best.epoch}`)
  return `${parts.join(', ')}.`
}

interface Switches {
  readonly axis: AxisKind
  readonly smoothing: number
  readonly isLog: boolean
  readonly isTable: boolean
}

/** The slider counts the nines: 1 is 0.9, 2 is 0.99, so that short and long runs have their range. */
function toSmoothing(power: number): number {
  return 1 - 10 ** -power
}

function printSmoothing(share: number): string {
  return share.toFixed(share < 0.9 ? 2 : 3)
}

function Toolbar({
  value,
  hasTime,
  onChange,
}: {
  readonly value: Switches
  readonly hasTime: boolean
  readonly onChange: (change: Partial<Switches>) => void
}) {
  return (
    <div className={classes.chartTools} role="toolbar" aria-label="Charts">
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={value.isTable ? 'table' : 'curves'}
        data={[
          { value: 'curves', label: 'Curves' },
          { value: 'table', label: 'Table' },
        ]}
        onChange={(view) => onChange({ isTable: view === 'table' })}
      />
      {!value.isTable && (
        <>
          <SegmentedControl
            size="xs"
            aria-label="Horizontal axis"
            value={value.axis}
            data={axisKinds.map((kind) => ({
              value: kind,
              label: axisTitles[kind],
              disabled: kind === 'time' && !hasTime,
            }))}
            onChange={(next) => onChange({ axis: axisKinds.find((kind) => kind === next) ?? 'step' })}
          />
          <div className={classes.smoothing}>
            <Text size="xs" id="smoothing-label">
              Smoothing
            </Text>
            <Tooltip label="Exponential moving average of the training curve; the raw line stays behind it">
              <Slider
                w={110}
                size="sm"
                min={0}
                max={3}
                step={0.05}
                label={(power) => printSmoothing(toSmoothing(power))}
                thumbProps={{ 'aria-labelledby': 'smoothing-label' }}
                value={-Math.log10(1 - value.smoothing)}
                onChange={(power) => onChange({ smoothing: toSmoothing(power) })}
              />
            </Tooltip>
          </div>
          <Switch
            size="xs"
            label="Log scale"
            checked={value.isLog}
            onChange={(event) => onChange({ isLog: event.currentTarget.checked })}
          />
        </>
      )}
    </div>
  )
}

/** The curves of a run, or a table of its epochs. */
export function TrainingCharts({ columns, version, count, stepsPerSecond, onDrawn }: TrainingChartsProps) {
  const [switches, setSwitches] = useState<Switches>({ axis: 'step', smoothing: 0.9, isLog: false, isTable: false })
  const builder = useRef<{ readonly of: MetricColumns; readonly value: ChartBuilder } | null>(null)
  const { axis, smoothing, isLog } = switches
  const charts = useMemo(() => {
    // A builder keeps what it smoothed of one run.
    if (builder.current?.of !== columns) builder.current = { of: columns, value: new ChartBuilder() }
    return builder.current.value.build(columns, { axis, smoothing, count, stepsPerSecond })
    // `version` stands for what is inside `columns`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [columns, version, axis, smoothing, count, stepsPerSecond])
  const hasTime = stepsPerSecond !== null || columns.epochs.some(({ seconds }) => seconds !== null)
  return (
    <section className={classes.charts} aria-label="Curves">
      <Toolbar
        value={switches}
        hasTime={hasTime}
        onChange={(change) => setSwitches((present) => ({ ...present, ...change }))}
      />
      {switches.isTable ? (
        <EpochTable epochs={columns.epochs} />
      ) : (
        <CurveGrid charts={charts} columns={columns} isLog={isLog} onDrawn={onDrawn} />
      )}
    </section>
  )
}

const xKinds = { step: 'whole', epoch: undefined, time: 'seconds' } as const
const trainingOnly = trainingCurves.slice(0, 2)
const shareBounds = [0, 1] as const

function CurveGrid({
  charts,
  columns,
  isLog,
  onDrawn,
}: {
  readonly charts: RunCharts
  readonly columns: MetricColumns
  readonly isLog: boolean
  readonly onDrawn?: (elapsedMs: number) => void
}) {
  const loss = useMemo(() => (isLog ? withoutNonPositive(charts.loss) : charts.loss), [charts, isLog])
  const best = columns.epochs.findLast((epoch) => epoch.best)
  const mark = useMemo(
    () =>
      charts.best !== null && best ? { x: charts.best, text: `best: epoch ${best.epoch}`, at: 'top' as const } : null,
    [charts.best, best],
  )
  const shared = {
    xTitle: axisTitles[charts.axis],
    printX: (value: number) => printPlace(value, charts.axis),
    xKind: xKinds[charts.axis],
    mark,
  }
  // Without a validation split, or before its first result, there is nothing to tell of it.
  const hasValidation = columns.epochs.some(({ val }) => val !== null)
  const withValidation = columns.epochs.length < 60 ? trainingCurves : trainingCurvesWithoutPoints
  const curves = hasValidation ? withValidation : trainingOnly
  const rate = columns.column('learningRate').at(-1)
  return (
    <div className={classes.chartGrid}>
      <figure className={classes.figure}>
        <figcaption>Loss</figcaption>
        <LineChart
          {...shared}
          title="Loss"
          description={describe(columns, 'loss')}
          data={loss}
          curves={curves}
          isLog={isLog}
          printY={printLoss}
          printTick={printLossTick}
          onDrawn={onDrawn}
        />
      </figure>
      <figure className={classes.figure}>
        <figcaption>Accuracy</figcaption>
        <LineChart
          {...shared}
          title="Accuracy"
          description={describe(columns, 'accuracy')}
          data={charts.accuracy}
          curves={curves}
          mark={mark && { ...mark, at: 'bottom' }}
          bounds={shareBounds}
          printY={printAccuracy}
          printTick={(value) => `${Number((100 * value).toFixed(2))}%`}
        />
      </figure>
      <figure className={`${classes.figure} ${classes.lowFigure}`}>
        <figcaption>Learning rate</figcaption>
        <LineChart
          {...shared}
          mark={null}
          title="Learning rate"
          description={rate === undefined ? 'No steps yet.' : `Now ${printRate(rate)}.`}
          data={charts.learningRate}
          curves={learningRateCurves}
          printY={printRate}
        />
      </figure>
    </div>
  )
}
