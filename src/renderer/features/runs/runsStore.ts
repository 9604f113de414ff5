// The list of runs with what can be done to them, and the epochs of the runs that are laid over each other.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { client, messageOf } from '../../kernel/core/client'
import type { EpochRow } from './overlayData'
import { showUndo } from '../../kernel/parts/showUndo'

export interface RunsState {
  /** null until they were read once. */
  readonly runs: readonly RunSummary[] | null
  readonly error: string | null
  /** Epochs by run folder, with the number of epochs that they were read for. */
  readonly epochs: ReadonlyMap<string, { readonly of: number; readonly rows: readonly EpochRow[] }>
}

/** The store behind `useRuns`. */
export const runsStore = createStore<RunsState>()(() => ({ runs: null, error: null, epochs: new Map() }))

/** A part of the runs' state, followed while the component is mounted. */
export function useRuns<T>(selector: (state: RunsState) => T): T {
  return useStore(runsStore, selector)
}

/** Reads the list anew; a failure stands in the state. */
export async function loadRuns(): Promise<void> {
  try {
    runsStore.setState({ runs: await client.runs.list(), error: null })
  } catch (error) {
    runsStore.setState({ error: messageOf(error) })
  }
}

/** Reads the epochs of runs where they are not known or have grown. */
export async function loadEpochs(runs: readonly RunSummary[]): Promise<void> {
  const { epochs } = runsStore.getState()
  const missing = runs.filter(({ id, epochs: count }) => epochs.get(id)?.of !== count)
  await Promise.all(
    missing.map(async ({ id, epochs: count }) => {
      try {
        // No steps are needed here, and a long run has 100,000 of them.
        const rows = (await client.runs.metrics({ run: id, fromStep: Number.MAX_SAFE_INTEGER })).epochs
        runsStore.setState((state) => ({ epochs: new Map(state.epochs).set(id, { of: count, rows }) }))
      } catch (error) {
        runsStore.setState({ error: messageOf(error) })
      }
    }),
  )
}

/** Does something to runs, reads the list anew and shows a failure in its place. */
async function act(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    await loadRuns()
    return true
  } catch (error) {
    runsStore.setState({ error: messageOf(error) })
    return false
  }
}

function change(run: string, fields: Partial<RunSummary>): void {
  runsStore.setState(({ runs }) => ({
    runs: runs?.map((summary) => (summary.id === run ? { ...summary, ...fields } : summary)) ?? null,
  }))
}

/** Gives a run another name. */
export async function renameRun(run: string, name: string): Promise<void> {
  change(run, { name })
  await act(() => client.runs.update({ run, name }))
}

/** Keeps a note with a run. */
export async function noteRun(run: string, note: string): Promise<void> {
  change(run, { note })
  await act(() => client.runs.update({ run, note }))
}

/** Moves runs to the trash, and offers to bring them back. */
export async function trashRuns(runs: readonly RunSummary[]): Promise<void> {
  const gone: RunSummary[] = []
  await act(async () => {
    for (const run of runs) {
      await client.runs.trash({ run: run.id })
      gone.push(run)
    }
  })
  const [first] = gone
  if (!first) return
  const message = gone.length === 1 ? `${first.name} is in the trash.` : `${gone.length} runs are in the trash.`
  showUndo(message, async () => {
    await act(async () => {
      for (const run of gone.toReversed()) await client.runs.restore({ run: run.id })
    })
  })
}

/** Puts the failure away. */
export function dismissError(): void {
  runsStore.setState({ error: null })
}
