// Which model is meant when a person just says export, on whatever screen; not the dialog (ExportDialog.tsx).
import type { RunSummary } from '../../../../shared/contract/runCalls'
import { ask } from '../../../kernel/dialogs/questions'
import { queryClient } from '../../../kernel/queries/queryClient'
import { runListQuery } from '../../../kernel/queries/runList'
import { uiStore } from '../../../kernel/ui/uiStore'
import { evaluationStore, modelOfRun, ownRuns, presentModel, usableRuns, type ChosenModel } from './evaluationStore'
import { canExport, showExport } from './exportStore'

/**
 * What is meant on the screen as it is: on Evaluate the chosen model, else the run that is shown where it is this network's,
 * the network's own weights, its newest run.
 */
export function findExport(runs: readonly RunSummary[]): ChosenModel | null {
  const { screen, activeRun } = uiStore.getState()
  const { model: chosen } = evaluationStore.getState()
  if (screen === 'evaluate' && chosen && canExport(chosen)) return chosen
  const own = ownRuns(usableRuns(runs))
  const shown = own.find(({ id }) => id === activeRun)
  if (shown) return modelOfRun(shown)
  const present = presentModel()
  if (present) return present
  return own[0] ? modelOfRun(own[0]) : null
}

/** Opens the dialog for what is meant; where nothing is trained yet, says so with the ways on. */
export async function exportPresent(): Promise<void> {
  const model = findExport(await queryClient.fetchQuery(runListQuery))
  if (model) return showExport(model)
  const answer = await ask({
    title: 'There is nothing to export yet',
    message: 'This network has no trained weights. Train it, or choose a model on Evaluate and export that.',
    choices: [
      { value: 'evaluate', label: 'Choose a model' },
      { value: 'train', label: 'Go to Train', tone: 'main' },
    ],
  })
  if (answer === 'train' || answer === 'evaluate') uiStore.getState().setScreen(answer)
}
