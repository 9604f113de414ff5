// Counts as people read them: short on cards and in the status bar, whole in tooltips; not units of time.

const steps = [
  { size: 1e12, unit: 'T' },
  { size: 1e9, unit: 'G' },
  { size: 1e6, unit: 'M' },
  { size: 1e3, unit: 'k' },
] as const

/** Three significant digits and a unit: `61.7 k`, `4.09 G`; below 1,000 the number itself. */
export function printShort(count: number): string {
  const step = steps.find(({ size }) => count >= size * 0.9995)
  if (!step) return String(count)
  return `${(count / step.size).toPrecision(3)} ${step.unit}`
}

/** All digits, thousands separated: `25,557,032`. */
export function printWhole(count: number): string {
  return count.toLocaleString('en-US')
}

/** How long ago, in words: `2 hours ago`. @param nowMs the present time */
export function printAgo(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - thenMs) / 1000)
  if (seconds < 60) return 'just now'
  const units = [
    { seconds: 86_400, name: 'day' },
    { seconds: 3600, name: 'hour' },
    { seconds: 60, name: 'minute' },
  ]
  const unit = units.find((each) => seconds >= each.seconds) ?? { seconds: 60, name: 'minute' }
  const count = Math.floor(seconds / unit.seconds)
  return `${count} ${unit.name}${count === 1 ? '' : 's'} ago`
}
