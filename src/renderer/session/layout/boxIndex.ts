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
  meets(area: Box, clearance = 0, except: readonly (Box | undefined)[] = []): boolean {
    const low = { x: area.x - clearance, y: area.y - clearance }
    const high = { x: area.x + area.width + clearance, y: area.y + area.height + clearance }
    const around = { ...low, width: high.x - low.x, height: high.y - low.y }
    for (const box of this.near(around)) if (pieceMeets(low, high, box) && !except.includes(box)) return true
    return false
  }

  /** Whether a straight piece runs through a box, or nearer to it than `clearance`, other than through `except`. */
  blocks(a: Position, b: Position, clearance: number, except: readonly (Box | undefined)[] = []): boolean {
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
    const area = { x, y, width: Math.max(a.x, b.x) - x, height: Math.max(a.y, b.y) - y }
    return this.meets(area, clearance, except)
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
