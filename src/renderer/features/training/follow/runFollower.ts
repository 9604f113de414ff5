// Follows one run: its curves from the journal, then its events as they happen, through lost connections; not showing them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunMetrics, RunSummary } from '../../../../shared/contract/runCalls'
import type { TrainingEvent } from '../../../../shared/training/events'
import { Work } from '../../../kernel/queries/work'
import { MetricColumns } from './metricColumns'
import { foldEvent, hasEnded, isAlive, longestLog, unknownProgress, type RunProgress } from './runProgress'

/** The calls of the core that following needs. */
export interface FollowedCore {
  metrics(run: string, fromStep: number): Promise<RunMetrics>
  events(
    run: string,
    after: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<{ number: number; event: TrainingEvent }>>
  active(): Promise<readonly { readonly run: string; readonly name: string }[]>
  list(): Promise<readonly RunSummary[]>
  /** The text of the run's own log. */
  log(run: string): Promise<string>
  /** Whether a call failed because the core could not be reached, so that it is worth another try. */
  isLost(error: unknown): boolean
}

export interface FollowedRun {
  /** The run folder; null where no run is shown. */
  readonly run: string | null
  readonly name: string
  /** As the list of runs describes it; null until it is known. */
  readonly summary: RunSummary | null
  readonly progress: RunProgress
  /** Changes in place; `version` says when. */
  readonly columns: MetricColumns
  readonly version: number
  /** Whether the core cannot be reached at the moment. */
  readonly isCut: boolean
  /** Whether another program trains it: it can be stopped from here, but not paused. */
  readonly isElsewhere: boolean
}

export interface RunFollower {
  readonly store: StoreApi<FollowedRun>
  /** Shows a run from now on. `isNew`: its process is being started now. */
  follow(run: string, options?: { readonly isNew?: boolean }): void
  /** Notes that the run was asked to stop, to pause or to go on. */
  noteAsked(phase: 'stopping' | 'pausing' | 'running'): void
  /** Shows no run. */
  leave(): void
}

/** At most so often the journal is asked for new steps. */
const refreshMs = 1000
/** How often the journal of a run is read that another process trains. */
const elsewhereMs = 2000
const retryMs = [500, 1000, 2000, 5000] as const

const noRun = (): FollowedRun => ({
  run: null,
  name: '',
  summary: null,
  progress: unknownProgress,
  columns: new MetricColumns(),
  version: 0,
  isCut: false,
  isElsewhere: false,
})

/** Makes a follower. @param reportError receives failures that following cannot mend by trying again */
export function makeRunFollower(core: FollowedCore, reportError: (error: unknown) => void): RunFollower {
  const store = createStore<FollowedRun>()(noRun)
  const following = new Work<string, null>('followed run', async (run, { signal }) => {
    await new Following(run, signal, core, store, reportError).begin()
    return null
  })
  const follow: RunFollower['follow'] = (run, options = {}) => {
    following.putAway()
    const before = store.getState()
    const isSame = before.run === run
    const phase = options.isNew ? 'preparing' : 'loading'
    store.setState({
      ...(isSame ? before : noRun()),
      run,
      name: isSame ? before.name : nameOf(run),
      progress: { ...(isSame ? before.progress : unknownProgress), phase, error: null, outcome: null },
    })
    void following.start(run)
  }
  return {
    store,
    follow,
    noteAsked: (phase) =>
      store.setState((state) => (isAlive(state.progress) ? { progress: { ...state.progress, phase } } : state)),
    leave: () => {
      following.putAway()
      store.setState(noRun())
    },
  }
}

function nameOf(run: string): string {
  return run.split(/[\\/]/).findLast((part) => part !== '') ?? run
}

/** One run while it is followed. */
class Following {
  private isFetching = false
  private isWanted = false
  private fetchedAtMs = -Infinity
  /** From here on the journal is read anew: a resumed run writes the steps after its checkpoint again. */
  private rereadFrom: number | null = null

  constructor(
    private readonly run: string,
    private readonly signal: AbortSignal,
    private readonly core: FollowedCore,
    private readonly store: StoreApi<FollowedRun>,
    private readonly reportError: (error: unknown) => void,
  ) {}

  private get isOver(): boolean {
    return this.signal.aborted
  }

  async begin(): Promise<void> {
    for (let attempt = 0; !this.isOver; attempt++) {
      try {
        await this.fetchMetrics(this.store.getState().columns.lastStep + 1)
        await this.findSummary()
        const { progress } = this.store.getState()
        const isActive = progress.phase === 'preparing' || (await this.isActive())
        if (this.isOver) return
        this.update({ isCut: false })
        if (!isActive && this.store.getState().summary?.state === 'running') {
          // Another process trains it (the command line, or a core that ended before it): its journal tells how it goes.
          if (progress.phase !== 'stopping') this.setPhase('running')
          this.update({ isElsewhere: true })
          await this.pause(elsewhereMs)
          continue
        }
        if (!isActive) return await this.settle()
        this.update({ isElsewhere: false })
        // A run that is preparing or paused goes on being so until an event says otherwise.
        if (!isAlive(this.store.getState().progress)) this.setPhase('running')
        const isEnded = await this.readEvents(() => (attempt = 0))
        if (this.isOver) return
        await this.fetchMetrics(this.nextStep())
        await this.findSummary()
        if (isEnded || !(await this.isActive())) return await this.settle()
      } catch (error) {
        if (this.isOver) return
        if (!this.core.isLost(error)) return this.giveUp(error)
        this.update({ isCut: true })
        await this.pause(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 5000)
      }
    }
  }

  /** Reads events until the stream ends. @returns whether the run has ended by its events */
  private async readEvents(onFirst: () => void): Promise<boolean> {
    const { lastEvent } = this.store.getState().progress
    const stream = await this.core.events(this.run, lastEvent, this.signal)
    let isFirst = true
    for await (const { number, event } of stream) {
      if (this.isOver) return true
      const before = this.store.getState().progress
      // A core that was started anew counts from 0 again and sends all that it has.
      const isAnew = isFirst && number <= before.lastEvent
      const progress = foldEvent(isAnew ? { ...before, lastEvent: -1, log: [] } : before, number, event)
      if (isFirst) onFirst()
      isFirst = false
      if (progress === before) continue
      this.update({ progress, isCut: false })
      this.noteSteps(event)
    }
    return !isAlive(this.store.getState().progress)
  }

  private noteSteps(event: TrainingEvent): void {
    const { lastStep } = this.store.getState().columns
    if (event.kind === 'started') {
      if (event.step < lastStep) this.rereadFrom = event.step + 1
      this.refresh(0)
    } else if (event.kind === 'progress' && event.step > lastStep) this.refresh(refreshMs)
    else if (event.kind === 'epochEnded') this.refresh(0)
  }

  private nextStep(): number {
    return this.rereadFrom ?? this.store.getState().columns.lastStep + 1
  }

  /** Asks for new steps, but never twice at a time nor more often than stated. */
  private refresh(everyMs: number): void {
    if (this.isFetching) {
      this.isWanted = true
      return
    }
    this.isFetching = true
    const waitMs = Math.max(0, this.fetchedAtMs + everyMs - performance.now())
    const work = async () => {
      await this.pause(waitMs)
      if (this.isOver) return
      await this.fetchMetrics(this.nextStep())
    }
    work()
      // A lost connection is noticed by the stream, which then reads the journal again.
      .catch(() => {})
      .finally(() => {
        this.isFetching = false
        if (!this.isWanted || this.isOver) return
        this.isWanted = false
        this.refresh(refreshMs)
      })
  }

  private async fetchMetrics(fromStep: number): Promise<void> {
    this.fetchedAtMs = performance.now()
    // The last epoch's row is written after its last step, so it is asked for once more.
    const { columns } = this.store.getState()
    const from = Math.max(0, Math.min(fromStep, columns.lastStep))
    const metrics = await this.core.metrics(this.run, from)
    if (this.isOver) return
    // Another program resumed the run with other steps, perhaps of another batch size: all curves are read anew.
    if (this.rereadFrom === null && !columns.agreesWith(metrics, from)) return this.fetchAll()
    if (this.rereadFrom !== null && fromStep <= this.rereadFrom) this.rereadFrom = null
    columns.merge(metrics, from)
    if (columns.version !== this.store.getState().version) this.update({ version: columns.version })
  }

  private async fetchAll(): Promise<void> {
    const { columns } = this.store.getState()
    const metrics = await this.core.metrics(this.run, 0)
    if (this.isOver) return
    columns.merge(metrics, 0)
    this.update({ version: columns.version })
  }

  private async findSummary(): Promise<void> {
    const runs = await this.core.list()
    const summary = runs.find(({ id }) => id === this.run)
    if (summary && !this.isOver) this.update({ summary, name: summary.name })
  }

  private async isActive(): Promise<boolean> {
    return (await this.core.active()).some(({ run }) => run === this.run)
  }

  /** The run has no process: says how it ended, by its last event or by its folder. */
  private async settle(): Promise<void> {
    await this.readLog()
    if (this.isOver) return
    const { progress, summary } = this.store.getState()
    if (hasEnded(progress.phase)) return
    const state = summary?.state ?? 'unknown'
    // The list was read before the process was found to be gone.
    if (state === 'running') return this.setPhase('interrupted')
    if (state !== 'failed' && state !== 'diverged') return this.setPhase(state)
    const code = summary?.errorCode ?? (state === 'diverged' ? 'training.diverged' : 'engine.failed')
    const error = summary?.error ? { code, message: summary.error } : null
    this.update({ progress: { ...progress, phase: state, error } })
  }

  /** Without events (the run is from an earlier life of the core) the log of its folder is shown. */
  private async readLog(): Promise<void> {
    if (this.store.getState().progress.log.length > 0) return
    const text = await this.core.log(this.run)
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const log = lines
      .slice(-longestLog)
      .map((line, index) => ({ number: index - lines.length, tone: 'plain' as const, text: line }))
    this.update({ progress: { ...this.store.getState().progress, log } })
  }

  private giveUp(error: unknown): void {
    // Not the run has failed, but looking at it.
    this.setPhase('unknown')
    this.reportError(error)
  }

  private setPhase(phase: RunProgress['phase']): void {
    this.update({ progress: { ...this.store.getState().progress, phase } })
  }

  private update(change: Partial<FollowedRun>): void {
    if (!this.isOver) this.store.setState(change)
  }

  private async pause(ms: number): Promise<void> {
    if (ms <= 0) return
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms)
      this.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        done()
      })
    })
  }
}
