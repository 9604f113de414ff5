// What can be done with a run elsewhere in the app: show, resume, evaluate, open its network; not its list (runsStore.ts).
import type { RunSummary } from '../../../shared/contract/runCalls'
import { openLoose } from '../../session/document/documentFlows'
import { showFailure } from '../../kernel/failures/showFailure'
import { request } from '../../kernel/commands/requests'
import { client } from '../../kernel/core/client'
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

/** Opens the network as it was trained, as a document of its own. */
export async function openNetwork({ id, name }: RunSummary): Promise<void> {
  try {
    await openLoose({ text: await client.runs.document({ run: id }) })
  } catch (error) {
    showFailure(`The network of ${name} cannot be opened`, error)
  }
}
