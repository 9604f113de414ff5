// The keyboard's place after what had it is gone: a dialog that closes, a screen or network that is exchanged; not which element that is at first.
import { datasetStore } from '../session/dataset/datasetStore'
import { sessionStore } from '../session/document/documentStore'
import { canvasElementId, insideElementId } from '../session/view/canvasFocus'
import { uiStore } from '../kernel/ui/uiStore'

/** What floats above the screen: its own elements are no place to go back to. */
const overlays = '[aria-modal="true"], [role="dialog"], [role="menu"], [role="listbox"], [data-portal]'
/** The screen's own element, which takes the focus where nothing inside it is meant. */
const screenId = 'screen'
/** Dialogs fade away, and screens are fetched, before the focus has a place. */
const looksMs = [30, 120, 300, 700, 1500, 3000] as const

function isFocusable(element: HTMLElement | null): element is HTMLElement {
  return element !== null && element.isConnected && !element.matches(':disabled') && !element.closest('[inert]')
}

/** Where work goes on: the canvas on the design screen, else the screen itself. */
function findHome(): HTMLElement | null {
  if (uiStore.getState().screen !== 'design') return document.getElementById(screenId)
  return document.getElementById(insideElementId) ?? document.getElementById(canvasElementId)
}

/** Whether nothing has the focus and nothing that is open will take it. */
function isLost(): boolean {
  const { activeElement } = document
  const isNowhere = activeElement === null || activeElement === document.body
  return isNowhere && document.querySelector('[aria-modal="true"]') === null
}

/** Keeps the focus in the window while the app runs. @returns ends it */
export function keepFocus(): () => void {
  let last: HTMLElement | null = null
  let timers: ReturnType<typeof setTimeout>[] = []
  const note = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && !target.closest(overlays)) last = target
  }
  /** @param isOverlay a dialog went: the focus comes back to where it was; else only what is gone needs a place */
  const look = (isOverlay: boolean): void => {
    if (!isLost()) return
    if (isFocusable(last)) {
      if (isOverlay) last.focus({ preventScroll: true })
    } else findHome()?.focus({ preventScroll: true })
  }
  const lookSoon = (isOverlay: boolean): void => {
    for (const timer of timers) clearTimeout(timer)
    timers = looksMs.map((waitMs) => setTimeout(look, waitMs, isOverlay))
  }
  // All dialogs lie in places of their own beside the app.
  const observer = new MutationObserver((changes) => {
    const removed = changes.flatMap(({ removedNodes }) => [...removedNodes])
    if (removed.some((node) => node instanceof Element && hasDialog(node))) lookSoon(true)
    observePortals()
  })
  const observePortals = (): void => {
    observer.observe(document.body, { childList: true })
    for (const portal of document.body.querySelectorAll(':scope > [data-portal]'))
      observer.observe(portal, { childList: true })
  }
  observePortals()
  document.addEventListener('focusin', note)
  const ends = [
    uiStore.subscribe(({ screen }, before) => screen !== before.screen && lookSoon(false)),
    sessionStore.subscribe(() => lookSoon(false)),
    datasetStore.subscribe(({ chosen, description }, before) => {
      if (chosen !== before.chosen || (description === null) !== (before.description === null)) lookSoon(false)
    }),
  ]
  return () => {
    for (const timer of timers) clearTimeout(timer)
    for (const end of ends) end()
    observer.disconnect()
    document.removeEventListener('focusin', note)
  }
}

function hasDialog(element: Element): boolean {
  const dialog = '[role="dialog"]'
  return element.matches(dialog) || element.querySelector(dialog) !== null
}
