// The dialog that exports a model, over whatever screen it was asked for on; loaded when it is first needed.
import { lazy, Suspense } from 'react'
import { useStore } from 'zustand'
import { exportStore, showExport } from './model/exportStore'

const ExportDialog = lazy(async () => ({ default: (await import('./model/ExportDialog')).ExportDialog }))

/** The dialog, while it is open. */
export function ExportWindow() {
  const model = useStore(exportStore, (state) => state.model)
  if (!model) return null
  return (
    <Suspense fallback={null}>
      <ExportDialog model={model} onClose={() => showExport(null)} />
    </Suspense>
  )
}
