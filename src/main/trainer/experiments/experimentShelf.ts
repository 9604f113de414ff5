// The experiment that runs for the screens of a core, followed by any of them, and the kept ones; not how one runs (experiments.ts).
import type { ExperimentRequest } from '../../../shared/lectures/experiments/experimentPlan'
import { findExperiment } from '../../../shared/lectures/experiments/index'
import { summarizeResult, type ExperimentState, type ResultSummary } from '../../../shared/lectures/experiments/results'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { restoreError } from '../../process/sentErrors'
import { EventQueue } from '../../process/eventQueue'
import { WorkLedger } from '../../process/workLedger'
import { listResults, readResult } from './experimentResults'
import { runExperiment, type BeginTraining } from './runExperiment'
import type { TrainingRegistry } from '../trainingRegistry'

export interface StartExperimentRequest {
  readonly experiment: string
  readonly size: ExperimentRequest['size']
  readonly seed: number
  /** Absolute and allowed; left out: the experiment's own images. */
  readonly data?: string
}

/** The experiment that runs, as those need it who would end the program. */
export interface ActiveExperiment {
  readonly title: string
  /** The runs of its variants so far; the last one may be training. */
  readonly runs: readonly string[]
}

interface Running {
  readonly title: string
  /** Of its variants so far. */
  readonly runs: string[]
  readonly stopping: AbortController
  state: ExperimentState | undefined
  readonly followers: Set<EventQueue<ExperimentState>>
  /** Settles when it is over, whatever came of it. */
  readonly over: Promise<void>
}

/** How far an experiment is, in [0, 1]. */
function fractionOf({ variants }: ExperimentState): number {
  return variants.reduce((sum, { fraction }) => sum + fraction, 0) / Math.max(1, variants.length)
}

/** The experiments of a core; one runs at a time. */
export class ExperimentShelf {
  private running: Running | undefined

  constructor(
    private readonly runsFolder: string,
    private readonly trainings: TrainingRegistry,
    /** Where what runs is entered. */
    private readonly work = new WorkLedger(),
  ) {}

  /**
   * Starts an experiment; resolves when it is named and kept.
   * @returns the name of its result
   * @throws NetloomError model.unknown, run.busy, dataset.*, file.write
   */
  start({ experiment: name, size, seed, data }: StartExperimentRequest): Promise<string> {
    const experiment = findExperiment(name)
    if (!experiment) throw new NetloomError('model.unknown', `There is no experiment "${name}".`, { received: name })
    if (this.running)
      throw new NetloomError('run.busy', 'An experiment is running already.', { hint: 'Stop it, or wait for its end.' })
    const stopping = new AbortController()
    const entry = this.work.begin('experiment', experiment.title)
    return new Promise((resolve, reject) => {
      const followers = new Set<EventQueue<ExperimentState>>()
      const onState = (state: ExperimentState) => {
        running.state = state
        entry.report(fractionOf(state))
        for (const follower of followers) follower.push(state)
        resolve(state.id)
      }
      const { runsFolder } = this
      const work = runExperiment({
        experiment,
        size,
        seed,
        data,
        runsFolder,
        begin: this.begin,
        onState,
        signal: stopping.signal,
      })
      // A failure after the start is part of the state that is kept.
      const over = work
        .then(() => undefined, reject)
        .finally(() => {
          const outcome = running.state?.state
          this.running = undefined
          entry.end(outcome === 'finished' || outcome === 'failed' ? outcome : 'stopped')
          for (const follower of followers) follower.close()
        })
      const running: Running = { title: experiment.title, runs: [], stopping, state: undefined, followers, over }
      this.running = running
    })
  }

  /** Ends the experiment after the present step; one that is over already is left alone. */
  stop(id: string): void {
    if (this.running?.state?.id === id) this.running.stopping.abort()
  }

  /** What runs, also between two of its trainings and before the first; null where nothing does. */
  active(): ActiveExperiment | null {
    const { running } = this
    if (!running) return null
    return { title: running.title, runs: [...running.runs] }
  }

  /** Ends what runs after the present step. */
  stopActive(): void {
    this.running?.stopping.abort()
  }

  /** Stops what runs and waits for its end. */
  async close(): Promise<void> {
    this.running?.stopping.abort()
    await this.running?.over
  }

  /** All results, newest first, with the running one as it stands. @throws NetloomError file.read */
  async list(): Promise<readonly ResultSummary[]> {
    const kept = await listResults(this.runsFolder)
    const state = this.running?.state
    return state ? [summarizeResult(state), ...kept.filter(({ id }) => id !== state.id)] : kept
  }

  /** The states of an experiment from now to its end; of one that is over, the one that was kept. @throws NetloomError run.missing, file.read */
  async *follow(id: string, signal?: AbortSignal): AsyncGenerator<ExperimentState, void, void> {
    const { running } = this
    if (running?.state?.id !== id) {
      yield await readResult(this.runsFolder, id)
      return
    }
    const queue = new EventQueue<ExperimentState>()
    queue.push(running.state)
    running.followers.add(queue)
    try {
      yield* queue.read(signal)
    } finally {
      running.followers.delete(queue)
    }
  }

  /** Trainings of an experiment are trainings like any other: they are seen, followed and stopped as such. */
  private readonly begin: BeginTraining = async (request, name, onEvent) => {
    const { trainings } = this
    const run = await trainings.start(request, this.runsFolder, name, (run) => this.running?.runs.push(run))
    const follow = async () => {
      for await (const { event } of trainings.events(run, -1)) {
        onEvent(event)
        if (event.kind === 'finished') return event.outcome
        if (event.kind === 'failed') throw restoreError(event.error)
      }
      throw internalError(`the training in "${run}" ended without a word`)
    }
    return { run, stop: () => void trainings.stop(run), done: follow() }
  }
}
