// Experiments that are read and followed at the same time: each result's sign is its own, and lost lines are taken up again.
import { beforeEach, expect, it, vi } from 'vitest'
import { heldStream, settle, type HeldStream } from '../../../../../tests/fixtures/heldStream'
import { summarizeResult, type ExperimentState } from '../../../../shared/lectures/experiments/results'

const core = vi.hoisted(() => ({
  streams: new Map<string, unknown[]>(),
  results: [] as unknown[],
  starts: 0,
}))

vi.mock('../../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    experiments: {
      follow: ({ id }: { readonly id: string }) =>
        (core.streams.get(id)?.shift() as HeldStream<ExperimentState> | undefined)?.open(),
      list: () => Promise.resolve(core.results),
      start: () => Promise.resolve({ id: `xor-${++core.starts}` }),
      stop: () => Promise.reject(new Error('It has ended.')),
    },
  },
}))

const { ensureResult, experimentsStore, loadResults, runningResult, shownResult, startExperiment, stopExperiment } =
  await import('./experimentsStore')
const { uiStore } = await import('../../../kernel/ui/uiStore')

const state = () => experimentsStore.getState()
const labels = () => [...uiStore.getState().activities.values()].map(({ fraction }) => fraction)

function experiment(id: string, how: ExperimentState['state'], fraction = 0): ExperimentState {
  return {
    id,
    experiment: 'xor',
    size: 'quick',
    seed: 1,
    data: '',
    startedMs: 1,
    state: how,
    error: null,
    variants: [
      { id: 'one', title: 'One', state: 'training', run: null, epoch: 0, epochs: 1, fraction, result: null },
      { id: 'two', title: 'Two', state: 'waiting', run: null, epoch: 0, epochs: 1, fraction: 0, result: null },
    ],
    verdict: null,
  } as ExperimentState
}

function streamOf(id: string): HeldStream<ExperimentState> {
  const stream = heldStream<ExperimentState>()
  core.streams.set(id, [...(core.streams.get(id) ?? []), stream])
  return stream
}

beforeEach(() => {
  core.streams.clear()
  core.results = []
  core.starts = 0
  experimentsStore.setState(experimentsStore.getInitialState(), true)
})

it('keeps the sign of the one that runs while a finished one is read', async () => {
  core.results = [summarizeResult(experiment('running', 'running')), summarizeResult(experiment('old', 'finished'))]
  const [running, old] = [streamOf('running'), streamOf('old')]
  await loadResults()
  running.send(experiment('running', 'running', 0.5))
  await settle()
  expect(labels()).toEqual([0.25])
  ensureResult('old')
  old.send(experiment('old', 'finished'))
  old.end()
  await settle()
  expect([labels(), state().states.get('old')?.state]).toEqual([[0.25], 'finished'])
  core.results = [summarizeResult(experiment('running', 'finished'))]
  running.send(experiment('running', 'finished', 1))
  running.end()
  await settle()
  expect([labels(), runningResult(state())]).toEqual([[], undefined])
})

it('shows the one that was started last, though an earlier one was open', async () => {
  experimentsStore.setState({ shown: new Map([['xor', 'old']]) })
  const stream = streamOf('xor-1')
  core.results = [summarizeResult(experiment('xor-1', 'running')), summarizeResult(experiment('old', 'finished'))]
  await startExperiment('xor')
  expect([shownResult(state(), 'xor'), state().isStarting]).toEqual(['xor-1', false])
  stream.end()
  await settle()
})

it('stands with a refusal', async () => {
  await stopExperiment('xor-1')
  expect(state().error).toBe('It has ended.')
})
