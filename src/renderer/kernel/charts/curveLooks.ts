// How several curves are told apart without their colours: each has a colour, dashes and marks of its own; not drawing them (LineChart.tsx).

export const markShapes = ['circle', 'square', 'triangle', 'diamond', 'cross'] as const
export type MarkShape = (typeof markShapes)[number]

/** Lengths of lines and gaps in CSS pixels; the first is a whole line. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5]]

export interface CurveLook {
  /** Number of the chart colour of the theme, from 1. */
  readonly color: number
  readonly dash: readonly number[]
  readonly mark: MarkShape
}

/** The look of a curve by its place; 25 of them differ, and neighbours differ in colour, dashes and mark. */
export function curveLook(index: number): CurveLook {
  const place = index % 5
  const round = Math.floor(index / 5) % 5
  const turned = (place + round) % 5
  return { color: place + 1, dash: dashes[turned] ?? [], mark: markShapes[turned] ?? 'circle' }
}

/** A mark of the given radius around 0, 0 as corners to join; a circle has none. */
export function cornersOf(shape: MarkShape, radius: number): readonly (readonly [x: number, y: number])[] {
  const r = radius
  switch (shape) {
    case 'circle':
      return []
    case 'square':
      return [
        [-r, -r],
        [r, -r],
        [r, r],
        [-r, r],
      ]
    case 'triangle':
      return [
        [0, -1.2 * r],
        [1.1 * r, 0.9 * r],
        [-1.1 * r, 0.9 * r],
      ]
    case 'diamond':
      return [
        [0, -1.35 * r],
        [1.35 * r, 0],
        [0, 1.35 * r],
        [-1.35 * r, 0],
      ]
    case 'cross': {
      const t = 0.45 * r
      const e = 1.2 * r
      return [
        [-t, -e],
        [t, -e],
        [t, -t],
        [e, -t],
        [e, t],
        [t, t],
        [t, e],
        [-t, e],
        [-t, t],
        [-e, t],
        [-e, -t],
        [-t, -t],
      ]
    }
    default:
      return shape satisfies never
  }
}
