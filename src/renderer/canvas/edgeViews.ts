// What an edge shows on the canvas: its shape, and whether it ends at a layer that cannot take it.
import type { Inference } from '../../shared/compile/inferDocument'
import type { NetworkDocument, NetworkEdge } from '../../shared/graph/document'
import type { ErrorCode, Issue } from '../../shared/graph/errors'
import { shapeAt } from './connections'
import { printExtents } from './nodeViews'
import { listEdgeIds } from './ports'

export interface EdgeView extends Record<string, unknown> {
  readonly edge: NetworkEdge
  /** `64×56×56`; empty where it is not known. */
  readonly shape: string
  /** Whether the layer at its end refuses the shapes it gets. */
  readonly isMismatch: boolean
  /** `conv1 to relu1, 64×56×56`. */
  readonly label: string
}

export interface ShownEdge {
  readonly id: string
  readonly view: EdgeView
}

const shapeCodes: ReadonlySet<ErrorCode> = new Set(['layer.shape', 'layer.rank', 'layer.window', 'layer.division'])

/** The edges of a document as the canvas shows them, in its order; one that shows the same as before is the same object. */
export function buildEdgeViews(
  document: NetworkDocument,
  inference: Inference,
  issues: readonly Issue[],
  before: ReadonlyMap<string, EdgeView>,
): readonly ShownEdge[] {
  const refusing = new Set(
    issues.flatMap(({ level, code, nodeId }) =>
      level === 'error' && shapeCodes.has(code) && nodeId !== undefined ? [nodeId] : [],
    ),
  )
  const ids = listEdgeIds(document.edges)
  return document.edges.map((edge, index) => {
    const known = shapeAt(inference, edge.from)
    const shape = known ? printExtents(known) : ''
    const isMismatch = refusing.has(edge.to.node) && shape !== ''
    const label = `${edge.from.node} to ${edge.to.node}${shape === '' ? '' : `, ${shape}`}`
    const id = ids[index] ?? ''
    const old = before.get(id)
    const isSame = old?.edge === edge && old.shape === shape && old.isMismatch === isMismatch
    return { id, view: isSame ? old : { edge, shape, isMismatch, label } }
  })
}
