// Boxes by where they lie, so that those near a place are found without looking at all.
import type { Position } from '../../../shared/graph/document'
import type { Box } from './canvasGeometry'
import { pieceMeets } from './wireGeometry'

const cellSize = 256
/** Cells looked at one by one; what reaches over more is compared with all boxes. */
const mostCells = 400
/** Rows are numbered within fewer than this many, to both sides. */
const rowsApart = 2 ** 24

/** A growing set of boxes. */
export class BoxIndex {
  private readonly cells = new Map<number, Box[]>()
  private readonly all: Box[] = []

  constructor(boxes: Iterable<Box> = []) {
    for (const box of boxes) this.add(box)
  }

  add(box: Box): void {
    this.all.push(box)
    for (const key of this.keysOf(box)) {
      const cell = this.cells.get(key)
      if (cell) cell.push(box)
      else this.cells.set(key, [box])
    }
  }

  /** The boxes that share a cell with an area: all that meet it, and some beside it. */
  near(area: Box): Iterable<Box> {
    const count = (Math.ceil(area.width / cellSize) + 1) * (Math.ceil(area.height / cellSize) + 1)
    if (count > mostCells) return this.all
    const keys = this.keysOf(area)
    const [only] = keys
    if (keys.length === 1 && only !== undefined) return this.cells.get(only) ?? []
    const found = new Set<Box>()
    for (const key of keys) for (const box of this.cells.get(key) ?? []) found.add(box)
    return found
  }

  /** Whether an area, made larger by `clearance` on each side, has something in common with a box other than `except`. */
  meets({ x, y, width, height }: Box, clearance = 0, except: readonly (Box | undefined)[] = []): boolean {
    const low = { x: x - clearance, y: y - clearance }
    return this.isHit(low, { x: x + width + clearance, y: y + height + clearance }, except)
  }

  /** Whether a straight piece runs through a box, or nearer to it than `clearance`, other than through `except`. */
  blocks(a: Position, b: Position, clearance: number, except: readonly (Box | undefined)[] = []): boolean {
    const low = { x: Math.min(a.x, b.x) - clearance, y: Math.min(a.y, b.y) - clearance }
    return this.isHit(low, { x: Math.max(a.x, b.x) + clearance, y: Math.max(a.y, b.y) + clearance }, except)
  }

  /** Asked tens of thousands of times at once: cells are walked without a list of them, and a box may be compared twice. */
  private isHit(low: Position, high: Position, except: readonly (Box | undefined)[]): boolean {
    const [left, right] = [Math.floor(low.x / cellSize), Math.floor(high.x / cellSize)]
    const [top, bottom] = [Math.floor(low.y / cellSize), Math.floor(high.y / cellSize)]
    const isIn = (boxes: readonly Box[]): boolean =>
      boxes.some((box) => pieceMeets(low, high, box) && !except.includes(box))
    if ((right - left + 1) * (bottom - top + 1) > mostCells) return isIn(this.all)
    for (let column = left; column <= right; column++) {
      for (let row = top; row <= bottom; row++) {
        const cell = this.cells.get(column * rowsApart + row)
        if (cell && isIn(cell)) return true
      }
    }
    return false
  }

  private keysOf({ x, y, width, height }: Box): readonly number[] {
    const keys: number[] = []
    for (let column = Math.floor(x / cellSize); column <= Math.floor((x + width) / cellSize); column++) {
      for (let row = Math.floor(y / cellSize); row <= Math.floor((y + height) / cellSize); row++) {
        keys.push(column * rowsApart + row)
      }
    }
    return keys
  }
}
