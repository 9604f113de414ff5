// The first layout of a network that was opened as rows of nodes, as programs write them; what a person has placed stays.
import { useEffect } from 'react'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { isBlock } from '../../../../shared/layers/define'
import { definitionIn } from '../../../session/blocks/definitions'
import type { DocumentSession } from '../../../session/document/DocumentSession'
import { isPresent, presentSession, useSessionNumber } from '../../../session/document/documentStore'
import { moveWithNotes } from '../../../session/layout/moveWithNotes'
import { layoutInWorker, prepareLayout } from '../../../session/layout/layoutClient'
import { isUnplaced, layOutChain, type DocumentLayout } from '../../../session/layout/documentLayout'
import { showDocument } from '../../../session/view/canvasFlow'
import { canvasStore } from '../../../session/view/canvasStore'
import { showError } from '../../../kernel/failures/showFailure'

/** Larger networks open as they are: their layout would take seconds. */
const mostLaid = 800
/** Milliseconds for which nothing is shown while the layout is worked out, and after which it comes too late. */
const hiddenMs = 700
const lateMs = 5000

function take(session: DocumentSession, { moves, layout }: DocumentLayout): void {
  const edits: Edit[] = [...moveWithNotes(session.state.document, moves), { type: 'setLayout', layout }]
  session.state.adopt({ type: 'batch', edits })
  if (isPresent(session)) void showDocument()
}

/** Whether nodes of a type open into layers, which then are laid out. */
function isBlockType(document: NetworkDocument, type: string): boolean {
  const definition = definitionIn(document, type)
  return definition !== undefined && isBlock(definition)
}

async function layOpened(session: DocumentSession, document: NetworkDocument): Promise<void> {
  canvasStore.setState({ isPlacing: true })
  const showing = setTimeout(() => canvasStore.setState({ isPlacing: false }), hiddenMs)
  const beganMs = performance.now()
  try {
    const laid = await layoutInWorker(document, 'down')
    const isLate = performance.now() - beganMs > lateMs || session.state.selection.size > 0
    if (laid && !isLate && session.state.document === document) take(session, laid)
  } finally {
    clearTimeout(showing)
    canvasStore.setState({ isPlacing: false })
  }
}

/** Lays a network out when it is opened, where nobody has placed anything in it yet. */
export function useLayOpened(): void {
  const sessionNumber = useSessionNumber()
  useEffect(() => {
    const session = presentSession()
    const { document } = session.state
    if (document.nodes.length > mostLaid) return
    if (document.nodes.some(({ type }) => isBlockType(document, type))) prepareLayout()
    if (!isUnplaced(document)) return
    const chain = layOutChain(document)
    if (chain) take(session, chain)
    else layOpened(session, document).catch(showError)
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a newly opened document is laid out anew
  }, [sessionNumber])
}
