// What the differences of a receipt mean, in words; not how it is shown (ReceiptView.tsx).

/** `equal`: rounding only; `close`: more than rounding explains; `different`: another result; `unknown`: not compared. */
export type Verdict = 'equal' | 'close' | 'different' | 'unknown'

export interface Comparison {
  readonly output: string
  readonly inputs: string
  readonly count: number
  /** null where it is no number. */
  readonly maxAbs: number | null
  readonly maxRel: number | null
}

/** Up to here single precision explains a difference, relative to the largest output. */
export const equalUpTo = 1e-4
/** Up to here predictions hardly ever change. */
export const closeUpTo = 1e-2

/** What one comparison shows. */
export function judge({ maxRel }: Pick<Comparison, 'maxRel'>): Verdict {
  if (maxRel === null) return 'different'
  return maxRel <= equalUpTo ? 'equal' : maxRel <= closeUpTo ? 'close' : 'different'
}

/** The worst of all comparisons. */
export function judgeAll(comparisons: readonly Pick<Comparison, 'maxRel'>[]): Verdict {
  if (comparisons.length === 0) return 'unknown'
  const found = new Set(comparisons.map(judge))
  return found.has('different') ? 'different' : found.has('close') ? 'close' : 'equal'
}

/** A difference as it is printed. */
export function printDifference(value: number | null): string {
  if (value === null) return 'not a number'
  return value === 0 ? '0' : value.toExponential(1)
}

/** What the inputs of a comparison were. */
export function describeInputs({ inputs, count }: Pick<Comparison, 'inputs' | 'count'>): string {
  const many = count === 1 ? 'one at a time' : `${count} at once`
  return inputs === 'random' ? `Random values, ${many}` : count === 1 ? `Image ${inputs}` : `Image ${inputs}, ${many}`
}
