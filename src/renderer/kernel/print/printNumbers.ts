// Numbers as the data and evaluation screens print them; not their meaning.

const whole = new Intl.NumberFormat('en-US')

/** A whole number with its thousands separated: `25,557,032`. */
export function printCount(value: number): string {
  return whole.format(value)
}

/** A count and its noun: `1 image`, `2,000 images`. The plural adds an s unless it is given. */
export function countOf(value: number, noun: string, plural = `${noun}s`): string {
  return `${printCount(value)} ${value === 1 ? noun : plural}`
}

/**
 * A share in percent: `97.3%`. It never rounds up to 100% nor down to 0% what is neither.
 * @param share in [0, 1]
 */
export function printShare(share: number, digits = 1): string {
  const smallest = 10 ** -digits
  const percent = share * 100
  if (percent > 0 && percent < smallest) return `<${smallest}%`
  if (percent < 100 && percent > 100 - smallest) return `${(100 - smallest).toFixed(digits)}%`
  return `${percent.toFixed(digits)}%`
}

/** A size in bytes with its unit: `1.2 MB` (10^6 bytes). */
export function printBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}
