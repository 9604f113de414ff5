// The window in which a dataset is made, above all screens; loaded when it is opened first. And the commands that open it.
import { lazy, Suspense } from 'react'
import { datasetStore } from '../../session/dataset/datasetStore'
import { useRegisterCommands, type Command } from '../../kernel/commands/commands'
import { showFailure } from '../../kernel/failures/showFailure'
import { openCollect, useCollect } from './collectStore'

const CollectDialog = lazy(async () => ({ default: (await import('./CollectDialog')).CollectDialog }))

/** The folder of the dataset that is looked at, where images can be added to it. */
function openFolder(): string | null {
  const { chosen, description } = datasetStore.getState()
  return chosen && description?.kind === 'folder' ? chosen.reference.replace(/^folder:/, '') : null
}

/** What opens the window. */
export const collectCommands: readonly Command[] = [
  {
    id: 'data.make',
    title: 'Make a dataset from images or the webcam...',
    group: 'Data',
    run: () => openCollect(),
  },
  {
    id: 'data.addImages',
    title: 'Add images to this dataset...',
    group: 'Data',
    isEnabled: () => openFolder() !== null,
    run: async () => {
      const folder = openFolder()
      if (folder === null) return
      await openCollect(folder).catch((error: unknown) => showFailure('The folder was not taken up', error))
    },
  },
]

/** Stands in the frame of the app; shows nothing while it is closed. */
export function CollectWindow() {
  useRegisterCommands(collectCommands)
  const isOpen = useCollect((state) => state.isOpen)
  if (!isOpen) return null
  return (
    <Suspense>
      <CollectDialog />
    </Suspense>
  )
}
