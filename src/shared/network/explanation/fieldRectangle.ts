// The part of the input image that one unit sees, as rectangles to draw; not the recurrences (shapes/receptiveField.ts).
import type { ReceptiveField } from '../../shapes/receptiveField'
import type { Pair } from '../../shapes/window'

/** In pixels of the input, from its top left corner; pixel i covers [i, i + 1). */
export interface Rectangle {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** What a unit sees. */
export interface SeenPart {
  /** Where the unit's field lies by its size, also past the border: the padding that it sees. */
  readonly whole: Rectangle
  /** The part of it that is on the image; height or width 0 where the unit sees padding only. */
  readonly onImage: Rectangle
  /** How much of the field is image, in [0, 1]. */
  readonly share: number
}

function clip(start: number, size: number, extent: number): Pair {
  const from = Math.min(Math.max(start, 0), extent)
  const to = Math.max(from, Math.min(start + size, extent))
  return [from, to - from]
}

/**
 * The field of the unit at `position` (row, column of its feature map) on an input of `extents` (height, width): its
 * centre lies at start + jump * position.
 */
export function placeField(field: ReceptiveField, position: Pair, extents: Pair): SeenPart {
  const corner = (axis: 0 | 1): number => field.start[axis] + field.jump[axis] * position[axis] - field.size[axis] / 2
  const whole = { top: corner(0), left: corner(1), height: field.size[0], width: field.size[1] }
  const [top, height] = clip(whole.top, whole.height, extents[0])
  const [left, width] = clip(whole.left, whole.width, extents[1])
  const share = (height * width) / (whole.height * whole.width)
  return { whole, onImage: { top, left, height, width }, share }
}

/** The position of another layer whose centre is nearest to a point of the input (row, column), inside `extents` of that layer. */
export function nearestPosition(field: ReceptiveField, point: Pair, extents: Pair): Pair {
  const along = (axis: 0 | 1): number => {
    const index = Math.round((point[axis] - field.start[axis]) / field.jump[axis])
    return Math.min(Math.max(index, 0), extents[axis] - 1)
  }
  return [along(0), along(1)]
}

/** The centre of a unit's field in pixels of the input (row, column). */
export function centreOf(field: ReceptiveField, position: Pair): Pair {
  return [field.start[0] + field.jump[0] * position[0], field.start[1] + field.jump[1] * position[1]]
}

/**
 * The rows (or columns) of pixels that a span of the input covers, counted from 1 as people count them: `88 to 138` for 51
 * rows; those of the padding before the first are 0, -1, ... A span that begins or ends within a pixel covers it too.
 */
export function printCovered(start: number, size: number): string {
  const [first, last] = [Math.floor(start) + 1, Math.ceil(start + size)]
  return first === last ? String(first) : `${first} to ${last}`
}
