// Ticks off the steps of the tour when the person really took them; not how the list looks (TourChecklist.tsx).
import { onCallSucceeded } from '../kernel/core/coreConnection'
import { documentStore, sessionStore } from '../session/document/documentStore'
import { uiStore, type TourStep } from '../kernel/ui/uiStore'

const stepsByCall: Readonly<Record<string, TourStep>> = {
  'training.start': 'trained',
  'models.predict': 'predicted',
}

/** Follows what the person does. @returns ends it */
export function followTour(): () => void {
  const finish = (step: TourStep): void => uiStore.getState().finishTourStep(step)
  const ends = [
    documentStore.subscribe((state, before) => {
      // Each network has its own ways to be changed: what differs between two is no step that was taken.
      if (state.apply !== before.apply) return
      const isChosen = state.document.dataset !== undefined && state.document.dataset !== before.document.dataset
      if (isChosen && state.past.length > before.past.length) finish('datasetChosen')
      const isEdited = state.past.length > before.past.length
      if (isEdited && state.document.nodes.length > before.document.nodes.length) finish('layerAdded')
    }),
    sessionStore.subscribe(({ tabs }, before) => {
      if (tabs.some((session) => !before.tabs.includes(session))) finish('opened')
    }),
    onCallSucceeded((path) => {
      const step = stepsByCall[path]
      if (step) finish(step)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
