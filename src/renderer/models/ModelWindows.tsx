// The windows around trained files, loaded when they are first needed.
import { lazy, Suspense } from 'react'
import { useStore } from 'zustand'
import { pendingImport } from './pendingImport'

const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog')).ImportDialog }))

/** Stands in the frame of the app; shows nothing while no window is open. */
export function ModelWindows() {
  const source = useStore(pendingImport, (state) => state.source)
  return <Suspense fallback={null}>{source && <ImportDialog source={source} />}</Suspense>
}
