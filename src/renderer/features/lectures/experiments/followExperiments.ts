// What the whole app knows of an experiment that runs: its line in the status bar, and that the list is old at its end; not its screen.
import { QueryObserver } from '@tanstack/react-query'
import { experiments } from '../../../../shared/lectures/experiments/index'
import type { ExperimentState } from '../../../../shared/lectures/experiments/results'
import { queryClient } from '../../../kernel/queries/queryClient'
import { uiStore } from '../../../kernel/ui/uiStore'
import { resultList, resultOptions } from './experimentQueries'
import { runningResult } from './experimentsStore'

const activity = 'experiment'

function showActivity({ experiment, variants }: ExperimentState): void {
  const title = experiments.find(({ id }) => id === experiment)?.title ?? experiment
  const done = variants.reduce((sum, { fraction }) => sum + fraction, 0)
  uiStore.getState().setActivity(activity, {
    label: `Experiment: ${title}`,
    fraction: done / Math.max(1, variants.length),
    screen: 'experiments',
  })
}

/** Follows one result to its end. @returns ends it, and takes its line away */
function followResult(id: string): () => void {
  const observer = new QueryObserver(queryClient, { ...resultOptions(id), refetchOnMount: 'always' })
  const end = observer.subscribe(({ data, isFetching }) => {
    if (data?.state === 'running') showActivity(data)
    if (isFetching) return
    // It has ended, or cannot be followed: the list says which.
    uiStore.getState().setActivity(activity, null)
    void queryClient.invalidateQueries({ queryKey: resultList.queryKey })
  })
  return () => {
    end()
    uiStore.getState().setActivity(activity, null)
  }
}

/** Follows what runs, also what was started elsewhere or before a reload. @returns ends it */
export function followExperiments(): () => void {
  let followed: { readonly id: string; readonly end: () => void } | undefined
  const endList = new QueryObserver(queryClient, resultList).subscribe(({ data }) => {
    const running = runningResult(data)
    if (running?.id === followed?.id) return
    followed?.end()
    followed = running && { id: running.id, end: followResult(running.id) }
  })
  return () => {
    endList()
    followed?.end()
  }
}
