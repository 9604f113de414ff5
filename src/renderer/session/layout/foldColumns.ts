// Folds a layout that runs down into columns side by side, each read from the top; wires from one column to the next run between them.
import type { Position } from '../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box } from './canvasGeometry'
import type { LayoutResult } from './layoutRequest'
import { boxOfPoints, listPieces, pillBox, straighten, type Size, type WireRoute } from './wireGeometry'

/** Free space between two columns beside the wires that run there, and above and below them. */
const columnGap = 56
const rowGap = 28
const track = 10
/** What one more wire that is cut counts, in canvas units of height. */
const cutCost = 1000
const mostColumns = 12

/** Where the layout could be cut, between rows of nodes and pills. */
interface Gap {
  readonly at: number
  readonly wires: number
}

function listGaps(boxes: readonly Box[], routes: LayoutResult['routes']): readonly Gap[] {
  const gaps: Gap[] = []
  let bottom = -Infinity
  for (const { y, height } of [...boxes].sort((a, b) => a.y - b.y)) {
    const at = Math.round((bottom + y) / 2)
    if (Number.isFinite(bottom) && y > bottom + 6) gaps.push({ at, wires: countThrough(routes, at) })
    bottom = Math.max(bottom, y + height)
  }
  return gaps
}

function countThrough(routes: LayoutResult['routes'], at: number): number {
  return routes.filter((route) => route && listPieces(route.points).some(([a, b]) => isThrough(a, b, at))).length
}

function isThrough(a: Position, b: Position, at: number): boolean {
  return a.y < at === b.y > at && a.y !== b.y && a.y !== at && b.y !== at
}

/** The cuts for so many columns of about the same height, where few wires are cut. */
function chooseCuts(gaps: readonly Gap[], whole: Box, columns: number): readonly number[] {
  const cuts: number[] = []
  for (let number = 1; number < columns; number++) {
    const wanted = whole.y + (whole.height * number) / columns
    const after = gaps.filter(({ at }) => at > (cuts.at(-1) ?? whole.y))
    const cost = ({ at, wires }: Gap): number => Math.abs(at - wanted) + cutCost * Math.max(0, wires - 1)
    const best = after.reduce<Gap | undefined>((best, gap) => (best && cost(best) <= cost(gap) ? best : gap), undefined)
    if (best) cuts.push(best.at)
  }
  return cuts
}

const columnOf = (cuts: readonly number[], y: number): number => cuts.filter((cut) => cut < y).length

/** A layout in columns: where each begins, and how far everything in it moves. */
interface Columns {
  readonly cuts: readonly number[]
  readonly boxes: readonly Box[]
  readonly shifts: readonly Position[]
  readonly width: number
  readonly height: number
}

function arrange(boxes: readonly Box[], cuts: readonly number[], crossing: readonly number[]): Columns {
  const columns: Box[] = Array.from({ length: cuts.length + 1 }, (_, column) => {
    const inside = boxes.filter(({ y, height }) => columnOf(cuts, y + height / 2) === column)
    return boxOfPoints(
      inside.flatMap(({ x, y, width, height }) => [
        { x, y },
        { x: x + width, y: y + height },
      ]),
    )
  })
  let x = 0
  const shifts = columns.map((box, column) => {
    const shift = { x: x - box.x, y: -box.y }
    x += box.width + columnGap + track * (crossing[column] ?? 0)
    return shift
  })
  return {
    cuts,
    boxes: columns,
    shifts,
    width: x - columnGap,
    height: Math.max(...columns.map(({ height }) => height)),
  }
}

/** The ways of one wire, cut and joined again from column to column. */
function foldRoute(
  { points, pill }: WireRoute,
  { cuts, boxes, shifts }: Columns,
  takeTrack: (column: number) => number,
): WireRoute {
  const shiftAt = (column: number): Position => shifts[column] ?? { x: 0, y: 0 }
  const move = ({ x, y }: Position, column: number): Position => ({
    x: x + shiftAt(column).x,
    y: y + shiftAt(column).y,
  })
  const first = points[0]
  if (!first) return { points }
  let column = columnOf(cuts, first.y)
  const folded: Position[] = [move(first, column)]
  for (const [a, b] of listPieces(points)) {
    const passed = cuts.filter((cut) => isThrough(a, b, cut))
    for (const cut of a.y < b.y ? passed : passed.toReversed()) {
      const next = column + (a.y < b.y ? 1 : -1)
      const gap = Math.min(column, next)
      const off = takeTrack(gap) * track
      const [left, right] = [boxes[column], boxes[next]]
      if (!left || !right) continue
      const out = move({ x: a.x, y: cut }, column)
      const into = move({ x: a.x, y: cut }, next)
      const bottom = shiftAt(column).y + left.y + left.height + rowGap + off
      const top = shiftAt(next).y + right.y - rowGap - off
      const between = shiftAt(gap).x + (boxes[gap]?.x ?? 0) + (boxes[gap]?.width ?? 0) + columnGap / 2 + off
      folded.push({ x: out.x, y: bottom }, { x: between, y: bottom }, { x: between, y: top }, { x: into.x, y: top })
      column = next
    }
    folded.push(move(b, column))
  }
  return { points: straighten(folded), pill: pill && move(pill, columnOf(cuts, pill.y)) }
}

/**
 * Folds a layout into as many columns as make it as large as it can be on a page.
 * @param pills sizes of the pills, in the order of the routes
 * @param aspect width of the page by its height
 */
export function foldColumns(laid: LayoutResult, pills: readonly Size[], aspect: number): LayoutResult {
  const nodes = laid.positions.map(({ x, y }): Box => ({ x, y, width: nodeWidth, height: nodeHeight }))
  const shown = laid.routes.flatMap((route, index) => {
    const size = pills[index]
    return route?.pill && size ? [pillBox(route.pill, size)] : []
  })
  const boxes = [...nodes, ...shown]
  if (nodes.length === 0) return laid
  const whole = boxOfPoints(
    boxes.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
  )
  const gaps = listGaps(boxes, laid.routes)
  const choices = Array.from({ length: mostColumns }, (_, index) => {
    const cuts = chooseCuts(gaps, whole, index + 1)
    return arrange(
      boxes,
      cuts,
      cuts.map((cut) => countThrough(laid.routes, cut)),
    )
  })
  const scale = ({ width, height }: Columns): number => Math.min(aspect / width, 1 / (height + 2 * rowGap))
  const best = choices.reduce((best, columns) => (scale(columns) > scale(best) * 1.02 ? columns : best))
  const tracks = best.boxes.map(() => 0)
  const takeTrack = (column: number): number => {
    const free = tracks[column] ?? 0
    tracks[column] = free + 1
    return free
  }
  return {
    positions: nodes.map(({ x, y, height }) => {
      const shift = best.shifts[columnOf(best.cuts, y + height / 2)] ?? { x: 0, y: 0 }
      return { x: Math.round(x + shift.x), y: Math.round(y + shift.y) }
    }),
    routes: laid.routes.map((route) => route && foldRoute(route, best, takeTrack)),
  }
}
