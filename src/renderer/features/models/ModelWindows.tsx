// The windows around trained files, loaded when they are first needed.
import { lazy, Suspense, useEffect } from 'react'
import { useStore } from 'zustand'
import { useRegisterCommands } from '../../kernel/commands/commands'
import { answerDiffRequests, diffStore, modelCommands } from './diff/diffStore'
import { pendingImport } from '../../session/document/pendingImport'

const ImportDialog = lazy(async () => ({ default: (await import('./import/ImportDialog')).ImportDialog }))
const DiffDialog = lazy(async () => ({ default: (await import('./diff/DiffDialog')).DiffDialog }))

/** Stands in the frame of the app; shows nothing while no window is open. */
export function ModelWindows() {
  useRegisterCommands(modelCommands)
  useEffect(answerDiffRequests, [])
  const source = useStore(pendingImport, (state) => state.source)
  const isDiffing = useStore(diffStore, (state) => state.isOpen)
  return (
    <Suspense fallback={null}>
      {source && <ImportDialog source={source} />}
      {isDiffing && <DiffDialog />}
    </Suspense>
  )
}
