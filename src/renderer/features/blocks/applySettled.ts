// Applies an edit that exchanges nodes as one step, with the new ones laid out; not which edits those are (blockCommands.ts).
import { applyEdit, type Edit } from '../../../shared/graph/edits'
import type { NetworkDocument } from '../../../shared/graph/document'
import type { Move } from '../../session/layout/canvasGeometry'
import { selectNodes } from '../../session/view/selectNodes'
import { boundsOf, revealBox, showWhole, viewBox, zoomToFit } from '../../session/view/canvasFlow'
import { canvasStore } from '../../session/view/canvasStore'
import { askLayout, layoutInWorker } from '../../session/layout/layoutClient'
import { documentStore } from '../../session/document/documentStore'
import { goOutTo } from '../../session/blocks/insideStore'
import { findExchange, requestExchange, settleExchange } from './settle'

/** More than this many new nodes are not all selected. */
const mostSelected = 200

/** Brings nodes into sight: the view moves, and shrinks where it must. */
async function followNodes(ids: ReadonlySet<string>): Promise<void> {
  const [bounds, view] = [boundsOf(ids), viewBox()]
  if (!bounds || !view) return
  const isSeen =
    bounds.x >= view.x &&
    bounds.y >= view.y &&
    bounds.x + bounds.width <= view.x + view.width &&
    bounds.y + bounds.height <= view.y + view.height
  if (isSeen) return
  if (bounds.width > view.width * 0.9 || bounds.height > view.height * 0.9) await zoomToFit(ids)
  else revealBox(bounds)
}

async function findMoves(
  document: NetworkDocument,
  edit: Edit,
  isWhole: boolean,
): Promise<readonly Move[] | undefined> {
  const exchange = findExchange(document, applyEdit(document, edit))
  const { direction } = canvasStore.getState()
  if (isWhole) return layoutInWorker(exchange.after, direction)
  const laidOut = await askLayout(requestExchange(exchange, direction))
  return laidOut && settleExchange(exchange, direction, laidOut)
}

/**
 * Applies an edit to the document as one step of the history, and shows and selects what it brought. Where the document
 * changed while the layout was worked out, nothing is done.
 * @param isWhole lays the whole document out anew instead of the part that changed
 */
export async function applySettled(edit: Edit, label: string, isWhole = false): Promise<void> {
  const { document } = documentStore.getState()
  canvasStore.setState({ isLayingOut: true })
  try {
    const moves = await findMoves(document, edit, isWhole)
    if (!moves || documentStore.getState().document !== document) return
    goOutTo(0)
    const { come } = findExchange(document, applyEdit(document, edit))
    const ids = come.map(({ id }) => id)
    const select = ids.length <= mostSelected ? ids : []
    documentStore.getState().apply({ type: 'batch', edits: [edit, { type: 'moveNodes', moves }] }, label, { select })
    selectNodes(select)
    await (isWhole ? showWhole() : followNodes(new Set(ids)))
  } finally {
    canvasStore.setState({ isLayingOut: false })
  }
}
