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

/** A text of the core with shapes as screens print them everywhere: `[N, 3, 32, 32]` becomes `3×32×32`; names stay. */
export function withScreenShapes(text: string): string {
  return text
    .replaceAll(/\[N((?:, \d+)+)\]/gu, (_, rest: string) => rest.slice(2).split(', ').join('×'))
    .replaceAll(/(?<![\w."/-])[1-9]\d*x\d+(?:x\d+)?(?![\w"/-]|\.\w)/gu, (whole) => whole.replaceAll('x', '×'))
}
