// Long work on the network that holds the window up: what it is stands on the canvas before it begins; not the sign itself (BusySign.tsx).
import { canvasStore } from './canvasStore'

/** In a window that is not drawn nothing waits for a drawing. */
const longestWaitMs = 100

/** Resolves once what was changed is drawn. */
function nextPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, longestWaitMs)
    if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => setTimeout(resolve, 0))
  })
}

/** Does work under a sign that says what it is: `Expand "stage2"`. A failure takes the sign away, too. */
export async function whileBusy<T>(label: string, work: () => T | Promise<T>): Promise<T> {
  canvasStore.setState({ busyWith: label })
  try {
    await nextPaint()
    return await work()
  } finally {
    canvasStore.setState({ busyWith: null })
  }
}
