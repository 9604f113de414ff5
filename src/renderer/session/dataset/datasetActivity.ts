// The line of the status bar while a dataset is read, whichever screen is shown.
import { uiStore } from '../../kernel/ui/uiStore'
import { datasetStore, type DatasetState } from './datasetStore'

function show({ isDescribing, progress }: DatasetState): void {
  const ui = uiStore.getState()
  if (!isDescribing) {
    if (ui.activities.has('dataset')) ui.setActivity('dataset', null)
    return
  }
  const fraction = progress && progress.total > 0 ? progress.done / progress.total : null
  ui.setActivity('dataset', { label: 'Reading the dataset', fraction, screen: 'data' })
}

/** Follows the reading of datasets while the app runs. @returns ends it */
export function showDatasetActivity(): () => void {
  show(datasetStore.getState())
  return datasetStore.subscribe(show)
}
