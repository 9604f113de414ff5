// Shapes, counts and sizes as the inspector and the analysis print them; not where they come from (network/analyze.ts).
import { printDecimal, printExtents } from '../../../shared/graph/printNumbers'
import type { PerAxis } from '../../../shared/network/analyze'
import type { Shape } from '../../../shared/graph/shape'

/** Extents with the multiplication sign: `64×56×56`. */
export function printShape(shape: Shape): string {
  return printExtents(shape, '×')
}

/** One number, or height × width where they differ: `43`, `43×21`. */
export function printPerAxis(value: PerAxis): string {
  return typeof value === 'number' ? printDecimal(value) : value.map(printDecimal).join('×')
}
