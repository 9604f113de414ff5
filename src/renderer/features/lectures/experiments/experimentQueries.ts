// What the core knows of experiments: the list of results, each result as it stands and goes on, and starting and stopping one.
import { useQuery } from '@tanstack/react-query'
import { client, isConnectionError } from '../../../kernel/core/client'
import { Action } from '../../../kernel/queries/action'
import { queries, queryClient } from '../../../kernel/queries/queryClient'
import { experimentsStore, settingsOf, showNewest } from './experimentsStore'

/** All results, newest first. */
export const resultList = queries.experiments.list.queryOptions()

/** A result, and every change of one that runs; a broken line is taken up again. */
export function resultOptions(id: string) {
  return queries.experiments.follow.experimental_liveOptions({
    input: { id },
    retry: (_, error) => isConnectionError(error),
    retryDelay: 500,
  })
}

/** The list of results, read anew whenever the screen is opened. */
export function useResults() {
  return useQuery({ ...resultList, refetchOnMount: 'always' })
}

/** A result; nothing is asked where there is none. */
export function useResult(id: string | null) {
  return useQuery({ ...resultOptions(id ?? ''), enabled: id !== null })
}

/** Starts an experiment with what is set for it. */
export const starting = new Action(async (experiment: string) => {
  const { size, seed, data } = settingsOf(experimentsStore.getState(), experiment)
  await client.experiments.start({ experiment, size, seed, data: data.trim() || undefined })
  showNewest(experiment)
  await queryClient.invalidateQueries({ queryKey: resultList.queryKey })
})

/** Ends a result that runs, after its present step. */
export const stopping = new Action((id: string) => client.experiments.stop({ id }))
