// How a run stands, folded from its events one by one; not where events come from (runFollower.ts) and not its curves (metricColumns.ts).
import { describeBest, isAbsurdLoss } from '../../../../shared/training/trainingSigns'
import { deviceTitle } from '../../../kernel/devices/deviceTitles'
import { printLoss } from '../../../kernel/print/printTraining'
import type { PlainError, TrainingEvent, TrainingOutcome } from '../../../../shared/training/events'
import { isLive, stateOfFailure, wordOfState, type StateName } from '../../../../shared/training/runStates'

/** `pausing` and `stopping`: asked to, and not yet heard. */
export type RunPhase = StateName

type EventOf<K extends TrainingEvent['kind']> = Extract<TrainingEvent, { kind: K }>

export interface LogLine {
  readonly number: number
  readonly tone: 'plain' | 'good' | 'warning' | 'error'
  readonly text: string
}

export interface RunProgress {
  readonly phase: RunPhase
  readonly started: EventOf<'started'> | null
  readonly progress: EventOf<'progress'> | null
  readonly outcome: TrainingOutcome | null
  readonly error: PlainError | null
  readonly log: readonly LogLine[]
  /** The number of the last event that was taken in; -1 before the first. */
  readonly lastEvent: number
}

/** Lines kept at most; the whole log lies in the run folder. */
export const longestLog = 500

/** A run of which nothing is known yet. */
export const unknownProgress: RunProgress = {
  phase: 'loading',
  started: null,
  progress: null,
  outcome: null,
  error: null,
  log: [],
  lastEvent: -1,
}

/** Takes in an event; one that was taken in before changes nothing, so a stream may begin again anywhere. */
export function foldEvent(state: RunProgress, number: number, event: TrainingEvent): RunProgress {
  if (number <= state.lastEvent) return state
  const line = describeEvent(event)
  const log = line ? [...state.log, { number, ...line }].slice(-longestLog) : state.log
  const next = { ...state, log, lastEvent: number }
  switch (event.kind) {
    case 'started':
      // What was told before it counts otherwise where the batch, the device or the number of epochs is another one.
      return { ...next, phase: 'running', started: event, progress: null, outcome: null, error: null }
    case 'progress':
      return { ...next, phase: isAsked(state.phase) ? state.phase : 'running', progress: event }
    case 'paused':
      return { ...next, phase: state.phase === 'stopping' ? 'stopping' : 'paused' }
    case 'continued':
      return { ...next, phase: state.phase === 'stopping' ? 'stopping' : 'running' }
    case 'finished':
      return { ...next, phase: event.outcome.state, outcome: event.outcome, error: null }
    case 'failed':
      return { ...next, phase: stateOfFailure(event.error.code), error: event.error }
    case 'epochEnded':
    case 'checkpointWritten':
    case 'imagesSkipped':
      return next
    default:
      return event satisfies never
  }
}

/** Whether the run was asked for something that it has not done yet. */
function isAsked(phase: RunPhase): boolean {
  return phase === 'stopping' || phase === 'pausing'
}

/** Whether a process works on the run; also where it waits. */
export function isAlive({ phase }: Pick<RunProgress, 'phase'>): boolean {
  return isLive(phase)
}

/** Whether its events have said how it ended. */
export function hasEnded(phase: RunPhase): boolean {
  return ['finished', 'stopped', 'diverged', 'failed', 'interrupted'].includes(phase)
}

/** How far a run is, as far as its events say. */
export interface RunPlace {
  readonly step: number
  readonly totalSteps: number
  readonly epochs: number
}

/** By the last step that was told of, else by where the process went on. */
export function placeOf({ progress, started }: RunProgress): RunPlace | null {
  return progress ?? started
}

/**
 * Steps per second now; null where the run tells of none.
 * @param batchSize of the recipe, for a run whose process did not tell how it counts
 */
export function stepsPerSecond({ progress, started }: RunProgress, batchSize: number | undefined): number | null {
  const speed = progress?.imagesPerSecond
  const images = started && started.stepsPerEpoch > 0 ? started.images.train / started.stepsPerEpoch : batchSize
  return speed && images ? speed / images : null
}

function share(value: number): string {
  return `${(100 * value).toFixed(2)}%`
}

/** What the log says of an event; undefined for those too frequent to be told. */
export function describeEvent(event: TrainingEvent): Omit<LogLine, 'number'> | undefined {
  switch (event.kind) {
    case 'started': {
      const { step, engine, device, images } = event
      const begun = step === 0 ? 'Started' : `Resumed after step ${step}`
      const counts = `${images.train} training, ${images.val} validation and ${images.test} test images`
      return { tone: 'plain', text: `${begun} with ${counts}. Device: ${deviceTitle(device, engine)}.` }
    }
    case 'epochEnded': {
      const { epoch, train, val, best, standing } = event
      const seen = val ? `, validation loss ${printLoss(val.loss)}, accuracy ${share(val.accuracy)}` : ''
      const text = `Epoch ${epoch}: training loss ${printLoss(train.loss)}, accuracy ${share(train.accuracy)}${seen}`
      if (isAbsurdLoss(val, standing))
        return { tone: 'warning', text: `${text}: the outputs have grown out of bounds.` }
      const ranked = best ? `; the best ${describeBest(val !== null)} so far` : ''
      return { tone: best ? 'good' : 'plain', text: `${text}${ranked}.` }
    }
    case 'imagesSkipped':
      return {
        tone: 'warning',
        text: event.files.map(({ file, reason }) => `Left out ${file}: ${reason}`).join('\n'),
      }
    case 'finished': {
      const { state, epochs, test } = event.outcome
      const tested = test ? ` Test accuracy ${share(test.top1)}.` : ''
      return {
        tone: 'good',
        text: `${wordOfState(state).title} after ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}.${tested}`,
      }
    }
    case 'paused':
      return { tone: 'plain', text: `Paused after step ${event.step}.` }
    case 'continued':
      return { tone: 'plain', text: 'Continued.' }
    case 'failed':
      return { tone: 'error', text: event.error.message }
    case 'progress':
    case 'checkpointWritten':
      return undefined
    default:
      return event satisfies never
  }
}
