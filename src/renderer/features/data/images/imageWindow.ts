// Which pages of images a scrolled grid needs, and a store that forgets the longest unused ones; not fetching them.

/** Images per call: several rows of any screen, and a few hundred kilobytes. */
export const pageSize = 100

/** How many tiles of a width fit beside each other, at least one. @param width of the grid, in CSS pixels */
export function countColumns(width: number, tile: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (tile + gap)))
}

/** Numbers of the pages that hold the images `from` to `to` (left out) of `total`. */
export function findPages(from: number, to: number, total: number): readonly number[] {
  const first = Math.floor(Math.max(0, from) / pageSize)
  const last = Math.floor((Math.min(to, total) - 1) / pageSize)
  return last < first ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** Where an arrow key leads in a grid of `total` tiles in `columns`; null for keys that do not move. */
export function moveInGrid(
  key: string,
  at: number,
  { columns, total, rowsPerPage }: { columns: number; total: number; rowsPerPage: number },
): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns <= total - 1 ? at + columns : at,
    ArrowUp: at - columns >= 0 ? at - columns : at,
    PageDown: at + columns * rowsPerPage,
    PageUp: at - columns * rowsPerPage,
    Home: 0,
    End: total - 1,
  }
  const target = moves[key]
  return target === undefined ? null : Math.max(0, Math.min(total - 1, target))
}

/** A bounded map: reading or writing a key makes it the youngest, and the oldest goes when there are too many. */
export class RecentMap<Key, Value> {
  private readonly entries = new Map<Key, Value>()

  constructor(private readonly capacity: number) {}

  get(key: Key): Value | undefined {
    const value = this.entries.get(key)
    if (value !== undefined) {
      this.entries.delete(key)
      this.entries.set(key, value)
    }
    return value
  }

  has(key: Key): boolean {
    return this.entries.has(key)
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key)
    this.entries.set(key, value)
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.capacity) break
      this.entries.delete(oldest)
    }
  }

  clear(): void {
    this.entries.clear()
  }
}
