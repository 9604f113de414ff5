// What the whole app knows of the dataset: its line in the status bar, and following what the document names; not its screen.
import { documentStore } from '../document/documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { datasetStore, takeNotedDataset, type DatasetState } from './datasetStore'

/** Shows the reading of images in the status bar, whichever screen is shown. */
function showActivity({ isDescribing, progress }: DatasetState): void {
  const ui = uiStore.getState()
  if (!isDescribing) {
    if (ui.activities.has('dataset')) ui.setActivity('dataset', null)
    return
  }
  const fraction = progress && progress.total > 0 ? progress.done / progress.total : null
  ui.setActivity('dataset', { label: 'Reading the dataset', fraction, screen: 'data' })
}

/** Follows the dataset while the app runs. @returns ends it */
export function followDataset(): () => void {
  showActivity(datasetStore.getState())
  takeNotedDataset()
  const ends = [
    datasetStore.subscribe(showActivity),
    documentStore.subscribe(({ document }, before) => {
      if (document.dataset !== before.document.dataset) takeNotedDataset()
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
