// What can be done with a run elsewhere in the app: show, resume, evaluate; not its list (kernel/queries/runList.ts).
import type { RunSummary } from '../../../shared/contract/runCalls'
import { request } from '../../kernel/commands/requests'
import { uiStore } from '../../kernel/ui/uiStore'

/** Shows the curves of a run on the train screen. */
export function showCurves({ id }: RunSummary): void {
  request('training.showRun', id)
  uiStore.getState().setScreen('train')
}

/** Goes on with a run from its checkpoint, and shows it. */
export function resumeRun({ id }: RunSummary): void {
  uiStore.getState().setScreen('train')
  request('training.resumeRun', id)
}

/** Goes to the evaluate screen with a run. */
export function evaluateRun({ id }: RunSummary): void {
  uiStore.getState().setActiveRun(id)
  uiStore.getState().setScreen('evaluate')
}
