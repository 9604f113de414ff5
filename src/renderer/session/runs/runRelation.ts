// What a run is to the network on the screen: one of its own, trained as it is now or before its last change, or another network's.
import type { RunSummary } from '../../../shared/contract/runCalls'
import { sessionStore, useDocumentStore } from '../document/documentStore'
import { structureOf } from '../document/derived'
import type { DocumentSession } from '../document/DocumentSession'
import { useStore } from 'zustand'

/** `present`: trained as the network is now; `changed`: before its last change; `other`: of another document. */
export type RunRelation = 'present' | 'changed' | 'other'

/** What says whose a run is. */
export type RunMarks = Pick<
  RunSummary,
  'id' | 'architecture' | 'structure' | 'documentPath' | 'session' | 'hasOrigin' | 'experiment'
>

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

/** Whether a run lies where the runs of a document are kept: `FOLDER/runs/RUN` beside `FOLDER/DOCUMENT`. */
function liesBeside(run: string, path: string | null): boolean {
  const folder = path?.replace(/[^\\/]*$/, '')
  return folder !== undefined && run.startsWith(`${folder}runs`) && /[\\/]/.test(run.charAt(folder.length + 4))
}

/** Without a word on where it came from, a run is known by its document itself. */
function isAlike(run: RunMarks, open: OpenNetwork): boolean {
  if (run.architecture !== open.name) return false
  return run.structure === open.structure || liesBeside(run.id, open.path)
}

/** A run of a document that has a file is known by the file; one of a document without, by its opening. */
function isOwn(run: RunMarks, open: OpenNetwork): boolean {
  if (run.id === open.ofRun || run.session === open.session) return true
  if (!run.hasOrigin) return isAlike(run, open)
  if (run.experiment !== null) return false
  if (run.documentPath !== null || open.path !== null) return run.documentPath === open.path
  // A network of the gallery that was opened again, or was trained by the command line.
  return run.architecture === open.name && run.structure === open.structure
}

/** What a run is to a network. */
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
