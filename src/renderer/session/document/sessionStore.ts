// The opened networks in the order of their tabs, and which of them is on the screen; not what one holds (DocumentSession.ts).
import { createStore } from 'zustand/vanilla'
import type { NetworkDocument } from '../../../shared/graph/document'
import { DocumentSession, emptyDocument, type Opening } from './DocumentSession'

export interface OpenSessions {
  /** Never empty: where nothing is open there is one that was not begun. */
  readonly tabs: readonly DocumentSession[]
  /** The one on the screen, one of `tabs`. */
  readonly present: DocumentSession
}

function begin(): OpenSessions {
  const present = DocumentSession.open(emptyDocument())
  return { tabs: [present], present }
}

/** The opened networks. */
export const sessionStore = createStore<OpenSessions>()(begin)

/** All opened networks, in the order of their tabs. */
export function openSessions(): readonly DocumentSession[] {
  return sessionStore.getState().tabs
}

/** The network that is on the screen now. */
export function presentSession(): DocumentSession {
  return sessionStore.getState().present
}

/** Whether a session is the one on the screen. */
export function isPresent(session: DocumentSession): boolean {
  return presentSession() === session
}

/** Whether a session is still open, on the screen or behind it. */
export function isOpen(session: DocumentSession): boolean {
  return openSessions().includes(session)
}

/** Whether nobody would miss a network: it has no file, no layers and no history. */
export function isUntouched({ state }: DocumentSession): boolean {
  const { document, path, isDirty, past, future } = state
  const { nodes, notes = [], dataset } = document
  return path === null && !isDirty && past.length + future.length + nodes.length + notes.length === 0 && !dataset
}

/** Opens a network in a tab behind the present one, or in its place where nobody would miss that. @returns the session */
export function openSession(document: NetworkDocument = emptyDocument(), opening: Opening = {}): DocumentSession {
  const opened = DocumentSession.open(document, opening)
  sessionStore.setState(({ tabs, present }) => {
    if (opening.isBehind) return { tabs: [...tabs, opened] }
    const [at, replaced] = isUntouched(present) ? [tabs.indexOf(present), 1] : [tabs.indexOf(present) + 1, 0]
    return { tabs: tabs.toSpliced(at, replaced, opened), present: opened }
  })
  return opened
}

/** Puts an opened network on the screen; nothing where it was closed. */
export function showSession(session: DocumentSession): void {
  if (isOpen(session) && !isPresent(session)) sessionStore.setState({ present: session })
}

/** Closes a network, saved or not; its neighbour comes to the screen, or one that was not begun. */
export function closeSession(session: DocumentSession): void {
  const { tabs, present } = sessionStore.getState()
  const at = tabs.indexOf(session)
  if (at < 0) return
  const left = tabs.toSpliced(at, 1)
  if (left.length === 0) return sessionStore.setState(begin())
  const next = left[Math.min(at, left.length - 1)] ?? present
  sessionStore.setState({ tabs: left, present: session === present ? next : present })
}

/** Moves the tab of a network to a place, counted without it. */
export function moveSession(session: DocumentSession, to: number): void {
  const { tabs } = sessionStore.getState()
  const others = tabs.filter((each) => each !== session)
  if (others.length === tabs.length || tabs[to] === session) return
  sessionStore.setState({ tabs: others.toSpliced(Math.max(0, Math.min(to, others.length)), 0, session) })
}

/** Calls back with each session that was closed. @returns ends it */
export function whenSessionsClose(listener: (session: DocumentSession) => void): () => void {
  return sessionStore.subscribe(({ tabs }, before) => {
    if (tabs === before.tabs) return
    for (const session of before.tabs) if (!tabs.includes(session)) listener(session)
  })
}
