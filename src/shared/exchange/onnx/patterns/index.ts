// The table of patterns by operator: what becomes a layer of its own; what no pattern takes stays an ONNX operator.
import type { Pattern, PatternTable } from '../match'
import { activationPatterns } from './activationPatterns'
import { arrangementPatterns } from './arrangementPatterns'
import { biasPatterns, convolutionPatterns } from './convolutionPatterns'
import { densePatterns } from './densePatterns'
import { poolingPatterns } from './poolingPatterns'

/** Families in the order in which they are tried: those of several operators go before those of one. */
const families: readonly PatternTable[] = [
  { Add: biasPatterns },
  densePatterns,
  convolutionPatterns,
  poolingPatterns,
  activationPatterns,
  arrangementPatterns,
]

const table = new Map<string, readonly Pattern[]>()
for (const family of families)
  for (const [opType, patterns] of Object.entries(family))
    table.set(opType, [...(table.get(opType) ?? []), ...patterns])

/** The patterns of an operator, in the order in which they are tried. */
export function patternsOf(opType: string): readonly Pattern[] {
  return table.get(opType) ?? []
}
