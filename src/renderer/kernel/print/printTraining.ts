// Losses, learning rates and names of datasets as people read them; numbers of other kinds are in shared/graph/printNumbers.ts.

/** A loss: four significant digits, exponents only where nothing else is readable. */
export function printLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss)
  const size = Math.abs(loss)
  if (size !== 0 && (size < 1e-4 || size >= 1e5)) return loss.toExponential(2)
  return loss.toFixed(size >= 100 ? 1 : 4)
}

/** A loss at a tick of an axis: no more digits than it has. */
export function printLossTick(loss: number): string {
  const size = Math.abs(loss)
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? loss.toExponential(1).replace('.0e', 'e')
    : String(Number(loss.toPrecision(4)))
}

/** A learning rate without trailing zeros: `0.001`, `1e-5`. */
export function printRate(rate: number): string {
  if (rate === 0) return '0'
  if (rate < 1e-4) return rate.toExponential(2).replace(/\.?0+e/, 'e')
  return String(Number(rate.toPrecision(4)))
}

/** The name at the end of a path, of either separator. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path
}

/** A dataset as a chip shows it: `builtin:digits` as it is, `folder:/home/me/cats` as `cats`. */
export function datasetLabel(reference: string): string {
  const path = reference.replace(/^[a-z0-9]+:/i, '')
  return reference.startsWith('builtin:') ? reference : baseName(path)
}
