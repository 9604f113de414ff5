// Where nodes go when they are aligned or distributed; not the automatic layout (layoutGraph.ts).
import type { NodeId } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Move, type Places } from '../../../session/layout/canvasGeometry'

export const arrangements = ['left', 'centre', 'right', 'top', 'middle', 'bottom', 'across', 'down'] as const
/** Six ways to align and, `across` and `down`, two to distribute with equal gaps. */
export type Arrangement = (typeof arrangements)[number]

/** How many nodes an arrangement needs before it changes anything. */
export function leastNodes(arrangement: Arrangement): number {
  return arrangement === 'across' || arrangement === 'down' ? 3 : 2
}

/** The moves that arrange nodes of one size; nodes that stay are left out. */
export function arrangeNodes(places: Places, ids: readonly NodeId[], arrangement: Arrangement): readonly Move[] {
  const placed = ids.flatMap((id) => {
    const position = places.get(id)
    return position ? [{ id, position }] : []
  })
  if (placed.length < leastNodes(arrangement)) return []
  const isHorizontal =
    arrangement === 'across' || arrangement === 'down' ? arrangement === 'across' : isAlongX(arrangement)
  const values = placed.map(({ position }) => (isHorizontal ? position.x : position.y))
  const targets =
    arrangement === 'across' || arrangement === 'down' ? spread(values) : align(values, arrangement, isHorizontal)
  return placed.flatMap(({ id, position }, index) => {
    const value = targets[index] ?? 0
    if (value === values[index]) return []
    return [{ id, position: isHorizontal ? { ...position, x: value } : { ...position, y: value } }]
  })
}

function isAlongX(arrangement: Arrangement): boolean {
  return arrangement === 'left' || arrangement === 'centre' || arrangement === 'right'
}

function align(values: readonly number[], arrangement: Arrangement, isHorizontal: boolean): readonly number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const size = isHorizontal ? nodeWidth : nodeHeight
  const middle = Math.round((least + most + size) / 2 - size / 2)
  const target =
    arrangement === 'left' || arrangement === 'top'
      ? least
      : arrangement === 'right' || arrangement === 'bottom'
        ? most
        : middle
  return values.map(() => target)
}

/** Equal distances between the first and the last, in the order in which they stand. */
function spread(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const least = Math.min(...values)
  const step = (Math.max(...values) - least) / (values.length - 1)
  const targets = [...values]
  order.forEach((index, rank) => (targets[index] = Math.round(least + rank * step)))
  return targets
}
