// What the differences of a receipt mean, in words; not how it is shown (ReceiptView.tsx).
import { judgeDifference } from '../../../shared/exchange/outputDifference'

/** `equal`: rounding only; `close`: more than rounding explains; `different`: another result; `unknown`: not compared. */
export type Verdict = 'equal' | 'close' | 'different' | 'unknown'

/** `infinite` where the outputs are of other sizes, or one side is not finite. */
export type Difference = number | 'infinite'

export interface Comparison {
  readonly output: string
  readonly inputs: string
  readonly count: number
  readonly maxAbs: Difference
  readonly maxRel: Difference
}

/** Up to here single precision explains a difference, relative to the largest output. */
export const equalUpTo = 1e-4

/** What one comparison shows. */
export function judge({ maxRel }: Pick<Comparison, 'maxRel'>): Verdict {
  const relative = maxRel === 'infinite' ? Infinity : maxRel
  if (relative <= equalUpTo) return 'equal'
  return judgeDifference({ maxRel: relative }) === 'equal' ? 'close' : 'different'
}

/** The worst of all comparisons. */
export function judgeAll(comparisons: readonly Pick<Comparison, 'maxRel'>[]): Verdict {
  if (comparisons.length === 0) return 'unknown'
  const found = new Set(comparisons.map(judge))
  return found.has('different') ? 'different' : found.has('close') ? 'close' : 'equal'
}

/** A difference as it is printed. */
export function printDifference(value: Difference): string {
  if (value === 'infinite') return value
  return value === 0 ? '0' : value.toExponential(1)
}

/** What the inputs of a comparison were. */
export function describeInputs({ inputs, count }: Pick<Comparison, 'inputs' | 'count'>): string {
  const many = count === 1 ? 'one at a time' : `${count} at once`
  return inputs === 'random' ? `Random values, ${many}` : count === 1 ? `Image ${inputs}` : `Image ${inputs}, ${many}`
}
