// Times, speeds, shares and sizes of a training as people read them; pure.

/** `5 ms`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`: the two largest units, rounded. */
export function printDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown'
  if (seconds > 0 && seconds < 0.0995) return `${Number((1000 * seconds).toPrecision(2))} ms`
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return seconds > 0 && seconds < 9.95 ? `${trimZeros(seconds.toFixed(1))} s` : `${whole} s`
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** Time left as a person would say it: rounded the more, the longer it is, so that it does not flicker. */
export function printTimeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return 'estimating time left'
  if (seconds < 1) return 'almost done'
  if (seconds < 60) return `${seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5} s left`
  if (seconds < 600) return `${printDuration(Math.round(seconds / 10) * 10)} left`
  return `about ${printDuration(Math.round(seconds / 60) * 60)} left`
}

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

/** A share in [0, 1] as `97.65%`. */
export function printShare(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(2)}%` : String(share)
}

/** A learning rate without trailing zeros: `0.001`, `1e-5`. */
export function printRate(rate: number): string {
  if (rate === 0) return '0'
  if (rate < 1e-4) return rate.toExponential(2).replace(/\.?0+e/, 'e')
  return String(Number(rate.toPrecision(4)))
}

/** `25,557,032`; a number below 10 keeps one digit after the point where it has one. */
export function printCount(count: number): string {
  const digits = count < 10 && !Number.isInteger(count) ? 1 : 0
  return count.toLocaleString('en-US', { maximumFractionDigits: digits })
}

/** `1.5 GB`; powers of 1,024. */
export function printBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${units[power] ?? ''}`
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

function trimZeros(text: string): string {
  return text.replace(/\.0$/, '')
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
