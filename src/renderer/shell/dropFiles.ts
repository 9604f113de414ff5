// What happens to files dropped anywhere on the window: documents and models open, images go to the prediction, folders to the data.
import { notifications } from '@mantine/notifications'
import { isWritableName } from '../../shared/graph/fileNames'
import { requestImport } from '../session/document/pendingImport'
import { chooseDataset } from '../session/dataset/datasetStore'
import { uiStore } from '../kernel/ui/uiStore'
import { isForeignModel, openLoose, openPath } from '../session/document/documentFlows'
import { showFailure } from '../kernel/failures/showFailure'

const image = /\.(?:png|jpe?g|webp|gif|bmp|tiff?|avif)$/i

function explain(message: string): void {
  notifications.show({ message, color: 'gray', withBorder: true, autoClose: 10_000 })
}

async function take(file: File): Promise<void> {
  const path = window.netloom?.pathOf(file)
  if (isWritableName(file.name)) {
    if (path) await openPath(path)
    else openLoose({ text: await file.text() })
  } else if (isForeignModel(file.name)) {
    if (path) await openPath(path)
    else requestImport({ file, name: file.name })
  } else if (image.test(file.name) || file.type.startsWith('image/')) {
    uiStore.getState().dropImage(file)
    uiStore.getState().setScreen('evaluate')
  } else {
    explain(`${file.name} is no network document, no ONNX model and no image.`)
  }
}

function takeFolder(file: File | null): void {
  const path = file && window.netloom?.pathOf(file)
  uiStore.getState().setScreen('data')
  if (path) void chooseDataset({ reference: path, options: {} })
  else explain('A browser does not tell where a dropped folder lies. Choose it here.')
}

/** Takes files dropped on the window that no screen took. @returns ends it */
export function takeDroppedFiles(): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  const drop = (event: DragEvent): void => {
    const item = event.dataTransfer?.items[0]
    if (event.defaultPrevented || item?.kind !== 'file') return
    event.preventDefault()
    const file = item.getAsFile()
    if (item.webkitGetAsEntry()?.isDirectory) takeFolder(file)
    else if (file) take(file).catch((error: unknown) => showFailure('The file was not opened', error))
  }
  window.addEventListener('dragover', over)
  window.addEventListener('drop', drop)
  return () => {
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', drop)
  }
}
