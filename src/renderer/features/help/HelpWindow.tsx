// The manual above all screens; loaded when it is opened first, with all its text.
import { lazy, Suspense } from 'react'
import { useStore } from 'zustand'
import { helpStore } from '../../kernel/dialogs/help'

const ManualDialog = lazy(async () => ({ default: (await import('./ManualDialog')).ManualDialog }))

/** The manual, where a page of it is open. */
export function HelpWindow() {
  const topic = useStore(helpStore, (state) => state.topic)
  if (topic === null) return null
  return (
    <Suspense>
      <ManualDialog topic={topic} />
    </Suspense>
  )
}
