// What trains now, anywhere: its line in the status bar and on the start page of every window, and word of its end; not the curves of one (runFollower.ts).
import { notifications } from '@mantine/notifications'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import type { RunningTraining } from '../../../../shared/contract/trainingCalls'
import { printAccuracy } from '../../../../shared/graph/printNumbers'
import { wordOfState } from '../../../../shared/training/runStates'
import { client } from '../../../kernel/core/client'
import { connectionStore } from '../../../kernel/core/coreConnection'
import { stateColors } from '../../../kernel/print/stateColors'
import { queryClient } from '../../../kernel/queries/queryClient'
import { runListQuery } from '../../../kernel/queries/runList'
import { uiStore } from '../../../kernel/ui/uiStore'
import { runningStore } from '../../../session/runs/runningTrainings'
import { runFollower, showRun } from './trainingStore'

const activityOf = (run: string): string => `training ${run}`

/** What the line says: `Training lenet5-1, epoch 3 of 20`. */
export function describeTraining({ name, state, epoch, epochs }: RunningTraining): string {
  const { title } = wordOfState(state)
  return epoch === null ? `${title} ${name}` : `${title} ${name}, epoch ${epoch} of ${epochs}`
}

function open(run: string): void {
  showRun(run)
  uiStore.getState().setScreen('train')
}

function showLine(training: RunningTraining): void {
  const { run, fraction } = training
  const label = describeTraining(training)
  uiStore.getState().setActivity(activityOf(run), { label, fraction, screen: 'train', open: () => open(run) })
}

/** Says how a run has ended; on the train screen, where it is shown, that is seen. */
function tellEnd({ id, name, state, test }: RunSummary): void {
  if (uiStore.getState().screen === 'train' && runFollower.store.getState().run === id) return
  const { title, tone } = wordOfState(state)
  const tested = test ? ` Test accuracy ${printAccuracy(test.top1)}.` : ''
  notifications.show({
    title: name,
    message: `Training ${title.toLowerCase()}.${tested}`,
    color: stateColors[tone],
    autoClose: 10_000,
    onClick: () => open(id),
  })
}

async function tellEnds(ended: readonly RunningTraining[]): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: runListQuery.queryKey })
  const runs = await queryClient.fetchQuery(runListQuery)
  for (const { run } of ended) {
    const summary = runs.find(({ id }) => id === run)
    // One that was refused before its first step has left no folder, and whoever asked for it was told.
    if (summary && summary.state !== 'running') tellEnd(summary)
  }
}

/** Takes over what trains now. The trainings of an experiment have its line, and end in its outcome. */
function take(shown: ReadonlyMap<string, RunningTraining>, list: readonly RunningTraining[]) {
  runningStore.setState({ trainings: list })
  const now = new Map(list.filter(({ isExperiment }) => !isExperiment).map((training) => [training.run, training]))
  for (const training of now.values()) showLine(training)
  const ended = [...shown.values()].filter(({ run }) => !now.has(run))
  for (const { run } of ended) uiStore.getState().setActivity(activityOf(run), null)
  if (ended.length > 0) tellEnds(ended).catch(() => {})
  return now
}

/** Keeps the lines of all windows right, from the first connection on and after each return of it. @returns ends it */
export function watchTrainings(): () => void {
  let shown: ReadonlyMap<string, RunningTraining> = new Map()
  let watching = new AbortController()
  const watch = async (): Promise<void> => {
    watching.abort()
    watching = new AbortController()
    const { signal } = watching
    try {
      for await (const list of await client.training.watch(undefined, { signal })) {
        if (signal.aborted) return
        shown = take(shown, list)
      }
    } catch {
      // The connection was lost, which the status bar says; with the next one it is watched again.
    }
  }
  const end = connectionStore.subscribe((state, before) => {
    if (state.connections !== before.connections) void watch()
  })
  if (connectionStore.getState().connections > 0) void watch()
  return () => {
    end()
    watching.abort()
    runningStore.setState({ trainings: [] })
    for (const run of shown.keys()) uiStore.getState().setActivity(activityOf(run), null)
  }
}
