// What is chosen on the screen of experiments; not their results (experimentQueries.ts), nor what they are (shared/lectures/experiments).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { experiments } from '../../../../shared/lectures/experiments/index'
import type { ResultSummary } from '../../../../shared/lectures/experiments/results'
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
  /** The result that is shown, by experiment; left out: the newest. */
  readonly shown: ReadonlyMap<string, string>
  readonly settings: ReadonlyMap<string, ExperimentSettings>
}

const firstSettings: ExperimentSettings = { size: 'full', seed: 1, data: '' }

/** The store behind `useExperiments`. */
export const experimentsStore = createStore<ExperimentsState>()(() => ({
  selected: experiments[0]?.id ?? '',
  shown: new Map(),
  settings: new Map(),
}))

/** A part of the state, followed while the component is mounted. */
export function useExperiments<T>(selector: (state: ExperimentsState) => T): T {
  return useStore(experimentsStore, selector)
}

/** The settings of an experiment. */
export function settingsOf({ settings }: Pick<ExperimentsState, 'settings'>, experiment: string): ExperimentSettings {
  return settings.get(experiment) ?? firstSettings
}

/** Results, newest first; left out until they were read once. */
export type Results = readonly ResultSummary[] | undefined

/** The result that stands for an experiment: the one that runs, else the newest with an outcome, else the newest. */
export function newestResult(results: Results, experiment: string): ResultSummary | undefined {
  const own = results?.filter((result) => result.experiment === experiment) ?? []
  return own.find(({ state }) => state === 'running') ?? own.find(({ agrees }) => agrees !== null) ?? own[0]
}

/** The name of the result that is shown of an experiment: the chosen one, or the one that stands for it. */
export function shownResult(
  { shown }: Pick<ExperimentsState, 'shown'>,
  results: Results,
  experiment: string,
): string | null {
  return shown.get(experiment) ?? newestResult(results, experiment)?.id ?? null
}

/** The result that runs now. */
export function runningResult(results: Results): ResultSummary | undefined {
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

/** Shows an earlier result of an experiment. */
export function openResult(experiment: string, id: string): void {
  experimentsStore.setState(({ shown }) => ({ shown: new Map(shown).set(experiment, id) }))
}

/** Shows the result that stands for an experiment, as after a start. */
export function showNewest(experiment: string): void {
  experimentsStore.setState(({ shown }) => {
    const next = new Map(shown)
    next.delete(experiment)
    return { shown: next }
  })
}
