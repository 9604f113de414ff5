// The train screen: what is chosen at the left, the run and its curves at the right.
import { useEffect } from 'react'
import { useConnection } from '../../kernel/core/client'
import { useUiStore } from '../../kernel/ui/uiStore'
import { EmptyRun } from './run/EmptyRun'
import { RunView } from './run/RunView'
import { SetupPanel } from './setup/SetupPanel'
import { findRunAgain, useFollowedRun } from './follow/trainingStore'
import classes from './training.module.css'

/** Recipe, pre-flight and the live curves of a run. */
export function TrainScreen() {
  const run = useFollowedRun((state) => state.run)
  const wanted = useUiStore((state) => state.activeRun)
  const { connections } = useConnection()
  useEffect(() => {
    if (connections > 0 || wanted !== null) void findRunAgain()
  }, [wanted, connections])
  return (
    <div className={classes.screen}>
      <h1 className={classes.hidden}>Train</h1>
      <SetupPanel />
      <div className={classes.run}>{run === null ? <EmptyRun /> : <RunView />}</div>
    </div>
  )
}
