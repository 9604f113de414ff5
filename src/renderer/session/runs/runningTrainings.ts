// What trains now, of any window and program, as the core last told it; asking for it is the training screen's part (watchTrainings.ts).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { RunningTraining } from '../../../shared/contract/trainingCalls'
import type { DocumentSession } from '../document/DocumentSession'

/** The trainings under way. */
export const runningStore = createStore<{ readonly trainings: readonly RunningTraining[] }>()(() => ({ trainings: [] }))

/** The same, followed while the component is mounted. */
export function useRunningTrainings(): readonly RunningTraining[] {
  return useStore(runningStore, ({ trainings }) => trainings)
}

/** The training of an opened network, where one is under way. */
export function trainingOf(
  { recovery, ofRun, state }: DocumentSession,
  trainings: readonly RunningTraining[],
): RunningTraining | undefined {
  return trainings.find(
    ({ run, session, documentPath, isExperiment }) =>
      run === ofRun ||
      (!isExperiment && (session === recovery || (documentPath !== null && documentPath === state.path))),
  )
}
