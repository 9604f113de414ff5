// How the shown run stands: state, progress, speed, time left, and its buttons.
import { printAccuracy, printCount, printDuration, printTimeLeft } from '../../../../shared/graph/printNumbers'
import { Badge, Button, Group, Progress, Text, Tooltip } from '@mantine/core'
import {
  IconAlertCircle,
  IconCircleCheck,
  IconPlayerPause,
  IconPlayerPauseFilled,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlayerStopFilled,
  IconRefresh,
  IconTarget,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { describeBest } from '../../../../shared/training/trainingSigns'
import type { DeviceChoice } from '../../../../shared/training/events'
import { isResumable, wordOfState } from '../../../../shared/training/runStates'
import { stateColors } from '../../../kernel/print/stateColors'
import { deviceTitle, engineTitle } from '../../../kernel/devices/devicesStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { FollowedRun } from '../follow/runFollower'
import { isAlive, placeOf, type RunPhase } from '../follow/runProgress'
import { printLoss } from '../../../kernel/print/printTraining'
import {
  continueTraining,
  isPaused,
  pauseTraining,
  resumeTraining,
  stopTraining,
  useFollowedRun,
  useIsStarting,
} from '../follow/trainingStore'
import classes from '../training.module.css'

const icons: Readonly<Partial<Record<RunPhase, ReactNode>>> = {
  paused: <IconPlayerPauseFilled size={11} aria-hidden />,
  finished: <IconCircleCheck size={12} aria-hidden />,
  stopped: <IconPlayerStop size={12} aria-hidden />,
  failed: <IconAlertCircle size={12} aria-hidden />,
  diverged: <IconAlertCircle size={12} aria-hidden />,
  interrupted: <IconAlertCircle size={12} aria-hidden />,
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
  if (!isResumable(progress.phase)) return null
  return (columns.epochs.at(-1)?.epoch ?? 0) + 1
}

/** How many epochs it has in all: a run that was prolonged has more than its recipe says. */
function plannedEpochs({ progress, summary, columns }: FollowedRun): number | undefined {
  const told = placeOf(progress)?.epochs ?? summary?.recipe.epochs
  return told === undefined ? undefined : Math.max(told, columns.epochs.at(-1)?.epoch ?? 0)
}

function Buttons({ state }: { readonly state: FollowedRun }) {
  const { run, progress } = state
  const isStarting = useIsStarting()
  if (run === null) return null
  const from = resumableEpoch(state)
  const epochs = plannedEpochs(state)
  const hasModel = state.columns.epochs.length > 0 || (progress.outcome?.model ?? null) !== null
  return (
    <Group gap={8} wrap="nowrap">
      {isAlive(progress) && <PauseButton state={state} />}
      {isAlive(progress) && (
        <Tooltip label="Finishes the present step and keeps everything; it can be resumed">
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={14} aria-hidden />}
            loading={progress.phase === 'stopping'}
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
      {progress.phase === 'finished' && epochs !== undefined && <TrainLonger run={run} epochs={epochs} />}
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

/** Pause while it trains, Continue while it waits. */
function PauseButton({ state: { progress, isElsewhere } }: { readonly state: FollowedRun }) {
  if (isPaused(progress)) {
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={progress.phase === 'pausing'}
        onClick={() => void continueTraining()}
      >
        Continue
      </Button>
    )
  }
  const label = isElsewhere
    ? 'Another program trains this run: it can be stopped from here, not paused'
    : 'Waits after the present step; the device and its memory stay taken'
  return (
    <Tooltip label={label}>
      <Button
        variant="default"
        leftSection={<IconPlayerPause size={14} aria-hidden />}
        disabled={isElsewhere || progress.phase !== 'running'}
        onClick={() => void pauseTraining()}
      >
        Pause
      </Button>
    </Tooltip>
  )
}

function TrainLonger({ run, epochs }: { readonly run: string; readonly epochs: number }) {
  const isStarting = useIsStarting()
  return (
    <Tooltip label={`Goes on with this run to epoch ${2 * epochs}`}>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={isStarting}
        onClick={() => void resumeTraining(run, { epochs: 2 * epochs })}
      >
        {`${epochs} more ${epochs === 1 ? 'epoch' : 'epochs'}`}
      </Button>
    </Tooltip>
  )
}

function Facts({ state }: { readonly state: FollowedRun }) {
  const { progress, outcome } = state.progress
  const place = placeOf(state.progress)
  const lastEpoch = state.columns.epochs.at(-1)
  const best = state.columns.epochs.findLast((epoch) => epoch.best)
  const epochs = plannedEpochs(state)
  const epoch = progress?.epoch ?? lastEpoch?.epoch ?? 0
  const step = Math.max(place?.step ?? 0, state.columns.lastStep)
  const total = place?.totalSteps
  const test = outcome?.test ?? state.summary?.test
  const speed = isAlive(state.progress) ? progress?.imagesPerSecond : outcome?.imagesPerSecond
  return (
    <dl className={classes.facts}>
      <Fact name="Epoch">{epochs === undefined ? epoch : `${epoch} of ${epochs}`}</Fact>
      <Fact name="Step">{total === undefined ? printCount(step) : `${printCount(step)} of ${printCount(total)}`}</Fact>
      {progress && isAlive(state.progress) ? (
        <Fact name="Training">{`${printLoss(progress.loss)} · ${printAccuracy(progress.accuracy)}`}</Fact>
      ) : (
        lastEpoch && (
          <Fact name="Training">{`${printLoss(lastEpoch.train.loss)} · ${printAccuracy(lastEpoch.train.accuracy)}`}</Fact>
        )
      )}
      {best?.val && (
        <Fact
          name={`Best ${describeBest(true)}, epoch ${best.epoch}`}
        >{`${printLoss(best.val.loss)} · ${printAccuracy(best.val.accuracy)}`}</Fact>
      )}
      {test && <Fact name="Test">{printAccuracy(test.top1)}</Fact>}
      {speed !== undefined && speed > 0 && <Fact name="Images/s">{printCount(Math.round(speed))}</Fact>}
    </dl>
  )
}

/** What the line beside the bar says. */
function describeWait({ progress: { phase, progress } }: FollowedRun): string {
  if (phase === 'paused') return 'Waiting; its checkpoint is written'
  if (phase === 'preparing' || !progress) return 'Preparing images and network'
  return printTimeLeft(progress.secondsLeft)
}

/** The engine and device, with the figures behind an automatic choice. */
function DeviceText({ device, choice }: { readonly device: string; readonly choice: DeviceChoice | undefined }) {
  const figures = choice?.measured.map(
    (entry) =>
      `${deviceTitle(entry.device)} ${entry.secondsPerStep === null ? 'failed' : printDuration(entry.secondsPerStep)}`,
  )
  const text = (
    <Text size="xs" c="dimmed" className={classes.device}>
      {device}
    </Text>
  )
  if (!figures || figures.length === 0) return text
  return <Tooltip label={`Chosen by the time of a step: ${figures.join(', ')}`}>{text}</Tooltip>
}

/** The head of the run's side. */
export function RunHeader() {
  const state = useFollowedRun((present) => present)
  const { phase } = state.progress
  const { title, tone, meaning } = wordOfState(phase)
  const { started } = state.progress
  const place = placeOf(state.progress)
  const isGoing = isAlive(state.progress)
  const share = place && place.totalSteps > 0 ? (100 * place.step) / place.totalSteps : 0
  const computing = started ?? state.summary
  const device = computing && `${engineTitle(computing.engine)}, ${deviceTitle(computing.device)}`
  return (
    <header className={classes.runHeader}>
      <div className={classes.runTitle}>
        <Text fw={600} truncate title={state.run ?? undefined}>
          {state.name}
        </Text>
        <Badge
          size="sm"
          variant="light"
          color={stateColors[tone]}
          leftSection={icons[phase]}
          className={classes.badge}
          title={meaning}
        >
          {title}
        </Badge>
        {device && <DeviceText device={device} choice={started?.choice} />}
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
            animated={phase === 'preparing'}
            transitionDuration={120}
          />
          <Text size="xs" c="dimmed" className={classes.timeLeft}>
            {describeWait(state)}
          </Text>
        </div>
      )}
      <Facts state={state} />
    </header>
  )
}
