// Starting, stopping and checking a run while other things happen: pressed twice, another recipe meanwhile, late failures.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settle } from '../../../../../tests/fixtures/heldStream'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import type { RunningTraining, TrainingRequestInput } from '../../../../shared/contract/trainingCalls'
import type { DeviceName } from '../../../../shared/training/deviceNames'
import { parseDocument } from '../../../../shared/graph/schema'
import { lenet5 } from '../../../../shared/lectures/architectures/lenet5'

const core = vi.hoisted(() => ({
  started: [] as string[],
  checked: [] as string[],
  stopped: [] as string[],
  answers: [] as { resolve: (value: unknown) => void; reject: (error: Error) => void }[],
}))

function held<T>(): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    core.answers.push({ resolve: (value) => resolve(value as T), reject })
  })
}

vi.mock('../../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    training: {
      start: ({ document }: TrainingRequestInput) => {
        core.started.push(parseDocument(document).name)
        return held()
      },
      preflight: ({ document }: TrainingRequestInput) => {
        core.checked.push(parseDocument(document).name)
        return held()
      },
      stop: ({ run }: { readonly run: string }) => {
        core.stopped.push(run)
        return held()
      },
      active: () => Promise.resolve([]),
      events: () => new Promise(() => undefined),
    },
    runs: {
      metrics: () => new Promise(() => undefined),
      list: () => Promise.resolve([]),
      log: () => Promise.resolve(''),
    },
  },
}))
vi.stubGlobal('sessionStorage', { setItem: () => undefined, getItem: () => null })

const { closeSession, documentStore, openSession, presentSession, showSession } =
  await import('../../../session/document/documentStore')
const {
  checkFirst,
  checking,
  dismissFailure,
  failureNow,
  followSessions,
  pickRun,
  presentPreflight,
  runFollower,
  showRun,
  starting,
  startTraining,
  stopTraining,
} = await import('./trainingStore')

const { uiStore } = await import('../../../kernel/ui/uiStore')
const { dialogStore } = await import('../../../kernel/dialogs/questions')
const { runningStore } = await import('../../../session/runs/runningTrainings')
const { findRivals, followLine, leaveLine, lineStore } = await import('./trainingLine')

const isStarting = () => starting.getState().isPending

function openNetwork(name: string): void {
  openSession({ ...lenet5.build(), name, dataset: { source: 'builtin:digits' } })
}

beforeEach(() => {
  for (const list of [core.started, core.checked, core.stopped, core.answers]) list.splice(0)
  runFollower.leave()
  uiStore.getState().setActiveRun(null)
  dismissFailure()
  checking.putAway()
  openNetwork('one')
})

describe('starting', () => {
  it('starts one run, however often it is asked for', async () => {
    void startTraining()
    void startTraining()
    await settle()
    expect([core.started, isStarting()]).toEqual([['one'], true])
    core.answers[0]?.resolve({ run: '/runs/one-1' })
    await settle()
    expect([isStarting(), runFollower.store.getState().run]).toEqual([false, '/runs/one-1'])
    // It trains now: another start waits for its end.
    await startTraining()
    expect(core.started).toEqual(['one'])
  })

  it('trains the network that was on the screen, and shows it beside that one, not beside another that is shown meanwhile', async () => {
    const first = presentSession()
    const end = followSessions()
    void startTraining()
    openNetwork('two')
    await settle()
    core.answers[0]?.resolve({ run: '/runs/one-1' })
    await settle()
    expect([core.started, runFollower.store.getState().run]).toEqual([['one'], null])
    expect(documentStore.getState().document.name).toBe('two')
    showSession(first)
    expect(runFollower.store.getState().run).toBe('/runs/one-1')
    end()
  })

  it('tells a refusal with the network that was to be trained', async () => {
    const first = presentSession()
    void startTraining()
    openNetwork('two')
    await settle()
    core.answers[0]?.reject(new Error('no memory left'))
    await settle()
    expect(failureNow()).toBeNull()
    showSession(first)
    expect(failureNow()?.message).toBe('no memory left')
  })

  it('stands with a refusal, which the next try clears', async () => {
    void startTraining()
    await settle()
    core.answers[0]?.reject(new Error('no memory left'))
    await settle()
    expect([isStarting(), failureNow()?.message]).toEqual([false, 'no memory left'])
    void startTraining()
    expect(failureNow()).toBeNull()
  })
})

describe('a second training at once', () => {
  const running = (run: string, device: RunningTraining['device'], isElsewhere = false): RunningTraining => ({
    run,
    name: run,
    state: 'running',
    epoch: 3,
    epochs: 20,
    fraction: 0.1,
    isElsewhere,
    isExperiment: false,
    device,
    session: null,
    documentPath: null,
  })
  const setRunning = (...trainings: readonly RunningTraining[]) => runningStore.setState({ trainings })
  const question = () => {
    const dialog = dialogStore.getState().dialogs.at(-1)
    return dialog?.kind === 'question' ? dialog : undefined
  }
  const answer = async (value: string | null) => {
    question()?.answer(value)
    await settle()
  }
  let end = (): void => {}
  beforeEach(() => (end = followLine()))
  afterEach(() => {
    end()
    for (const { session } of lineStore.getState().waiting) leaveLine(session)
    setRunning()
  })

  it('is one on the same device, of whatever window or program; automatic may be any', () => {
    const all = [running('a', 'cpu'), running('b', 'cuda'), running('c', null, true), running('d', 'auto')]
    const rivals = (device: DeviceName) => findRivals(device, all).map(({ run }) => run)
    expect([rivals('cpu'), rivals('cuda'), rivals('auto')]).toEqual([
      ['a', 'c', 'd'],
      ['b', 'c', 'd'],
      ['a', 'b', 'c', 'd'],
    ])
  })

  it('is asked about, and begins, or does not, as answered', async () => {
    setRunning(running('/runs/other-1', 'cpu', true))
    void startTraining()
    await settle()
    expect(question()?.message).toContain('/runs/other-1 trains on CPU, epoch 3 of 20, in another program.')
    await answer(null)
    expect([core.started, lineStore.getState().waiting]).toEqual([[], []])
    void startTraining()
    await settle()
    await answer('now')
    expect(core.started).toEqual(['one'])
  })

  it('waits in line, one after the other, and begins what it was asked for when the device is free', async () => {
    setRunning(running('/runs/other-1', 'cpu'))
    const first = presentSession()
    void startTraining()
    await settle()
    await answer('wait')
    openNetwork('two')
    void startTraining()
    await settle()
    await answer('wait')
    expect([core.started, lineStore.getState().waiting.map(({ name }) => name)]).toEqual([[], ['one', 'two']])
    expect(uiStore.getState().activities.get(`waiting ${first.number}`)?.label).toBe('one waits to be trained')
    first.state.apply({ type: 'setName', name: 'changed since' }, 'Name')
    setRunning()
    await settle()
    expect([core.started, lineStore.getState().waiting.length]).toEqual([['one'], 1])
    core.answers[0]?.resolve({ run: '/runs/one-1' })
    await settle()
    // It is not told as running yet; the next one waits for it all the same.
    setRunning()
    setRunning(running('/runs/one-1', 'cpu'))
    await settle()
    expect(core.started).toEqual(['one'])
    setRunning()
    await settle()
    expect([core.started, lineStore.getState().waiting]).toEqual([['one', 'two'], []])
  })

  it('leaves the line with its network, or when it is told to', async () => {
    setRunning(running('/runs/other-1', 'cpu'))
    void startTraining()
    await settle()
    await answer('wait')
    const session = presentSession()
    openNetwork('two')
    closeSession(session)
    expect(lineStore.getState().waiting).toEqual([])
    expect(uiStore.getState().activities.size).toBe(0)
    setRunning()
    await settle()
    expect(core.started).toEqual([])
  })
})

describe('the run that is shown unasked', () => {
  const run = (id: string, createdMs: number, changes: Partial<RunSummary> = {}) =>
    ({
      id,
      createdMs,
      state: 'finished',
      architecture: 'one',
      structure: '1-a',
      documentPath: null,
      session: null,
      hasOrigin: true,
      experiment: null,
      ...changes,
    }) as RunSummary
  const open = { name: 'one', path: null, session: 's', ofRun: null, structure: '1-a', isEmpty: false }

  it('is one of this network: what trains, else what was shown last, else the newest', () => {
    const runs = [run('old', 1), run('new', 2), run('foreign', 3, { architecture: 'two', state: 'running' })]
    expect(pickRun(runs, open, null)).toBe('new')
    expect(pickRun(runs, open, 'old')).toBe('old')
    expect(pickRun(runs, open, 'foreign')).toBe('new')
    expect(pickRun([...runs, run('live', 0, { state: 'running' })], open, 'old')).toBe('live')
    expect(pickRun([run('foreign', 3, { architecture: 'two' })], open, 'foreign')).toBeNull()
  })

  it('is what trains or was shown last where no network is open', () => {
    const empty = { ...open, name: 'untitled', structure: '1-0', isEmpty: true }
    const runs = [run('old', 1), run('new', 2)]
    expect(pickRun(runs, empty, null)).toBeNull()
    expect(pickRun(runs, empty, 'old')).toBe('old')
    expect(pickRun([...runs, run('live', 0, { state: 'running' })], empty, 'old')).toBe('live')
  })

  it('goes with its network', () => {
    const end = followSessions()
    const first = presentSession()
    showRun('/runs/one-1')
    openNetwork('two')
    expect([runFollower.store.getState().run, uiStore.getState().activeRun]).toEqual([null, null])
    showSession(first)
    expect([runFollower.store.getState().run, uiStore.getState().activeRun]).toEqual(['/runs/one-1', '/runs/one-1'])
    end()
  })
})

describe('a pre-flight', () => {
  it('is of the network for which it was asked, and its numbers old once that is another one', async () => {
    const first = presentSession()
    void checkFirst()
    void checkFirst()
    await settle()
    openNetwork('two')
    core.answers[0]?.resolve({})
    await settle()
    expect([core.checked, checking.getState().isRunning]).toEqual([['one'], false])
    expect(checking.getState().told).toBeNull()
    showSession(first)
    expect(presentPreflight(checking.getState())).not.toBeNull()
    first.state.apply({ type: 'setName', name: 'changed' }, 'Name')
    expect([checking.getState().told !== null, presentPreflight(checking.getState())]).toEqual([true, null])
  })
})

describe('stopping', () => {
  it('asks once for the run that is shown, and nothing where none trains', async () => {
    await stopTraining()
    expect(core.stopped).toEqual([])
    void startTraining()
    await settle()
    core.answers[0]?.resolve({ run: '/runs/one-1' })
    await settle()
    void stopTraining()
    await settle()
    expect([core.stopped, runFollower.store.getState().progress.phase]).toEqual([['/runs/one-1'], 'stopping'])
    core.answers[1]?.reject(new Error('It has ended.'))
    await settle()
    expect(failureNow()?.message).toBe('It has ended.')
  })
})
