// What can be done to runs, and why it did not work; the list itself is a query (kernel/queries/runList.ts).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { client } from '../../kernel/core/client'
import { queryClient } from '../../kernel/queries/queryClient'
import { runListQuery } from '../../kernel/queries/runList'
import { showUndo } from '../../kernel/parts/showUndo'

/** The store behind `useRunsFailure`: why something that was done to runs did not work. */
const failureStore = createStore<{ readonly failure: unknown }>()(() => ({ failure: null }))

/** Why the last thing that was done to runs did not work; null where it did. */
export function useRunsFailure(): unknown {
  return useStore(failureStore, ({ failure }) => failure)
}

/** Reads the list anew. */
function loadRuns(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: runListQuery.queryKey })
}

/** Does something to runs, reads the list anew and shows a failure in its place. */
async function act(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    failureStore.setState({ failure: null })
    await loadRuns()
    return true
  } catch (error) {
    failureStore.setState({ failure: error })
    return false
  }
}

function change(run: string, fields: Partial<RunSummary>): void {
  queryClient.setQueryData(runListQuery.queryKey, (runs) =>
    runs?.map((summary) => (summary.id === run ? { ...summary, ...fields } : summary)),
  )
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

/** Keeps the tags of a run. */
export async function tagRun(run: string, tags: readonly string[]): Promise<void> {
  change(run, { tags: [...tags] })
  await act(() => client.runs.update({ run, tags: [...tags] }))
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
  failureStore.setState({ failure: null })
}
