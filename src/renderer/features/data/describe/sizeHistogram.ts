// Image sizes grouped into few bars by their longer side; not reading them.

export interface SizeCount {
  readonly width: number
  readonly height: number
  readonly count: number
}

export interface SizeBar {
  /** What the bar stands for: `28×28`, or `129–256 px`. */
  readonly label: string
  readonly count: number
}

/** Up to this many different sizes are shown one by one. */
const mostSingleSizes = 6

/**
 * One bar per size where there are few, otherwise one per doubling of the longer side; empty bars between them stay, so
 * that gaps are seen.
 */
export function groupSizes(sizes: readonly SizeCount[]): readonly SizeBar[] {
  if (sizes.length <= mostSingleSizes) {
    return sizes
      .toSorted((a, b) => a.width * a.height - b.width * b.height)
      .map(({ width, height, count }) => ({ label: `${width}×${height}`, count }))
  }
  const groups = new Map<number, number>()
  for (const { width, height, count } of sizes) {
    const exponent = Math.max(0, Math.ceil(Math.log2(Math.max(width, height, 1))))
    groups.set(exponent, (groups.get(exponent) ?? 0) + count)
  }
  const first = Math.min(...groups.keys())
  const last = Math.max(...groups.keys())
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const exponent = first + index
    const from = exponent === 0 ? 1 : 2 ** (exponent - 1) + 1
    return { label: `${from}–${2 ** exponent} px`, count: groups.get(exponent) ?? 0 }
  })
}

/** The smallest and largest width and height, as `32–640 × 24–480`. */
export function printSizeRange(sizes: readonly SizeCount[]): string {
  const range = (values: readonly number[]): string => {
    const least = Math.min(...values)
    const most = Math.max(...values)
    return least === most ? String(least) : `${least}–${most}`
  }
  if (sizes.length === 0) return ''
  return `${range(sizes.map(({ width }) => width))} × ${range(sizes.map(({ height }) => height))}`
}
