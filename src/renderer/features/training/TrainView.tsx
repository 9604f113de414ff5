// What the train screen shows: what is chosen at the left, the run and its curves at the right.
import { useEffect, type ReactNode } from 'react'
import { useConnection } from '../../kernel/core/client'
import { useUiStore } from '../../kernel/ui/uiStore'
import { EmptyRun } from './run/EmptyRun'
import { useRunList } from '../../kernel/queries/runList'
import { relateRun, useOpenNetwork } from '../../session/runs/runRelation'
import { RunOrigin } from './run/RunOrigin'
import { RunView } from './run/RunView'
import { SetupPanel } from './setup/SetupPanel'
import { findRunAgain, useFollowedRun } from './follow/trainingStore'
import classes from './training.module.css'

/** The shown run as the list has it; undefined where none is shown, or it is only beginning. */
function useShownSummary() {
  const run = useFollowedRun((state) => state.run)
  const own = useFollowedRun((state) => state.summary)
  const { data: runs } = useRunList()
  return own ?? runs?.find(({ id }) => id === run)
}

/**
 * Recipe, pre-flight and the live curves of a run.
 * @param props.fineTuning what stands above the recipe: what is learnt of a network with weights
 */
export function TrainView({ fineTuning }: { readonly fineTuning: ReactNode }) {
  const run = useFollowedRun((state) => state.run)
  const summary = useShownSummary()
  const open = useOpenNetwork()
  const isForeign = summary !== undefined && relateRun(summary, open) === 'other'
  const wanted = useUiStore((state) => state.activeRun)
  const { connections } = useConnection()
  useEffect(() => {
    if (connections > 0 || wanted !== null) void findRunAgain()
  }, [wanted, connections])
  return (
    <div className={classes.screen}>
      <h1 className={classes.hidden}>Train</h1>
      {isForeign ? <RunOrigin run={summary} /> : <SetupPanel fineTuning={fineTuning} />}
      <div className={classes.run}>{run === null ? <EmptyRun /> : <RunView />}</div>
    </div>
  )
}
