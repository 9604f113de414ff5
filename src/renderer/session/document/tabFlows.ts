// Going from one opened network to another, closing one, with the questions on the way; not how tabs look (shell/bars/TabBar).
import { screenNames, uiStore, type WorkScreen } from '../../kernel/ui/uiStore'
import { leaveDocument } from './documentFlows'
import type { DocumentSession } from './DocumentSession'
import {
  closeSession,
  isPresent,
  isUntouched,
  openSessions,
  presentSession,
  sessionStore,
  showSession,
} from './sessionStore'

/** The work screen on which each network was seen last. */
const screens = new WeakMap<DocumentSession, WorkScreen>()

uiStore.subscribe(({ screen }) => {
  const shown = screenNames.find((name) => name === screen)
  if (shown) screens.set(presentSession(), shown)
})

/** Puts an opened network on the screen, on the work screen where it was left. */
export function showTab(session: DocumentSession): void {
  showSession(session)
  if (isPresent(session)) uiStore.getState().setScreen(screens.get(session) ?? 'design')
}

/** Shows the network `step` tabs behind the present one, around the ends. */
export function showNextTab(step: 1 | -1): void {
  const tabs = openSessions()
  const next = tabs[(tabs.indexOf(presentSession()) + step + tabs.length) % tabs.length]
  if (next) showTab(next)
}

/** Whether there is anything that a person can close. */
export function canCloseTab(): boolean {
  return openSessions().length > 1 || !isUntouched(presentSession())
}

/** Closes a network, after asking about its unsaved changes. @returns whether it is closed */
export async function closeTab(session: DocumentSession = presentSession()): Promise<boolean> {
  // One sees what one is asked about.
  if (session.state.isDirty) showTab(session)
  if (!(await leaveDocument(session))) return false
  const isShown = isPresent(session)
  closeSession(session)
  const { present, tabs } = sessionStore.getState()
  if (tabs.length === 1 && isUntouched(present)) uiStore.getState().setScreen('welcome')
  else if (isShown) showTab(present)
  return true
}

/** Asks about the unsaved changes of all networks, as before the window closes. @returns whether it may close */
export async function leaveAll(): Promise<boolean> {
  for (const session of openSessions()) {
    if (!session.state.isDirty) continue
    showTab(session)
    if (!(await leaveDocument(session))) return false
  }
  return true
}
