// Following a run against a core made of arrays: no gaps and no doubles through reloads, lost lines, restarts and resumes.
import { describe, expect, it, vi } from 'vitest'
import type { RunMetrics, RunSummary } from '../../../../shared/contract/runCalls'
import type { TrainingEvent } from '../../../../shared/training/events'
import { makeRunFollower, type FollowedCore } from './runFollower'

const run = '/runs/lenet5-1'
type Numbered = { number: number; event: TrainingEvent }

function metricsUpTo(last: number, from: number, loss = 1): RunMetrics {
  const step = Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => from + index).filter((s) => s > 0)
  const same = (value: number) => step.map(() => value)
  return {
    steps: { step, epoch: same(1), loss: same(loss), accuracy: same(0.5), learningRate: same(0.1) },
    epochs: [],
  }
}

const started = (step: number): TrainingEvent => ({
  kind: 'started',
  run,
  engine: 'ort',
  device: 'cpu',
  images: { train: 100, val: 10, test: 10 },
  epochs: 2,
  stepsPerEpoch: 10,
  totalSteps: 20,
  step,
})
const progress = (step: number): TrainingEvent => ({
  kind: 'progress',
  step,
  totalSteps: 20,
  epoch: 1,
  epochs: 2,
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 10,
  secondsLeft: 3,
})
const failed: TrainingEvent = { kind: 'failed', error: { code: 'training.diverged', message: 'The loss is NaN.' } }

/** A core whose run has written `steps` steps; each entry of `streams` is one connection's events. */
function makeCore(streams: ((after: number) => (Numbered | Error)[])[], steps: () => number) {
  let connection = 0
  let isActive = true
  const asked: number[] = []
  const fromSteps: number[] = []
  const core: FollowedCore = {
    metrics: async (_, fromStep) => {
      fromSteps.push(fromStep)
      return metricsUpTo(steps(), fromStep)
    },
    async events(_, after) {
      asked.push(after)
      const events = streams[connection++]?.(after) ?? []
      if (connection >= streams.length) isActive = false
      return (async function* () {
        for (const event of events) {
          if (event instanceof Error) throw event
          yield event
        }
      })()
    },
    active: async () => (isActive ? [{ run, name: 'lenet5' }] : []),
    list: async (): Promise<RunSummary[]> => [{ id: run, name: 'lenet5', state: 'interrupted' } as RunSummary],
    log: async () => 'started at step 0\n',
    isLost: () => true,
  }
  return { core, asked, fromSteps }
}

describe('a run follower', () => {
  it('reads the journal, then the events, and says how the run ended', async () => {
    const { core } = makeCore(
      [() => [started(0), progress(5), failed].map((event, number) => ({ number, event }))],
      () => 5,
    )
    const follower = makeRunFollower(core, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('diverged'))
    const { progress: state, columns } = follower.store.getState()
    expect(state.error?.message).toBe('The loss is NaN.')
    expect([...columns.column('step')]).toEqual([1, 2, 3, 4, 5])
    expect(state.log.map(({ tone }) => tone)).toEqual(['plain', 'error'])
  })

  it('goes on after a lost line where it was, without gaps or doubles', async () => {
    let steps = 5
    const all = [started(0), progress(5), progress(9), failed].map((event, number) => ({ number, event }))
    const { core, asked } = makeCore(
      [
        () => [...all.slice(0, 2), new Error('closed')],
        (after) => {
          steps = 9
          return all.filter(({ number }) => number > after)
        },
      ],
      () => steps,
    )
    const follower = makeRunFollower(core, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('diverged'), 5000)
    expect(asked).toEqual([-1, 1])
    expect([...follower.store.getState().columns.column('step')]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(follower.store.getState().progress.log).toHaveLength(2)
  })

  it('takes events of a core that was started anew and counts from 0', async () => {
    const first = [0, 1, 2, 3].map((number) => ({ number, event: number === 0 ? started(0) : progress(number) }))
    const { core } = makeCore(
      [
        () => [...first, new Error('closed')],
        () => [
          { number: 0, event: started(2) },
          { number: 1, event: failed },
        ],
      ],
      () => 3,
    )
    const follower = makeRunFollower(core, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('diverged'), 5000)
    expect(follower.store.getState().progress.log[0]?.text).toContain('Resumed after step 2')
  })

  it('reads steps again that a resumed run writes anew', async () => {
    let steps = 8
    const { core, fromSteps } = makeCore(
      [
        () => {
          steps = 6
          return [
            { number: 0, event: started(4) },
            { number: 1, event: failed },
          ]
        },
      ],
      () => steps,
    )
    const follower = makeRunFollower(core, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('diverged'), 5000)
    await vi.waitFor(() => expect(follower.store.getState().columns.lastStep).toBe(6))
    expect(fromSteps).toContain(5)
  })

  it('reads all curves anew where another program has resumed the run with another batch size', async () => {
    const { core } = makeCore([() => [{ number: 0, event: failed }]], () => 8)
    const follower = makeRunFollower(core, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('diverged'))
    expect([...follower.store.getState().columns.column('loss')]).toEqual(Array.from({ length: 8 }, () => 1))
    // The other program went back to step 3 and wrote nine steps of its own: the eighth is there, but is another one.
    core.metrics = (_, fromStep) => {
      const metrics = metricsUpTo(12, fromStep, 0.25)
      const loss = metrics.steps.step.map((step) => (step <= 3 ? 1 : 0.25))
      return Promise.resolve({ ...metrics, steps: { ...metrics.steps, loss } })
    }
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().columns.lastStep).toBe(12))
    expect([...follower.store.getState().columns.column('loss')]).toEqual([
      ...Array.from({ length: 3 }, () => 1),
      ...Array.from({ length: 9 }, () => 0.25),
    ])
  })

  it('drops what an earlier run still answers after another one is followed', async () => {
    let answer: ((metrics: RunMetrics) => void) | undefined
    const { core } = makeCore([() => [], () => []], () => 4)
    const held: FollowedCore = {
      ...core,
      metrics: (id, fromStep) =>
        id === '/runs/slow' ? new Promise((resolve) => (answer = resolve)) : core.metrics(id, fromStep),
    }
    const follower = makeRunFollower(held, () => {})
    follower.follow('/runs/slow')
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().columns.lastStep).toBe(4))
    answer?.(metricsUpTo(9, 1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([follower.store.getState().run, follower.store.getState().columns.lastStep]).toEqual([run, 4])
  })

  it('keeps a paused run paused through a lost line, until it goes on', async () => {
    const all = [started(0), progress(5), { kind: 'paused', step: 5 } as const, { kind: 'continued', step: 5 } as const]
    const numbered = all.map((event, number) => ({ number, event }))
    const { core } = makeCore([() => [...numbered.slice(0, 3), new Error('closed')], () => numbered.slice(3)], () => 5)
    const follower = makeRunFollower(core, () => {})
    const phases: string[] = []
    follower.store.subscribe(({ progress: { phase } }) => {
      if (phases.at(-1) !== phase) phases.push(phase)
    })
    follower.follow(run)
    await vi.waitFor(() => expect(phases.at(-1)).toBe('interrupted'), 5000)
    expect(phases).toEqual(['loading', 'running', 'paused', 'running', 'interrupted'])
  })

  it('says that a run without process and without end was interrupted', async () => {
    const { core } = makeCore([], () => 3)
    const follower = makeRunFollower({ ...core, active: async () => [] }, () => {})
    follower.follow(run)
    await vi.waitFor(() => expect(follower.store.getState().progress.phase).toBe('interrupted'))
    expect(follower.store.getState().progress.log.map(({ text }) => text)).toEqual(['started at step 0'])
  })

  it('reports an answer that trying again cannot mend', async () => {
    const { core } = makeCore([], () => 3)
    const report = vi.fn<(error: unknown) => void>()
    const refusal = new Error('run.missing')
    const follower = makeRunFollower({ ...core, isLost: () => false, metrics: () => Promise.reject(refusal) }, report)
    follower.follow(run)
    await vi.waitFor(() => expect(report).toHaveBeenCalledWith(refusal))
  })
})
