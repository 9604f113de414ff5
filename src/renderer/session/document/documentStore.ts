// The network that is on the screen, with the hooks that follow it; what awaits something takes `presentSession()` first and keeps to that.
import { useStore } from 'zustand'
import type { Analysis } from '../../../shared/network/analyze'
import type { Inference } from '../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../shared/graph/document'
import { parseDocument } from '../../../shared/graph/schema'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { analysisOf, inferenceOf } from './derived'
import type { DocumentSession, Opening, SessionState } from './DocumentSession'
import { followPresent } from './perSession'
import { openSession, sessionStore } from './sessionStore'

export {
  closeSession,
  isOpen,
  isPresent,
  isUntouched,
  moveSession,
  openSession,
  openSessions,
  presentSession,
  sessionStore,
  showSession,
  whenSessionsClose,
} from './sessionStore'

/** Opens a document's text, as `openSession`. @throws NetloomError as `parseDocument`; then nothing changed */
export function openText(text: string, opening: Opening = {}): DocumentSession {
  return openSession(parseDocument(text), opening)
}

/** The number of the network on the screen, followed while the component is mounted. */
export function useSessionNumber(): number {
  return useStore(sessionStore, ({ present }) => present.number)
}

/** The state of the network on the screen, as one store: it goes over to another session's when one is opened. */
export const documentStore = followPresent<SessionState>((session) => session.store)

groundCommandsOn(documentStore)
groundCommandsOn(sessionStore)

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
