// The network that is on the screen, with the hooks that follow it; what awaits something takes `presentSession()` first and keeps to that.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Analysis } from '../../../shared/network/analyze'
import type { Inference } from '../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../shared/graph/document'
import { parseDocument } from '../../../shared/graph/schema'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { analysisOf, inferenceOf } from './derived'
import { DocumentSession, emptyDocument, type Opening, type SessionState } from './DocumentSession'

/** Which session is on the screen. */
export const sessionStore = createStore<{ readonly present: DocumentSession }>()(() => ({
  present: DocumentSession.open(emptyDocument()),
}))

/** The network that is on the screen now. */
export function presentSession(): DocumentSession {
  return sessionStore.getState().present
}

/** Whether a session is still the one on the screen. */
export function isPresent(session: DocumentSession): boolean {
  return presentSession() === session
}

/** Puts a network on the screen in a session of its own. @returns the session */
export function openSession(document: NetworkDocument = emptyDocument(), opening: Opening = {}): DocumentSession {
  const present = DocumentSession.open(document, opening)
  sessionStore.setState({ present })
  return present
}

/** The same from a document's text. @throws NetloomError as `parseDocument`; then nothing changed */
export function openText(text: string, opening: Opening = {}): DocumentSession {
  return openSession(parseDocument(text), opening)
}

/** Rises with every network that is opened, followed while the component is mounted. */
export function useSessionNumber(): number {
  return useStore(sessionStore, ({ present }) => present.number)
}

/** The state of the network on the screen, as one store: it goes over to another session's when one is opened. */
export const documentStore = {
  getState: (): SessionState => presentSession().state,
  getInitialState: (): SessionState => presentSession().state,
  subscribe(listener: (state: SessionState, before: SessionState) => void): () => void {
    let session = presentSession()
    let end = session.store.subscribe(listener)
    const endSessions = sessionStore.subscribe(({ present }) => {
      if (present === session) return
      const before = session.state
      end()
      session = present
      end = session.store.subscribe(listener)
      listener(session.state, before)
    })
    return () => {
      end()
      endSessions()
    }
  },
}

groundCommandsOn(documentStore)

/** A part of the document's state, followed while the component is mounted. */
export function useDocumentStore<T>(selector: (state: SessionState) => T): T {
  return useStore(documentStore, selector)
}

/** The present document. */
export function useDocument(): NetworkDocument {
  return useDocumentStore((state) => state.document)
}

/** Ids of the selected nodes. */
export function useSelection(): ReadonlySet<string> {
  return useDocumentStore((state) => state.selection)
}

/** Shapes and weights of the present document. */
export function useInference(): Inference {
  return useDocumentStore((state) => inferenceOf(state.document))
}

/** Counts of the present document: parameters, MACs, memory, receptive fields. */
export function useAnalysis(): Analysis {
  return useDocumentStore((state) => analysisOf(state.document))
}
