// Trainings that this process has started, with their events numbered and kept for screens that come late or come back; not the training.
import pLimit from 'p-limit'
import type { PlainError, TrainingEvent } from '../../shared/training/events'
import { stateOfFailure } from '../../shared/training/runStates'
import { NetloomError } from '../../shared/graph/errors'
import { describeError } from '../process/sentErrors'
import { WorkLedger, type WorkOutcome } from '../process/workLedger'
import { findFreeRunFolder } from '../files/projects'
import { resumeTraining, startTraining } from './startTraining'
import type { ResumeOptions, StartTrainingRequest, TrainingHandle, TrainingHandlers } from './startTraining'

/** An event and its number; numbers rise by the run, with gaps where older ones were thinned out. */
export interface NumberedEvent {
  readonly number: number
  readonly event: TrainingEvent
}

/** More events than this are thinned: of old progress every second one goes. */
const keptEvents = 4000
/** Ended trainings whose events are still kept. */
const keptEnded = 50

interface Entry {
  readonly run: string
  /** While it trains. */
  handle: TrainingHandle | undefined
  events: NumberedEvent[]
  nextNumber: number
  readonly wakers: Set<() => void>
}

/** Thins the older three quarters: every second progress, and news of checkpoints, go. */
export function thinEvents(events: readonly NumberedEvent[]): NumberedEvent[] {
  const old = Math.floor(events.length * 0.75)
  let progress = 0
  return events.filter(({ event }, index) => {
    if (index >= old) return true
    if (event.kind === 'progress') return progress++ % 2 === 0
    return event.kind !== 'checkpointWritten'
  })
}

/** All trainings of this process. */
export class TrainingRegistry {
  private readonly entries = new Map<string, Entry>()
  private readonly listeners = new Set<() => void>()
  /** One start after the other: two at once would take the same free folder. */
  private readonly startTurn = pLimit(1)

  /** @param work where what trains is entered */
  constructor(private readonly work = new WorkLedger()) {}

  /** Runs that train now, oldest first. */
  active(): readonly string[] {
    return [...this.entries.values()].filter(({ handle }) => handle).map(({ run }) => run)
  }

  /** Whether this process trains the run, or has trained it and still keeps its events. */
  isKnown(run: string): boolean {
    return this.entries.has(run)
  }

  /** The latest events that say how a training stands; empty where it only prepares. */
  latest(run: string): readonly TrainingEvent[] {
    const { events = [] } = this.entries.get(run) ?? {}
    const from = events.findLastIndex(({ event }) => event.kind === 'started')
    return from < 0 ? [] : events.slice(from).map(({ event }) => event)
  }

  /** Calls back whenever a training begins, tells something or ends. @returns ends it */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  isActive(run: string): boolean {
    return this.entries.get(run)?.handle !== undefined
  }

  /**
   * Starts a run in a new folder `PARENT/NAME-1`; resolves when its checks have passed.
   * @param onNamed is told the run folder before the run is among the active ones
   * @returns the run folder
   * @throws NetloomError what `startTraining` finds wrong before its process starts
   */
  start(
    request: Omit<StartTrainingRequest, 'directory'>,
    parent: string,
    name: string,
    onNamed: (run: string) => void = () => undefined,
  ): Promise<string> {
    return this.startTurn(async () => {
      const directory = await findFreeRunFolder(parent, name)
      onNamed(directory)
      return this.follow(directory, (handlers) => startTraining({ ...request, directory }, handlers))
    })
  }

  /** Goes on with a run from its last checkpoint. @throws NetloomError run.busy, run.missing */
  resume(directory: string, changes: Pick<ResumeOptions, 'epochs' | 'batchSize' | 'device'>): Promise<string> {
    return this.follow(directory, (handlers) => resumeTraining(directory, handlers, changes))
  }

  /** Asks a run to finish its step and end. @returns false where this process does not train it */
  stop(run: string): boolean {
    const handle = this.entries.get(run)?.handle
    handle?.stop()
    return handle !== undefined
  }

  /** Asks a run to wait after its step. @returns false where this process does not train it */
  pause(run: string): boolean {
    const handle = this.entries.get(run)?.handle
    handle?.pause()
    return handle !== undefined
  }

  /** Lets a paused run go on. @returns false where this process does not train it */
  continue(run: string): boolean {
    const handle = this.entries.get(run)?.handle
    handle?.continue()
    return handle !== undefined
  }

  /** Stops every training with its checkpoint and waits for their ends. */
  async stopAll(): Promise<void> {
    const handles = [...this.entries.values()].flatMap(({ handle }) => handle ?? [])
    for (const handle of handles) handle.stop()
    await Promise.allSettled(handles.map(({ done }) => done))
  }

  /**
   * Events with numbers above `after`, then new ones as they happen; ends with the run. A number from an earlier life
   * of this process gives all. Nothing where this process has not trained the run.
   */
  async *events(run: string, after: number, signal?: AbortSignal): AsyncGenerator<NumberedEvent, void, void> {
    const entry = this.entries.get(run)
    if (!entry) return
    const isLeft = () => signal?.aborted === true
    let last = after < entry.nextNumber ? after : -1
    while (!isLeft()) {
      const fresh = entry.events.filter(({ number }) => number > last)
      for (const numbered of fresh) {
        last = numbered.number
        yield numbered
        if (isLeft()) return
      }
      if (fresh.length > 0) continue
      if (!entry.handle) return
      await this.changeOf(entry, signal)
    }
  }

  private changeOf(entry: Entry, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        entry.wakers.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      entry.wakers.add(wake)
      signal?.addEventListener('abort', wake)
    })
  }

  private follow(run: string, begin: (handlers: TrainingHandlers) => TrainingHandle): Promise<string> {
    const before = this.entries.get(run)
    if (before?.handle)
      throw new NetloomError('run.busy', `The run "${run}" is training already.`, {
        path: run,
        hint: 'Stop it first.',
      })
    const { events = [], nextNumber = 0 } = before ?? {}
    const entry: Entry = { run, handle: undefined, events, nextNumber, wakers: new Set() }
    this.entries.delete(run)
    this.entries.set(run, entry)
    return new Promise((resolve, reject) => {
      let isAccepted = false
      const onAccepted = () => {
        isAccepted = true
        resolve(run)
      }
      const onEvent = (event: TrainingEvent): void => {
        this.keep(entry, event)
        if (event.kind === 'progress') work.report(event.step / Math.max(1, event.totalSteps))
      }
      const handle = begin({ onAccepted, onEvent })
      const work = this.work.begin('training', run)
      entry.handle = handle
      this.wake(entry)
      const end = (outcome: WorkOutcome) => {
        entry.handle = undefined
        work.end(outcome)
        this.wake(entry)
        this.forgetOld()
      }
      handle.done.then(
        ({ state }) => end(state),
        (error: unknown) => {
          const failure = describeError(error)
          if (isAccepted) this.keepFailure(entry, failure)
          else this.entries.delete(run)
          // What is refused before it begins is told to whoever asked for it.
          const isCutOff = stateOfFailure(failure.code) === 'interrupted'
          end(isAccepted ? (isCutOff ? 'interrupted' : 'failed') : 'stopped')
          reject(error)
        },
      )
    })
  }

  private keep(entry: Entry, event: TrainingEvent): void {
    if (entry.events.length >= keptEvents) entry.events = thinEvents(entry.events)
    entry.events.push({ number: entry.nextNumber++, event })
    this.wake(entry)
  }

  /** A process that was killed has not said that it failed. */
  private keepFailure(entry: Entry, error: PlainError): void {
    if (entry.events.at(-1)?.event.kind !== 'failed') this.keep(entry, { kind: 'failed', error })
  }

  private wake({ wakers }: Entry): void {
    for (const wake of wakers) wake()
    for (const listener of this.listeners) listener()
  }

  private forgetOld(): void {
    const ended = [...this.entries.values()].filter(({ handle }) => !handle)
    for (const { run } of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.entries.delete(run)
  }
}
