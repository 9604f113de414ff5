// The runs that the core keeps, for every screen that lists some of them; what is done to runs stands in features/runs.
import { useQuery } from '@tanstack/react-query'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { queries } from './queryClient'

/** The list as a query: read anew by whoever opens a screen that shows it, since runs also come from other programs. */
export const runListQuery = queries.runs.list.queryOptions({ staleTime: 0 })

/** All runs, followed while the component is mounted; undefined until they were read once. */
export function useRunList() {
  return useQuery(runListQuery)
}

/** Whether a run has weights that can be used. */
export function hasWeights({ epochs, state }: RunSummary): boolean {
  return epochs > 0 || state === 'finished'
}
