// The shortest way with few bends between two points among boxes, by right angles: for wires that no simple way leads past.
import type { Position } from '../../../shared/graph/document'
import type { BoxIndex } from './boxIndex'
import type { Box } from './canvasGeometry'
import { boxesMeet } from './wireGeometry'

/** How far beyond its ends a wire looks for a way, and how far from nodes it runs. */
const margin = 360
const distance = 14
const bendCost = 40
/** Lines beyond this many are not looked at: a way among them would not be followed by anyone. */
const mostLines = 120

interface Step {
  readonly column: number
  readonly row: number
  readonly isUpright: boolean
  readonly cost: number
  readonly before: Step | undefined
}

/** Lines on which a way can run: beside each box, and through both ends. */
function listLines(ends: readonly number[], sides: readonly (readonly [number, number])[]): readonly number[] {
  const lines = new Set(ends)
  for (const [low, high] of sides) lines.add(low - distance).add(high + distance)
  const middle = ((ends[0] ?? 0) + (ends[1] ?? 0)) / 2
  const near = [...lines].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  return [...new Set([...ends, ...near.slice(0, mostLines)])].sort((a, b) => a - b)
}

/**
 * Finds a way from `start`, which is left downwards, to `end`, which is reached downwards.
 * @param isFree whether a straight piece meets nothing
 * @returns its points, both ends included; undefined where there is none
 */
export function searchWay(
  start: Position,
  end: Position,
  index: BoxIndex,
  isFree: (a: Position, b: Position) => boolean,
): readonly Position[] | undefined {
  const [x, y] = [Math.min(start.x, end.x) - margin, Math.min(start.y, end.y) - margin]
  const area: Box = {
    x,
    y,
    width: Math.abs(start.x - end.x) + 2 * margin,
    height: Math.abs(start.y - end.y) + 2 * margin,
  }
  const boxes = [...index.near(area)].filter((box) => boxesMeet(box, area))
  const xs = listLines(
    [start.x, end.x],
    boxes.map((box) => [box.x, box.x + box.width] as const),
  )
  const ys = listLines(
    [start.y, end.y],
    boxes.map((box) => [box.y, box.y + box.height] as const),
  )
  const place = ({ column, row }: Pick<Step, 'column' | 'row'>): Position => ({ x: xs[column] ?? 0, y: ys[row] ?? 0 })
  const goal = { column: xs.indexOf(end.x), row: ys.indexOf(end.y) }
  const left = (step: Step): number => {
    const { x, y } = place(step)
    return step.cost + Math.abs(end.x - x) + Math.abs(end.y - y)
  }
  const best = new Map<number, number>()
  const keyOf = ({ column, row, isUpright }: Step): number => (column * ys.length + row) * 2 + Number(isUpright)
  const open: Step[] = [
    { column: xs.indexOf(start.x), row: ys.indexOf(start.y), isUpright: true, cost: 0, before: undefined },
  ]
  for (let step = takeLeast(open, left); step; step = takeLeast(open, left)) {
    if (step.column === goal.column && step.row === goal.row && step.isUpright) return listPoints(step, place)
    if ((best.get(keyOf(step)) ?? Infinity) < step.cost) continue
    for (const [across, along] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const next = extend(step, across, along, place, [xs.length, ys.length])
      if (!next || next.cost >= (best.get(keyOf(next)) ?? Infinity) || !isFree(place(step), place(next))) continue
      best.set(keyOf(next), next.cost)
      open.push(next)
    }
    // To arrive downwards a way that came across turns once more.
    if (step.column === goal.column && step.row === goal.row && !step.isUpright) {
      open.push({ ...step, isUpright: true, cost: step.cost + bendCost, before: step })
    }
  }
  return undefined
}

function extend(
  step: Step,
  across: number,
  along: number,
  place: (step: Pick<Step, 'column' | 'row'>) => Position,
  [columns, rows]: readonly [number, number],
): Step | undefined {
  const [column, row] = [step.column + across, step.row + along]
  if (column < 0 || row < 0 || column >= columns || row >= rows) return undefined
  const [a, b] = [place(step), place({ column, row })]
  const isUpright = along !== 0
  const turn = isUpright === step.isUpright ? 0 : bendCost
  const cost = step.cost + Math.abs(b.x - a.x) + Math.abs(b.y - a.y) + turn
  return { column, row, isUpright, cost, before: step }
}

function takeLeast(open: Step[], measure: (step: Step) => number): Step | undefined {
  let least = -1
  let value = Infinity
  open.forEach((step, index) => {
    const measured = measure(step)
    if (measured < value) [least, value] = [index, measured]
  })
  return least < 0 ? undefined : open.splice(least, 1)[0]
}

function listPoints(last: Step, place: (step: Step) => Position): readonly Position[] {
  const points: Position[] = []
  for (let step: Step | undefined = last; step; step = step.before) points.unshift(place(step))
  return points
}
