// What a dragged thing is in line with: edges and centres of its neighbours, and the small shift that brings it there.
import type { Box } from '../../../session/layout/canvasGeometry'
import type { Position } from '../../../../shared/graph/document'

/** A line at a place of one axis, reaching over a range of the other, in canvas units. */
export interface Guide {
  readonly at: number
  readonly from: number
  readonly to: number
}

/** `x`: a vertical line at an x; `y`: a horizontal one at a y. */
export interface Guides {
  readonly x: Guide | null
  readonly y: Guide | null
}

type Axis = 'x' | 'y'
const lengths = { x: 'width', y: 'height' } as const
const across = { x: 'y', y: 'x' } as const

/** The lines of resting boxes along one axis, in rising order of `at`. */
export type Lines = Readonly<Record<Axis, readonly Guide[]>>

/** Places that differ by less than a quarter of a pixel are one. */
function round(value: number): number {
  return Math.round(value * 4) / 4
}

/** Near edge, centre and far edge of a box along an axis. */
function linesOf(box: Box, axis: Axis): readonly number[] {
  const length = box[lengths[axis]]
  return [box[axis], box[axis] + length / 2, box[axis] + length].map(round)
}

/** The lines of boxes that rest; sorted once, so that each step of a drag is a search. */
export function prepareLines(boxes: readonly Box[]): Lines {
  const collect = (axis: Axis): readonly Guide[] => {
    const found = new Map<number, Guide>()
    for (const box of boxes) {
      const from = box[across[axis]]
      const to = from + box[lengths[across[axis]]]
      for (const at of linesOf(box, axis)) {
        const old = found.get(at)
        found.set(at, old ? { at, from: Math.min(old.from, from), to: Math.max(old.to, to) } : { at, from, to })
      }
    }
    return [...found.values()].sort((a, b) => a.at - b.at)
  }
  return { x: collect('x'), y: collect('y') }
}

/** The line nearest to a place. */
function nearest(lines: readonly Guide[], at: number): Guide | undefined {
  let [low, high] = [0, lines.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lines[middle]?.at ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  const [before, after] = [lines[low - 1], lines[low]]
  if (!before || !after) return before ?? after
  return at - before.at < after.at - at ? before : after
}

interface Hit {
  readonly shift: number
  readonly line: Guide
}

/** The smallest shift that brings an edge or the centre of a box onto a line; a centre goes before an edge. */
function findHit(lines: readonly Guide[], box: Box, axis: Axis, reach: number): Hit | undefined {
  const [near, centre, far] = linesOf(box, axis)
  let best: Hit | undefined
  for (const at of [centre, near, far]) {
    const line = at === undefined ? undefined : nearest(lines, at)
    if (!line || at === undefined) continue
    const shift = line.at - at
    if (Math.abs(shift) <= reach && (!best || Math.abs(shift) < Math.abs(best.shift))) best = { shift, line }
  }
  return best
}

/**
 * Brings a moving box into line with resting ones.
 * @param reach the largest shift, in canvas units
 * @returns the shift, and the lines to show; null where the box is in line with nothing
 */
export function snapToLines(
  lines: Lines,
  box: Box,
  reach: number,
): { readonly shift: Position; readonly guides: Guides | null } {
  const hits = { x: findHit(lines.x, box, 'x', reach), y: findHit(lines.y, box, 'y', reach) }
  const shift = { x: hits.x?.shift ?? 0, y: hits.y?.shift ?? 0 }
  if (!hits.x && !hits.y) return { shift, guides: null }
  const moved: Box = { ...box, x: box.x + shift.x, y: box.y + shift.y }
  const reachOver = (hit: Hit | undefined, axis: Axis): Guide | null => {
    if (!hit) return null
    const start = moved[across[axis]]
    const end = start + moved[lengths[across[axis]]]
    return { at: hit.line.at, from: Math.min(hit.line.from, start), to: Math.max(hit.line.to, end) }
  }
  return { shift, guides: { x: reachOver(hits.x, 'x'), y: reachOver(hits.y, 'y') } }
}

/** Whether two sets of lines are drawn the same. */
export function areSameGuides(a: Guides | null, b: Guides | null): boolean {
  const isSame = (one: Guide | null, other: Guide | null): boolean =>
    one?.at === other?.at && one?.from === other?.from && one?.to === other?.to
  return isSame(a?.x ?? null, b?.x ?? null) && isSame(a?.y ?? null, b?.y ?? null)
}
