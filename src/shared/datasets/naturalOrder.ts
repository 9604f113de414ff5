// The order of class and file names: numbers by value, letters without case, the same on every machine and locale.

const parts = /\d+|\D+/g

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function compareNumbers(a: string, b: string): number {
  const x = a.replace(/^0+(?=\d)/, '')
  const y = b.replace(/^0+(?=\d)/, '')
  return x.length - y.length || compareText(x, y)
}

/**
 * Compares names so that `img2` comes before `img10`. Names that differ only in case or leading zeros are
 * ordered by their code units, so the order is total. No locale takes part: class order is the order of the outputs.
 */
export function compareNaturally(a: string, b: string): number {
  const left = a.toLowerCase().match(parts) ?? []
  const right = b.toLowerCase().match(parts) ?? []
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] ?? ''
    const y = right[i] ?? ''
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y)
    const order = bothNumbers ? compareNumbers(x, y) : compareText(x, y)
    if (order !== 0) return order
  }
  return left.length - right.length || compareText(a, b)
}
