// Starting, stopping and checking a run while other things happen: pressed twice, another recipe meanwhile, late failures.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { settle } from '../../../../../tests/fixtures/heldStream'
import type { TrainingRequestInput } from '../../../../shared/contract/trainingCalls'
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

const { documentStore, openSession } = await import('../../../session/document/documentStore')
const {
  checkFirst,
  checking,
  dismissFailure,
  failureNow,
  presentPreflight,
  runFollower,
  starting,
  startTraining,
  stopTraining,
} = await import('./trainingStore')

const isStarting = () => starting.getState().isPending

function openNetwork(name: string): void {
  openSession({ ...lenet5.build(), name, dataset: { source: 'builtin:digits' } })
}

beforeEach(() => {
  for (const list of [core.started, core.checked, core.stopped, core.answers]) list.splice(0)
  runFollower.leave()
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

  it('trains the network that was on the screen, though another one is opened before the answer', async () => {
    void startTraining()
    openNetwork('two')
    await settle()
    core.answers[0]?.resolve({ run: '/runs/one-1' })
    await settle()
    expect([core.started, runFollower.store.getState().name]).toEqual([['one'], 'one-1'])
    expect(documentStore.getState().document.name).toBe('two')
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

describe('a pre-flight', () => {
  it('is of the network for which it was asked: with another one meanwhile its numbers are old', async () => {
    void checkFirst()
    void checkFirst()
    await settle()
    openNetwork('two')
    core.answers[0]?.resolve({})
    await settle()
    expect([core.checked, checking.getState().isRunning]).toEqual([['one'], false])
    expect(checking.getState().told).not.toBeNull()
    expect(presentPreflight(checking.getState())).toBeNull()
    openNetwork('one')
    expect(presentPreflight(checking.getState())).not.toBeNull()
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
