// Experiments that run while others are read: the line in the status bar, lost lines, ends, starts and refusals.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueryObserver } from '@tanstack/react-query'
import { settle } from '../../../../../tests/fixtures/heldStream'
import { HandCall, HandStream } from '../../../../../tests/fixtures/playedCore'
import type { ExperimentState, ResultSummary } from '../../../../shared/lectures/experiments/results'

const follow = new HandStream<{ readonly id: string }, ExperimentState>()
const start = new HandCall<{ readonly experiment: string }, { readonly id: string }>()
/** What the core keeps. */
const kept: ResultSummary[] = []
const list = vi.fn<() => Promise<readonly ResultSummary[]>>(() => Promise.resolve([...kept]))

vi.mock('../../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    experiments: {
      list: () => list(),
      follow: (...given: Parameters<typeof follow.call>) => follow.call(...given),
      start: (...given: Parameters<typeof start.call>) => start.call(...given),
    },
  },
}))

const { ConnectionError } = await import('../../../kernel/core/client')
const { queryClient } = await import('../../../kernel/queries/queryClient')
const { uiStore } = await import('../../../kernel/ui/uiStore')
const { resultList, resultOptions, starting } = await import('./experimentQueries')
const { followExperiments } = await import('./followExperiments')
const { openResult, experimentsStore, shownResult } = await import('./experimentsStore')

const summary = (id: string, state: ResultSummary['state']): ResultSummary => ({
  id,
  experiment: 'permuted-pixels',
  size: 'full',
  data: '',
  startedMs: 0,
  seconds: 0,
  state,
  agrees: state === 'finished' ? true : null,
})
const standing = (id: string, state: ResultSummary['state'], fraction = 0): ExperimentState => ({
  ...summary(id, state),
  seed: 1,
  error: null,
  secondsLeft: null,
  verdict: null,
  variants: [
    { id: 'a', title: 'a', state: 'training', run: null, epoch: 1, epochs: 2, fraction, result: null },
    { id: 'b', title: 'b', state: 'waiting', run: null, epoch: 0, epochs: 2, fraction: 0, result: null },
  ],
})
const activity = () => uiStore.getState().activities.get('experiment')
const followed = (id: string) => follow.asked.filter(({ input }) => input.id === id)
/** Reads a result as the screen does. @returns ends it */
const look = (id: string) => new QueryObserver(queryClient, resultOptions(id)).subscribe(() => {})
const resultsNow = () => queryClient.getQueryData(resultList.queryKey)

const ends: (() => void)[] = []
beforeEach(() => {
  kept.splice(0)
  follow.asked.splice(0)
  start.asked.splice(0)
})
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  queryClient.clear()
  await settle()
})

it('keeps the line of the running experiment while a finished one is read', async () => {
  kept.push(summary('two', 'running'), summary('one', 'finished'))
  ends.push(followExperiments())
  await settle()
  await followed('two')[0]?.send(standing('two', 'running', 0.5))
  expect(activity()).toMatchObject({ fraction: 0.25, screen: 'experiments' })
  ends.push(look('one'))
  await settle()
  await followed('one')[0]?.send(standing('one', 'finished'))
  await followed('one')[0]?.end()
  expect(activity()).toMatchObject({ fraction: 0.25 })
  await followed('two')[0]?.send(standing('two', 'running', 1))
  expect(activity()).toMatchObject({ fraction: 0.5 })
})

it('is followed once, also where it is looked at and left again', async () => {
  kept.push(summary('two', 'running'))
  ends.push(followExperiments())
  await settle()
  const leave = look('two')
  await settle()
  leave()
  await followed('two')[0]?.send(standing('two', 'running', 0.5))
  expect([followed('two').length, followed('two')[0]?.isAborted]).toEqual([1, false])
  expect(activity()).toMatchObject({ fraction: 0.25 })
})

it('takes the line away at the end, and reads the list again', async () => {
  kept.push(summary('two', 'running'))
  ends.push(followExperiments())
  await settle()
  await followed('two')[0]?.send(standing('two', 'running', 0.5), standing('two', 'finished', 1))
  kept.splice(0, 1, summary('two', 'finished'))
  await followed('two')[0]?.end()
  await settle()
  expect(activity()).toBeUndefined()
  expect(resultsNow()).toMatchObject([{ state: 'finished' }])
})

it('takes up a broken line again', async () => {
  kept.push(summary('two', 'running'))
  ends.push(followExperiments())
  await settle()
  await followed('two')[0]?.fail(new ConnectionError())
  await vi.waitFor(() => expect(followed('two')).toHaveLength(2), 2000)
  await followed('two')[1]?.send(standing('two', 'running', 0.5))
  expect(activity()).toMatchObject({ fraction: 0.25 })
})

it('goes over to what was started, whatever was shown before', async () => {
  kept.push(summary('one', 'finished'))
  ends.push(followExperiments())
  await settle()
  openResult('permuted-pixels', 'one')
  const asked = starting.run('permuted-pixels')
  await settle()
  expect(starting.getState().isPending).toBe(true)
  kept.unshift(summary('two', 'running'))
  start.last.answer({ id: 'two' })
  await asked
  await settle()
  expect(shownResult(experimentsStore.getState(), resultsNow(), 'permuted-pixels')).toBe('two')
  expect(followed('two')).toHaveLength(1)
})

it('says why a start was refused, until that was read', async () => {
  const asked = starting.run('permuted-pixels')
  await settle()
  start.last.fail(new Error('Another one runs.'))
  await asked
  expect(starting.getState()).toMatchObject({ isPending: false, error: new Error('Another one runs.') })
  starting.dismiss()
  expect(starting.getState().error).toBeNull()
})
