// The experiments on the screen: which one is chosen, its results, the one that runs; not what they are (shared/lectures/experiments).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { experiments } from '../../../../shared/lectures/experiments/index'
import {
  summarizeResult,
  type ExperimentState,
  type ResultSummary,
} from '../../../../shared/lectures/experiments/results'
import { client, isConnectionError, messageOf, whenConnected } from '../../../kernel/core/client'
import { uiStore } from '../../../kernel/ui/uiStore'

/** What a person sets before a run. */
export interface ExperimentSettings {
  readonly size: 'full' | 'quick'
  readonly seed: number
  /** A dataset reference; empty: the experiment's own images. */
  readonly data: string
}

export interface ExperimentsState {
  /** The chosen experiment. */
  readonly selected: string
  /** Newest first; null until they were read once. */
  readonly results: readonly ResultSummary[] | null
  /** The result that is shown, by experiment; left out: the newest. */
  readonly shown: ReadonlyMap<string, string>
  /** Results that were read or are followed, by name. */
  readonly states: ReadonlyMap<string, ExperimentState>
  readonly settings: ReadonlyMap<string, ExperimentSettings>
  /** Whether a start is on its way. */
  readonly isStarting: boolean
  readonly error: string | null
}

const firstSettings: ExperimentSettings = { size: 'full', seed: 1, data: '' }

/** The store behind `useExperiments`. */
export const experimentsStore = createStore<ExperimentsState>()(() => ({
  selected: experiments[0]?.id ?? '',
  results: null,
  shown: new Map(),
  states: new Map(),
  settings: new Map(),
  isStarting: false,
  error: null,
}))

/** A part of the state, followed while the component is mounted. */
export function useExperiments<T>(selector: (state: ExperimentsState) => T): T {
  return useStore(experimentsStore, selector)
}

/** The settings of an experiment. */
export function settingsOf({ settings }: Pick<ExperimentsState, 'settings'>, experiment: string): ExperimentSettings {
  return settings.get(experiment) ?? firstSettings
}

/** The result that stands for an experiment: the one that runs, else the newest with an outcome, else the newest. */
export function newestResult({ results }: Pick<ExperimentsState, 'results'>, experiment: string) {
  const own = results?.filter((result) => result.experiment === experiment) ?? []
  return own.find(({ state }) => state === 'running') ?? own.find(({ agrees }) => agrees !== null) ?? own[0]
}

/** The name of the result that is shown of an experiment: the chosen one, or the one that stands for it. */
export function shownResult({ shown, results }: ExperimentsState, experiment: string): string | null {
  return shown.get(experiment) ?? newestResult({ results }, experiment)?.id ?? null
}

/** The result that runs now. */
export function runningResult({ results }: Pick<ExperimentsState, 'results'>): ResultSummary | undefined {
  return results?.find(({ state }) => state === 'running')
}

/** Changes what is set for an experiment. */
export function setSettings(experiment: string, change: Partial<ExperimentSettings>): void {
  experimentsStore.setState((state) => ({
    settings: new Map(state.settings).set(experiment, { ...settingsOf(state, experiment), ...change }),
  }))
}

/** Chooses an experiment and shows the screen. */
export function showExperiment(experiment: string): void {
  experimentsStore.setState({ selected: experiment })
  uiStore.getState().setScreen('experiments')
}

/** Chooses an experiment on the screen. */
export function selectExperiment(selected: string): void {
  experimentsStore.setState({ selected })
}

/** Puts the failure away. */
export function dismissError(): void {
  experimentsStore.setState({ error: null })
}

const followed = new Set<string>()

/** Each result that runs is an activity of its own: reading a finished one must not end the sign of another. */
function activityOf(id: string): string {
  return `experiment ${id}`
}

function take(state: ExperimentState): void {
  experimentsStore.setState(({ states, results }) => ({
    states: new Map(states).set(state.id, state),
    results: results?.map((result) => (result.id === state.id ? summarizeResult(state) : result)) ?? null,
  }))
  if (state.state !== 'running') return
  const title = experiments.find(({ id }) => id === state.experiment)?.title ?? state.experiment
  const done = state.variants.reduce((sum, { fraction }) => sum + fraction, 0)
  uiStore.getState().setActivity(activityOf(state.id), {
    label: `Experiment: ${title}`,
    fraction: done / Math.max(1, state.variants.length),
  })
}

/** Reads a result, and follows it while it runs; a broken line is taken up again. */
async function follow(id: string): Promise<void> {
  if (followed.has(id)) return
  followed.add(id)
  try {
    let isOver = false
    while (!isOver) {
      try {
        for await (const state of await client.experiments.follow({ id })) take(state)
        isOver = true
      } catch (error) {
        if (!isConnectionError(error)) throw error
        await whenConnected()
      }
    }
  } catch (error) {
    experimentsStore.setState({ error: messageOf(error) })
  } finally {
    followed.delete(id)
    uiStore.getState().setActivity(activityOf(id), null)
  }
}

/** Follows what runs to its end, and reads the list again. */
async function followToEnd(id: string): Promise<void> {
  await follow(id)
  await readList()
}

async function readList(): Promise<void> {
  try {
    experimentsStore.setState({ results: await client.experiments.list() })
  } catch (error) {
    experimentsStore.setState({ error: messageOf(error) })
  }
}

/** Reads the list of results; one that runs is followed. */
export async function loadResults(): Promise<void> {
  await readList()
  const running = runningResult(experimentsStore.getState())
  if (running) void followToEnd(running.id)
}

/** Reads a result where it is not known yet. */
export function ensureResult(id: string): void {
  if (!experimentsStore.getState().states.has(id)) void follow(id)
}

/** Shows an earlier result of an experiment. */
export function openResult(experiment: string, id: string): void {
  experimentsStore.setState(({ shown }) => ({ shown: new Map(shown).set(experiment, id) }))
}

/** Starts the experiment with what is set for it; a refusal stands in the state. */
export async function startExperiment(experiment: string): Promise<void> {
  const { size, seed, data } = settingsOf(experimentsStore.getState(), experiment)
  experimentsStore.setState({ isStarting: true, error: null })
  try {
    const { id } = await client.experiments.start({ experiment, size, seed, data: data.trim() || undefined })
    experimentsStore.setState(({ shown }) => {
      const next = new Map(shown)
      next.delete(experiment)
      return { shown: next }
    })
    await readList()
    void followToEnd(id)
  } catch (error) {
    experimentsStore.setState({ error: messageOf(error) })
  } finally {
    experimentsStore.setState({ isStarting: false })
  }
}

/** Ends the experiment after the present step. */
export async function stopExperiment(id: string): Promise<void> {
  try {
    await client.experiments.stop({ id })
  } catch (error) {
    experimentsStore.setState({ error: messageOf(error) })
  }
}
