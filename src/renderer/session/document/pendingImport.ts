// The file of another program that was asked for; a store of its own, so that opening files does not load the import (importStore.ts).
import { createStore } from 'zustand/vanilla'

/** The file that is imported: by its path, or its content where a browser gives no path. */
export interface ImportSource {
  readonly name: string
  readonly path?: string
  readonly file?: File
}

/** The file whose dialog is open; null where there is none. */
export const pendingImport = createStore<{ readonly source: ImportSource | null }>()(() => ({ source: null }))

/** Opens the dialog that imports a file. */
export function requestImport(source: ImportSource): void {
  pendingImport.setState({ source })
}

/** Resolves when the dialog of a file is closed, whatever came of it; at once where it is not open. */
export function whenImportEnds(path: string): Promise<void> {
  return new Promise((resolve) => {
    const isOpen = (): boolean => pendingImport.getState().source?.path === path
    if (!isOpen()) return resolve()
    const end = pendingImport.subscribe(() => {
      if (isOpen()) return
      end()
      resolve()
    })
  })
}
