// The windows around trained files, loaded when they are first needed.
import { lazy, Suspense } from 'react'
import { useStore } from 'zustand'
import { useRegisterCommands } from '../state/commands'
import { diffStore, modelCommands } from './diffStore'
import { pendingImport } from './pendingImport'

const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog')).ImportDialog }))
const DiffDialog = lazy(async () => ({ default: (await import('./DiffDialog')).DiffDialog }))

/** Stands in the frame of the app; shows nothing while no window is open. */
export function ModelWindows() {
  useRegisterCommands(modelCommands)
  const source = useStore(pendingImport, (state) => state.source)
  const isDiffing = useStore(diffStore, (state) => state.isOpen)
  return (
    <Suspense fallback={null}>
      {source && <ImportDialog source={source} />}
      {isDiffing && <DiffDialog />}
    </Suspense>
  )
}
