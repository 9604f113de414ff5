// What a run is to the network on the screen: one of its own, trained as it is now or before its last change, or another network's.
import type { RunSummary } from '../../../shared/contract/runCalls'
import { sessionStore, useDocumentStore } from '../document/documentStore'
import { structureOf } from '../document/derived'
import type { DocumentSession } from '../document/DocumentSession'
import { useStore } from 'zustand'

/** `present`: trained as the network is now; `changed`: before its last change; `other`: of another document. */
export type RunRelation = 'present' | 'changed' | 'other'

/** What says whose a run is. */
export type RunMarks = Pick<RunSummary, 'id' | 'architecture' | 'structure' | 'documentPath' | 'session'>

/** What says which network is open. */
export interface OpenNetwork {
  readonly name: string
  readonly path: string | null
  /** The name under which runs of this opening are noted. */
  readonly session: string
  /** The run whose network was opened, where it is one. */
  readonly ofRun: string | null
  readonly structure: string
}

/** A run of a document that has a file is known by the file; one of a document without, by its opening, else by name and structure. */
function isOwn(run: RunMarks, open: OpenNetwork): boolean {
  if (run.id === open.ofRun || run.session === open.session) return true
  if (run.documentPath !== null) return run.documentPath === open.path
  return run.architecture === open.name && run.structure === open.structure
}

/** What a run is to a network. Of older runs and those of the command line nothing but the network itself is known. */
export function relateRun(run: RunMarks, open: OpenNetwork): RunRelation {
  if (!isOwn(run, open)) return 'other'
  return run.structure === open.structure ? 'present' : 'changed'
}

/** The network of a session, as runs are compared with it. */
export function openNetworkOf(session: DocumentSession): OpenNetwork {
  const { document, path } = session.state
  const { name } = document
  return { name, path, session: session.recovery, ofRun: session.ofRun, structure: structureOf(document) }
}

/** The same of the network on the screen, followed while the component is mounted. */
export function useOpenNetwork(): OpenNetwork {
  const session = useStore(sessionStore, ({ present }) => present)
  const document = useDocumentStore((state) => state.document)
  const path = useDocumentStore((state) => state.path)
  return {
    name: document.name,
    path,
    session: session.recovery,
    ofRun: session.ofRun,
    structure: structureOf(document),
  }
}
