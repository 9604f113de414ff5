// Applies an edit that exchanges nodes as one step, with the new ones laid out; not which edits those are (blockCommands.ts).
import { applyEdit, type Edit } from '../../../shared/graph/edits'
import type { NetworkDocument, Position } from '../../../shared/graph/document'
import { moveWithNotes } from '../../session/layout/moveWithNotes'
import { addPositions, findPlaces } from '../../session/layout/canvasGeometry'
import { isAsLaid, isUnplaced, shiftLayout, type DocumentLayout } from '../../session/layout/documentLayout'
import { glideFrom } from '../../session/view/glide'
import { selectNodes } from '../../session/view/selectNodes'
import { boundsOf, canvasAspect, revealBox, showWhole, viewBox, zoomToFit } from '../../session/view/canvasFlow'
import { canvasStore } from '../../session/view/canvasStore'
import { askLayout, layoutInWorker } from '../../session/layout/layoutClient'
import { isPresent, presentSession } from '../../session/document/documentStore'
import { goOutTo } from '../../session/blocks/insideStore'
import { findAnchor, findExchange, requestExchange, settleExchange, type Exchange } from './settle'

/** More than this many new nodes are not all selected. */
const mostSelected = 200
/** Larger networks are not laid out whole when a part of them changes. */
const mostLaidAnew = 600

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

/** What the exchange moves: all, where nothing has been placed by hand, else what came and what lies behind. */
async function findSettled(exchange: Exchange, isWhole: boolean): Promise<readonly Edit[] | undefined> {
  const { before, after } = exchange
  const { direction } = canvasStore.getState()
  const style = before.layout?.style ?? direction
  if (isWhole || (after.nodes.length <= mostLaidAnew && (isUnplaced(before) || isAsLaid(before, direction)))) {
    const found = await layoutInWorker(atOldPlaces(exchange), style, { aspect: canvasAspect() })
    if (!found) return undefined
    const { moves, layout } = isWhole ? found : keepAnchor(exchange, found)
    return [...moveWithNotes(before, moves), { type: 'setLayout', layout }]
  }
  const request = requestExchange(exchange, direction)
  const laidOut = await askLayout(request)
  if (!laidOut) return undefined
  const places = new Map(request.nodes.map(({ id }, index) => [id, laidOut.positions[index] ?? { x: 0, y: 0 }]))
  return moveWithNotes(before, settleExchange(exchange, direction, places))
}

/** The document after an exchange without places for what came: the order of its branches is its own. */
function atOldPlaces({ after, come }: Exchange): NetworkDocument {
  const arrived = new Set(come.map(({ id }) => id))
  return {
    ...after,
    nodes: after.nodes.map((node) => (arrived.has(node.id) ? { ...node, position: undefined } : node)),
  }
}

/** A layout moved so that what feeds the nodes that came stays where it is. */
function keepAnchor(exchange: Exchange, laid: DocumentLayout): DocumentLayout {
  const anchor = findAnchor(exchange)
  const old = anchor && findPlaces(exchange.before).get(anchor)
  const next = laid.moves.find(({ id }) => id === anchor)?.position
  return old && next ? shiftLayout(laid, { x: old.x - next.x, y: old.y - next.y }) : laid
}

/** Where the nodes of an exchange seem to come from: what came, from the middle of what it takes the place of. */
function listOrigins({ before, gone, come }: Exchange): ReadonlyMap<string, Position> {
  const places = findPlaces(before)
  const origins = new Map<string, Position>(places)
  const old = gone.flatMap(({ id }) => places.get(id) ?? [])
  const sum = old.reduce(addPositions, { x: 0, y: 0 })
  const middle = { x: sum.x / old.length, y: sum.y / old.length }
  if (old.length > 0) for (const { id } of come) origins.set(id, middle)
  return origins
}

/**
 * Applies an edit to the document as one step of the history, and shows and selects what it brought. Where the document
 * changed while the layout was worked out, nothing is done.
 * @param isWhole lays the whole document out anew instead of the part that changed
 */
export async function applySettled(edit: Edit, label: string, isWhole = false): Promise<void> {
  const session = presentSession()
  const { document } = session.state
  canvasStore.setState({ layingOut: document.layout?.style ?? 'down' })
  try {
    const exchange = findExchange(document, applyEdit(document, edit))
    const settled = await findSettled(exchange, isWhole)
    if (!settled || session.state.document !== document) return
    const { come } = exchange
    const ids = come.map(({ id }) => id)
    const select = ids.length <= mostSelected ? ids : []
    session.state.apply({ type: 'batch', edits: [edit, ...settled] }, label, { select })
    // Perhaps another network is shown meanwhile.
    if (!isPresent(session)) return
    goOutTo(0)
    glideFrom(listOrigins(exchange))
    selectNodes(select)
    await (isWhole ? showWhole() : followNodes(new Set(ids)))
  } finally {
    canvasStore.setState({ layingOut: null })
  }
}
