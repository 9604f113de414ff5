// What an edge shows on the canvas: its shape, how much runs through it, and whether the layer at its end refuses it.
import { printCount } from '../../../../shared/graph/printNumbers'
import type { Inference } from '../../../../shared/network/inferDocument'
import type { NetworkDocument, NetworkEdge } from '../../../../shared/graph/document'
import type { Issue } from '../../../../shared/graph/errors'
import { countElements } from '../../../../shared/graph/shape'
import { shapeAt } from '../../../session/wiring/connections'
import { findMismatches } from './mismatches'
import { printShape } from '../../../kernel/print/printFacts'
import { listEdgeIds } from '../../../session/wiring/ports'

export interface EdgeView extends Record<string, unknown> {
  readonly edge: NetworkEdge
  /** `64×56×56`; empty where it is not known. */
  readonly shape: string
  /** Values per image; 0 where that is not known. */
  readonly values: number
  /** `32×8×8 ≠ 64×8×8`; empty where the layer at its end takes it. */
  readonly mismatch: string
  /** `conv1 to relu1, 64×56×56`. */
  readonly label: string
}

export interface ShownEdge {
  readonly id: string
  readonly view: EdgeView
}

/** Widths of wires at 1 value and for each power of ten more, in canvas units. */
const [thinnest, perDecade] = [1, 1.5]

/** How thick a wire is drawn for its number of values: 1 for one value, 10 for a million. */
export function widthOfEdge(values: number): number {
  return values < 1 ? thinnest : Math.round((thinnest + perDecade * Math.log10(values)) * 4) / 4
}

/** What a wire says under the pointer: its ends, its shape and the number of values. */
export function describeEdge({ label, values, mismatch }: EdgeView): string {
  const count = values > 0 ? ` = ${printCount(values)} values per image` : ''
  return `${label}${count}${mismatch === '' ? '' : ', does not fit'}`
}

/** The edges of a document as the canvas shows them, in its order; one that shows the same as before is the same object. */
export function buildEdgeViews(
  document: NetworkDocument,
  inference: Pick<Inference, 'nodes'>,
  issues: readonly Issue[],
  before: ReadonlyMap<string, EdgeView>,
): readonly ShownEdge[] {
  const mismatches = findMismatches(document, inference, issues)
  const ids = listEdgeIds(document.edges)
  return document.edges.map((edge, index) => {
    const id = ids[index] ?? ''
    const known = shapeAt(inference, edge.from)
    const shape = known ? printShape(known) : ''
    const mismatch = mismatches.get(edge) ?? ''
    const old = before.get(id)
    if (old?.edge === edge && old.shape === shape && old.mismatch === mismatch) return { id, view: old }
    const label = `${edge.from.node} to ${edge.to.node}${shape === '' ? '' : `, ${shape}`}`
    return { id, view: { edge, shape, values: known ? countElements(known) : 0, mismatch, label } }
  })
}
