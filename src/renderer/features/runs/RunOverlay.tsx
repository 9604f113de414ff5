// The curves of the selected runs over each other, by epoch.
import { printAccuracy } from '../../../shared/graph/printNumbers'
import { SegmentedControl, Text } from '@mantine/core'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { LineChart, type CurveStyle } from '../../kernel/charts/LineChart'
import { printLoss, printLossTick } from '../../kernel/print/printTraining'
import { overlayMetrics, overlayRuns, overlayTitles, type EpochRow, type OverlayMetric } from './overlayData'
import { AccuracyPlot } from './AccuracyPlot'
import { curveLook } from '../../kernel/charts/curveLooks'
import { client } from '../../kernel/core/client'
import classes from './runs.module.css'

const plotValue = 'accuracyByMacs'
const nothing: readonly EpochRow[] = []

/** What can be shown of a run without validation. */
const trainingMetrics: Readonly<Record<OverlayMetric, OverlayMetric>> = {
  valAccuracy: 'trainAccuracy',
  valLoss: 'trainLoss',
  trainAccuracy: 'trainAccuracy',
  trainLoss: 'trainLoss',
}

function isMetric(text: string): text is OverlayMetric {
  return overlayMetrics.some((metric) => metric === text)
}

/** The epochs of each run; those of a run that has grown are read anew, and stay on the screen until then. */
function useEpochs(runs: readonly RunSummary[]) {
  return useQueries({
    queries: runs.map(({ id, epochs }) => ({
      queryKey: ['epochs', id, epochs] as const,
      // No steps are needed here, and a long run has 100,000 of them.
      queryFn: async () => (await client.runs.metrics({ run: id, fromStep: Number.MAX_SAFE_INTEGER })).epochs,
      placeholderData: keepPreviousData,
    })),
    combine: (answers) => answers,
  })
}

/** One chart with a curve per run, or their accuracies by what they cost. @param props.shown all runs of the table */
export function RunOverlay({
  runs,
  shown,
}: {
  readonly runs: readonly RunSummary[]
  readonly shown: readonly RunSummary[]
}) {
  const [isPlot, setPlot] = useState(false)
  const [wanted, setWanted] = useState<OverlayMetric>('valAccuracy')
  const epochs = useEpochs(runs)
  // Runs on a dataset without a validation split have training curves alone.
  const hasValidation = runs.some(({ val }) => val !== null)
  const metric = hasValidation ? wanted : trainingMetrics[wanted]
  const data = useMemo(
    () =>
      overlayRuns(
        epochs.map(({ data }) => data ?? nothing),
        metric,
      ),
    [epochs, metric],
  )
  const curves = useMemo(
    () =>
      runs.map(({ name }, index): CurveStyle => ({
        title: name,
        look: 'solid',
        ...curveLook(index),
        hasPoints: data[0].length < 60,
      })),
    [runs, data],
  )
  const isShare = metric === 'valAccuracy' || metric === 'trainAccuracy'
  const print = isShare ? printAccuracy : printLoss
  const description = runs
    .map(({ name }, index) => {
      const last = Array.from(data[index + 1] ?? []).findLast((value) => value !== null)
      return `${name}: ${typeof last === 'number' ? print(last) : 'no epochs yet'}`
    })
    .join('; ')
  return (
    <section className={classes.overlay} aria-label="Curves of the selected runs">
      <div className={classes.overlayHead}>
        <SegmentedControl
          aria-label="Curve"
          value={isPlot ? plotValue : metric}
          data={[
            ...overlayMetrics.map((value) => ({
              value,
              label: overlayTitles[value],
              disabled: !hasValidation && trainingMetrics[value] !== value,
            })),
            { value: plotValue, label: 'Accuracy against MACs' },
          ]}
          onChange={(value) => {
            setPlot(value === plotValue)
            if (isMetric(value)) setWanted(value)
          }}
        />
        {runs.length === 1 && (
          <Text size="xs" c="dimmed" truncate>
            Tick more runs to compare them
          </Text>
        )}
      </div>
      {isPlot ? (
        <AccuracyPlot runs={shown} selected={runs} />
      ) : (
        <LineChart
          title={overlayTitles[metric]}
          description={description}
          data={data}
          curves={curves}
          bounds={isShare ? [0, 1] : undefined}
          xTitle="Epoch"
          xKind="whole"
          printX={String}
          printY={print}
          printTick={isShare ? (value) => `${Number((100 * value).toFixed(2))}%` : printLossTick}
        />
      )}
    </section>
  )
}
