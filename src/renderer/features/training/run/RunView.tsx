// The run that is shown: how it stands, its buttons, curves and log.
import { Skeleton } from '@mantine/core'
import { useCallback, useState } from 'react'
import { DeviceWaysOn, isDeviceFailure } from './DeviceWaysOn'
import { TrainedBefore } from '../../../session/runs/TrainedBefore'
import { FailureAlert } from './FailureAlert'
import { LogPanel } from './LogPanel'
import { RunHeader } from './RunHeader'
import { TrainingSigns } from './TrainingSigns'
import { TrainingCharts } from '../charts/TrainingCharts'
import { stepsPerSecond } from '../follow/runProgress'
import { useFollowedRun, useTrainingFailure } from '../follow/trainingStore'
import { useDelayed } from '../../../kernel/ui/useDelayed'
import classes from '../training.module.css'

/** Shows the followed run. */
export function RunView() {
  const { run, columns, version, progress, summary } = useFollowedRun((state) => state)
  const startError = useTrainingFailure()
  const [drawnMs, setDrawnMs] = useState<number | null>(null)
  const onDrawn = useCallback((elapsedMs: number) => setDrawnMs(Math.round(elapsedMs)), [])
  const isWaiting = useDelayed(progress.phase === 'loading' && columns.length === 0, 150)
  const speed = stepsPerSecond(progress, summary?.recipe.batchSize)
  return (
    <div className={classes.runView} data-drawn-ms={drawnMs ?? undefined}>
      <RunHeader />
      <TrainedBefore run={summary} />
      {startError && <FailureAlert error={startError} />}
      {progress.error && (
        <FailureAlert error={progress.error} isClosable={false}>
          {run !== null && isDeviceFailure(progress.error) && <DeviceWaysOn error={progress.error} run={run} />}
        </FailureAlert>
      )}
      <TrainingSigns epochs={columns.epochs} recipe={summary?.recipe} />
      {isWaiting ? (
        <div className={classes.charts} aria-busy>
          <Skeleton height="45%" />
          <Skeleton height="45%" />
        </div>
      ) : (
        <TrainingCharts
          columns={columns}
          version={version}
          count={progress.started}
          stepsPerSecond={speed}
          onDrawn={onDrawn}
        />
      )}
      <LogPanel lines={progress.log} />
    </div>
  )
}
