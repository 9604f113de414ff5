// How the shown run stands: state, progress, speed, time left, and its buttons.
import { Badge, Button, Group, Progress, Text, Tooltip } from '@mantine/core'
import {
  IconAlertCircle,
  IconCircleCheck,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStopFilled,
  IconRefresh,
  IconTarget,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { uiStore } from '../state/uiStore'
import type { FollowedRun } from './runFollower'
import { isAlive, type RunPhase } from './runProgress'
import { printCount, printLoss, printShare, printTimeLeft } from './texts'
import { resumeTraining, stopTraining, useFollowedRun, useTraining } from './trainingStore'
import classes from './training.module.css'

const phases: Readonly<Record<RunPhase, { readonly text: string; readonly color: string; readonly icon?: ReactNode }>> =
  {
    loading: { text: 'Loading', color: 'gray' },
    preparing: { text: 'Preparing', color: 'indigo' },
    running: { text: 'Training', color: 'indigo' },
    stopping: { text: 'Stopping', color: 'gray' },
    finished: { text: 'Finished', color: 'green', icon: <IconCircleCheck size={12} aria-hidden /> },
    stopped: { text: 'Stopped', color: 'gray', icon: <IconPlayerPause size={12} aria-hidden /> },
    failed: { text: 'Failed', color: 'red', icon: <IconAlertCircle size={12} aria-hidden /> },
    interrupted: { text: 'Interrupted', color: 'yellow', icon: <IconAlertCircle size={12} aria-hidden /> },
  }

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The epoch that a run would go on with; null where it can not be resumed. */
export function resumableEpoch({ progress, columns }: Pick<FollowedRun, 'progress' | 'columns'>): number | null {
  if (!['stopped', 'interrupted', 'failed'].includes(progress.phase)) return null
  // The same recipe would diverge again: its way out is another recipe.
  if (progress.error?.code === 'training.diverged') return null
  return (columns.epochs.at(-1)?.epoch ?? 0) + 1
}

function Buttons({ state }: { readonly state: FollowedRun }) {
  const { run, progress } = state
  const isStarting = useTraining((training) => training.isStarting)
  if (run === null) return null
  const from = resumableEpoch(state)
  const hasModel = state.columns.epochs.length > 0 || progress.outcome !== null
  return (
    <Group gap={8} wrap="nowrap">
      {isAlive(progress) && (
        <Tooltip label="Finishes the present step and keeps everything; it can be resumed">
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={14} aria-hidden />}
            loading={progress.phase === 'stopping'}
            disabled={progress.phase === 'preparing'}
            onClick={() => void stopTraining()}
          >
            Stop
          </Button>
        </Tooltip>
      )}
      {from !== null && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={isStarting}
          onClick={() => void resumeTraining(run)}
        >
          {from === 1 ? 'Resume' : `Resume from epoch ${from}`}
        </Button>
      )}
      {progress.phase === 'finished' && state.summary && <TrainLonger run={run} epochs={state.summary.recipe.epochs} />}
      {!isAlive(progress) && hasModel && (
        <Button
          variant="default"
          leftSection={<IconTarget size={14} aria-hidden />}
          onClick={() => {
            uiStore.getState().setActiveRun(run)
            uiStore.getState().setScreen('evaluate')
          }}
        >
          Evaluate
        </Button>
      )}
    </Group>
  )
}

function TrainLonger({ run, epochs }: { readonly run: string; readonly epochs: number }) {
  const isStarting = useTraining((training) => training.isStarting)
  return (
    <Tooltip label={`Goes on with this run to epoch ${2 * epochs}`}>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={isStarting}
        onClick={() => void resumeTraining(run, 2 * epochs)}
      >
        {`${epochs} more ${epochs === 1 ? 'epoch' : 'epochs'}`}
      </Button>
    </Tooltip>
  )
}

function Facts({ state }: { readonly state: FollowedRun }) {
  const { started, progress, outcome } = state.progress
  const lastEpoch = state.columns.epochs.at(-1)
  const best = state.columns.epochs.findLast((epoch) => epoch.best)
  const epochs = progress?.epochs ?? started?.epochs ?? state.summary?.recipe.epochs
  const epoch = progress?.epoch ?? lastEpoch?.epoch ?? 0
  const step = Math.max(progress?.step ?? 0, state.columns.lastStep)
  const total = progress?.totalSteps ?? started?.totalSteps
  const test = outcome?.test ?? state.summary?.test
  const speed = isAlive(state.progress) ? progress?.imagesPerSecond : outcome?.imagesPerSecond
  return (
    <dl className={classes.facts}>
      <Fact name="Epoch">{epochs === undefined ? epoch : `${epoch} of ${epochs}`}</Fact>
      <Fact name="Step">{total === undefined ? printCount(step) : `${printCount(step)} of ${printCount(total)}`}</Fact>
      {progress && isAlive(state.progress) ? (
        <Fact name="Training">{`${printLoss(progress.loss)} · ${printShare(progress.accuracy)}`}</Fact>
      ) : (
        lastEpoch && (
          <Fact name="Training">{`${printLoss(lastEpoch.train.loss)} · ${printShare(lastEpoch.train.accuracy)}`}</Fact>
        )
      )}
      {best?.val && (
        <Fact
          name={`Best, epoch ${best.epoch}`}
        >{`${printLoss(best.val.loss)} · ${printShare(best.val.accuracy)}`}</Fact>
      )}
      {test && <Fact name="Test">{printShare(test.top1)}</Fact>}
      {speed !== undefined && speed > 0 && <Fact name="Images/s">{printCount(Math.round(speed))}</Fact>}
    </dl>
  )
}

/** The head of the run's side. */
export function RunHeader() {
  const state = useFollowedRun((present) => present)
  const { text, color, icon } = phases[state.progress.phase]
  const { progress, started } = state.progress
  const isGoing = isAlive(state.progress)
  const share = progress && progress.totalSteps > 0 ? (100 * progress.step) / progress.totalSteps : 0
  const device = started ? `${started.engine} ${started.device}` : state.summary?.device
  return (
    <header className={classes.runHeader}>
      <div className={classes.runTitle}>
        <Text fw={600} truncate title={state.run ?? undefined}>
          {state.name}
        </Text>
        <Badge size="sm" variant="light" color={color} leftSection={icon} className={classes.badge}>
          {text}
        </Badge>
        {device && (
          <Text size="xs" c="dimmed" className={classes.device}>
            {device}
          </Text>
        )}
        {state.isCut && (
          <Text component="output" size="xs" c="var(--nl-warning)">
            Connection lost, trying again
          </Text>
        )}
        <span className={classes.spacer} />
        <Buttons state={state} />
      </div>
      {isGoing && (
        <div className={classes.progress}>
          <Progress
            value={share}
            size="sm"
            aria-label="Progress of the run"
            animated={state.progress.phase === 'preparing'}
            transitionDuration={120}
          />
          <Text size="xs" c="dimmed" className={classes.timeLeft}>
            {state.progress.phase === 'preparing' || !progress
              ? 'Preparing pictures and network'
              : printTimeLeft(progress.secondsLeft)}
          </Text>
        </div>
      )}
      <Facts state={state} />
    </header>
  )
}
