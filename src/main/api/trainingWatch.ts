// What trains now, as every window and page shows it: the trainings of this core by their events, those of other programs by their folders; not following one (trainingApi.ts).
import type { RunningTraining } from '../../shared/contract/trainingCalls'
import type { TrainingEvent } from '../../shared/training/events'
import { findTrainer } from '../runs/runLock'
import { readRun } from '../runs/runFolder'
import { readProgress } from '../runs/runMetrics'
import type { Core } from './core'
import { labelOf, listRunFolders } from './runsApi'

/** At most so often a screen is told of steps. */
const leastMs = 300
/** How often folders are looked through for trainings of other programs. */
const elsewhereMs = 2000

/** How a training stands by its events since its process began. */
export function readStanding(
  events: readonly TrainingEvent[],
): Pick<RunningTraining, 'state' | 'epoch' | 'fraction'> & { readonly epochs: number | null } {
  const progress = events.findLast((event) => event.kind === 'progress')
  const pause = events.findLast((event) => event.kind === 'paused' || event.kind === 'continued')
  const started = events.find((event) => event.kind === 'started')
  const state = !started ? 'preparing' : pause?.kind === 'paused' ? 'paused' : 'running'
  const { epochs = null, totalSteps = 0 } = progress ?? started ?? {}
  const fraction = progress && totalSteps > 0 ? progress.step / totalSteps : null
  return { state, epoch: progress?.epoch ?? null, epochs, fraction }
}

type Marks = Pick<RunningTraining, 'device' | 'session' | 'documentPath'>

const unmarked: Marks = { device: null, session: null, documentPath: null }

function marksOf({ device, origin }: Awaited<ReturnType<typeof readRun>>): Marks {
  return { device, session: origin?.session ?? null, documentPath: origin?.path ?? null }
}

/** What the folder of a training says of it; read once for each that runs. */
class MarksOfRuns {
  private readonly known = new Map<string, Marks>()

  async find(run: string): Promise<Marks> {
    const known = this.known.get(run)
    if (known) return known
    try {
      const marks = marksOf(await readRun(run))
      this.known.set(run, marks)
      return marks
    } catch {
      // While its checks run there is no folder yet.
      return unmarked
    }
  }

  /** One that is gone on with may do it on another device. */
  keep(running: readonly string[]): void {
    for (const run of this.known.keys()) if (!running.includes(run)) this.known.delete(run)
  }
}

async function describeOwn(
  core: Core,
  run: string,
  ofExperiment: ReadonlySet<string>,
  marks: MarksOfRuns,
): Promise<RunningTraining> {
  const { epochs, ...standing } = readStanding(core.trainings.latest(run))
  return {
    run,
    // While its checks run there is no folder yet.
    name: await labelOf(core, run),
    ...standing,
    epochs: epochs ?? 0,
    isElsewhere: false,
    isExperiment: ofExperiment.has(run),
    ...(await marks.find(run)),
  }
}

/** A training of another program, by its folder; undefined where it has ended meanwhile or cannot be read. */
async function describeElsewhere(core: Core, run: string): Promise<RunningTraining | undefined> {
  try {
    const record = await readRun(run)
    const { recipe, origin } = record
    const { epochs: done } = await readProgress(run)
    const epochs = Math.max(recipe.epochs, done)
    return {
      run,
      name: await labelOf(core, run),
      state: 'running',
      epoch: Math.min(done + 1, epochs),
      epochs,
      fraction: done / epochs,
      isElsewhere: true,
      isExperiment: origin?.experiment !== undefined,
      ...marksOf(record),
    }
  } catch {
    return undefined
  }
}

async function listElsewhere(core: Core): Promise<readonly RunningTraining[]> {
  const own = new Set(core.trainings.active())
  const folders = await listRunFolders(core)
  const running = folders.filter((run) => !own.has(run) && findTrainer(run) !== undefined)
  return (await Promise.all(running.map((run) => describeElsewhere(core, run)))).filter((found) => found !== undefined)
}

async function listOwn(core: Core, marks: MarksOfRuns): Promise<readonly RunningTraining[]> {
  const ofExperiment = new Set(core.experiments.active()?.runs)
  const active = core.trainings.active()
  marks.keep(active)
  return Promise.all(active.map((run) => describeOwn(core, run, ofExperiment, marks)))
}

/** What trains now, then again whenever that is something else. Ends with the signal. */
export async function* watchTrainings(
  core: Core,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunningTraining[], void, void> {
  const changes = new Changes(core, signal)
  const marks = new MarksOfRuns()
  let told: string | undefined
  let elsewhere: readonly RunningTraining[] = []
  let lookedMs = -Infinity
  try {
    while (!changes.isLeft) {
      if (performance.now() - lookedMs >= elsewhereMs) {
        lookedMs = performance.now()
        elsewhere = await listElsewhere(core)
      }
      const own = await listOwn(core, marks)
      const all = [...own, ...elsewhere.filter(({ run }) => !own.some((other) => other.run === run))]
      const text = JSON.stringify(all)
      if (text !== told) yield all
      told = text
      await changes.next()
    }
  } finally {
    changes.end()
  }
}

/** Waits for changes of this core's trainings. */
class Changes {
  private isChanged = false
  private wake: (() => void) | undefined
  readonly end: () => void

  /** Whether the caller has left. */
  get isLeft(): boolean {
    return this.signal?.aborted === true
  }

  constructor(
    core: Core,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.end = core.trainings.onChange(() => {
      this.isChanged = true
      this.wake?.()
    })
  }

  /** Resolves at the next change, or when it is time to look elsewhere; never sooner than screens are to be told again. */
  async next(): Promise<void> {
    await this.pause(leastMs)
    if (!this.isChanged) await this.pause(elsewhereMs - leastMs, (wake) => (this.wake = wake))
    this.wake = undefined
    this.isChanged = false
  }

  private async pause(ms: number, onWait?: (wake: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.signal?.addEventListener('abort', done)
      onWait?.(done)
    })
  }
}
