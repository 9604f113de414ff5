// Which pages of images a scrolled grid needs, and where its keys lead; not fetching them.

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
