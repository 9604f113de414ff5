// Choosing a dataset's folder in a dialog or by dropping it.
import { notifications } from '@mantine/notifications'
import { choosePath } from '../../../kernel/dialogs/questions'
import { showFailure } from '../../../kernel/failures/showFailure'
import { chooseDataset } from '../../../session/dataset/datasetStore'

function browse(kind: 'openFolder' | 'openCsv', failure: string): void {
  choosePath(kind)
    .then((path) => (path === null ? undefined : chooseDataset({ reference: path, options: {} })))
    .catch((error: unknown) => showFailure(failure, error))
}

/** Opens the folder dialog and then the dataset; nothing where it is cancelled. */
export function browseDataset(): void {
  browse('openFolder', 'The folder was not opened')
}

/** The same for a CSV list of images. */
export function browseCsv(): void {
  browse('openCsv', 'The CSV list was not opened')
}

/** Opens what was dropped, where the program learns its path; a browser is not told it, and says so. */
export function openDropped(files: ArrayLike<File>): void {
  const [file] = Array.from(files)
  const path = file && window.netloom?.pathOf(file)
  if (path) {
    void chooseDataset({ reference: path, options: {} })
    return
  }
  notifications.show({
    color: 'yellow',
    title: 'A browser does not say where a dropped folder lies',
    message: 'Browse for the folder, or type its path.',
  })
}
