// Shapes, counts and sizes as the inspector and the analysis print them; not where they come from (network/analyze.ts).
import type { PerAxis } from '../../../shared/network/analyze'
import type { Shape } from '../../../shared/graph/shape'
import { printDecimal } from '../../../shared/shapes/printWindow'

/** Extents with the multiplication sign: `64×56×56`. */
export function printExtents(shape: Shape): string {
  return shape.join('×')
}

/** One number, or height × width where they differ: `43`, `43×21`. */
export function printPerAxis(value: PerAxis): string {
  return typeof value === 'number' ? printDecimal(value) : value.map(printDecimal).join('×')
}

/** Bytes with a binary unit: `3.06 MiB`. */
export function printBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1024 ** power
  return `${power === 0 ? printDecimal(bytes) : Number(amount.toPrecision(3))} ${units[power]}`
}
