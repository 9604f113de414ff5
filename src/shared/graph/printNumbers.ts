// Numbers as people read them, for every door: counts, shares, bytes, durations, extents. What they mean is said by who prints them.

/** A formatter that is made at its first number: making one takes 20 ms, which a command that prints none need not wait for. */
function formatter(options: Intl.NumberFormatOptions): { readonly format: (value: number) => string } {
  let made: Intl.NumberFormat | undefined
  return { format: (value) => (made ??= new Intl.NumberFormat('en-US', options)).format(value) }
}

const whole = formatter({ maximumFractionDigits: 0 })
const exact = formatter({ maximumFractionDigits: 20 })
const threeDigits = formatter({ maximumSignificantDigits: 3 })

/** All digits, thousands separated: `25,557,032`. */
export function printCount(count: number): string {
  return exact.format(count)
}

/** A count and its noun: `1 image`, `2,000 images`. The plural adds an s unless it is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${printCount(count)} ${count === 1 ? noun : plural}`
}

/** A place in a row: `1st`, `2nd`, `11th`. @param place from 1 */
export function printOrdinal(place: number): string {
  const isTeen = place % 100 >= 11 && place % 100 <= 13
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')
  return `${place}${ending}`
}

const shortUnits = [
  { size: 1e12, unit: 'T' },
  { size: 1e9, unit: 'G' },
  { size: 1e6, unit: 'M' },
  { size: 1e3, unit: 'k' },
] as const

/** Three significant digits and a unit of powers of 1,000: `61.7 k`, `4.09 G`; below 1,000 the number itself. */
export function printShort(count: number): string {
  const unit = shortUnits.find(({ size }) => count >= size * 0.9995)
  return unit ? `${(count / unit.size).toPrecision(3)} ${unit.unit}` : String(count)
}

/** Things a second: `1,234`; below 10 with one digit after the point where it has one: `2.5`. */
export function printPace(perSecond: number): string {
  return perSecond < 10 ? String(Number(perSecond.toFixed(1))) : whole.format(perSecond)
}

/** A number with at most two decimals: `2.33`, `16.5`, `55`. */
export function printDecimal(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/**
 * A share in percent: `97.3%`. It never rounds up to 100% nor down to 0% what is neither.
 * @param share in [0, 1]
 */
export function printShare(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return String(share)
  const smallest = 10 ** -digits
  const percent = share * 100
  if (percent > 0 && percent < smallest / 2) return `<${smallest}%`
  if (percent < 100 && percent > 100 - smallest / 2) return `${(100 - smallest).toFixed(digits)}%`
  return `${percent.toFixed(digits)}%`
}

/** An accuracy in [0, 1] with two digits after the point: `97.65%`. */
export function printAccuracy(share: number): string {
  return printShare(share, 2)
}

/** An interval of shares: `92.1% to 94.0%`. */
export function printRange([low, high]: readonly [number, number]): string {
  return `${printShare(low)} to ${printShare(high)}`
}

/** A difference of two shares: `3.4 points`. */
export function printPoints(difference: number): string {
  return `${(100 * Math.abs(difference)).toFixed(1)} points`
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes with three digits and a unit of powers of 1,024: `512 B`, `6.58 MiB`, `1.5 GiB`. */
export function printBytes(bytes: number): string {
  let value = bytes
  let power = 0
  // Bytes are whole; of larger units, what would print as 1,020 of one goes to the next.
  while (power < byteUnits.length - 1 && value >= (power === 0 ? 1024 : 999.5)) {
    value /= 1024
    power++
  }
  return `${power === 0 ? exact.format(value) : threeDigits.format(value)} ${byteUnits[power]}`
}

/** A shape: `64x56x56`, or with another sign between its extents. @param shape without its batch axis */
export function printExtents(shape: readonly number[], sign = 'x'): string {
  return shape.join(sign)
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** `5 ms`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`: the two largest units, rounded. */
export function printDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown'
  if (seconds > 0 && seconds < 0.0995) return `${Number((1000 * seconds).toPrecision(2))} ms`
  const rounded = Math.max(0, Math.round(seconds))
  if (rounded < 60) return `${seconds > 0 && seconds < 9.95 ? Number(seconds.toFixed(1)) : rounded} s`
  if (rounded < 3600) return joinUnits(Math.floor(rounded / 60), 'min', rounded % 60, 's')
  const minutes = Math.round(rounded / 60)
  if (minutes < 1440) return joinUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return joinUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** The same as a clock: `1:35`, `1:01:40`; for lines that are written over. */
export function printClock(seconds: number): string {
  const rounded = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(rounded / 60)
  if (minutes < 60) return `${minutes}:${two(rounded % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(rounded % 60)}`
}

/** Time left as a person would say it: rounded the more, the longer it is, so that it does not flicker. */
export function printTimeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return 'estimating time left'
  if (seconds < 1) return 'almost done'
  if (seconds < 60) return `${seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5} s left`
  if (seconds < 600) return `${printDuration(Math.round(seconds / 10) * 10)} left`
  return `about ${printDuration(Math.round(seconds / 60) * 60)} left`
}

/** How long ago, in words: `2 hours ago`. @param nowMs the present time */
export function printAgo(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - thenMs) / 1000)
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${countOf(Math.floor(seconds / 60), 'minute')} ago`
  if (seconds < 86_400) return `${countOf(Math.floor(seconds / 3600), 'hour')} ago`
  return `${countOf(Math.floor(seconds / 86_400), 'day')} ago`
}
