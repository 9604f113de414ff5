// What the receipt of an import holds, and how it is said, in JSON and as an error; not the comparison (importReceipt.ts).
import {
  differenceForJson,
  largestDifference,
  printDifference,
  type DifferenceVerdict,
  type OutputDifference,
} from '../../shared/exchange/outputDifference'
import { NetloomError } from '../../shared/graph/errors'

/** How the outputs of two models compare on some inputs. */
export interface OutputComparison {
  readonly output: string
  /** Random inputs, or the name of an image file. */
  readonly inputs: string
  readonly count: number
  readonly maxAbs: number
  /** The largest difference, relative to the largest value of the original's output. */
  readonly maxRel: number
}

/** The first layer, in the order of computing, whose output is not the file's. */
export interface FirstDifference {
  /** By its path in the document. */
  readonly layer: string
  readonly type: string
  /** The value in the file that it should be. */
  readonly value: string
  readonly maxAbs: number
  readonly maxRel: number
}

/** The largest differences over all comparisons; null where the original could not be run. */
export interface ImportReceipt extends OutputDifference {
  readonly verdict: DifferenceVerdict
  readonly comparisons: readonly OutputComparison[]
  /** Where the two part, where that was found. */
  readonly firstDifference?: FirstDifference
  /** Why there is no comparison, or what to know about it. */
  readonly remarks: readonly string[]
}

/** A receipt of no comparison. */
export function noReceipt(remark: string): ImportReceipt {
  return { maxAbs: null, maxRel: null, verdict: 'not-run', comparisons: [], remarks: [remark] }
}

/** How far two networks differ, as a sentence. */
export function describeDifference({ maxRel, firstDifference }: ImportReceipt): string {
  const first = firstDifference ? ` ${describeFirst(firstDifference)}` : ''
  return `The network gives other outputs than its file: largest relative difference ${printDifference(maxRel)}, and ${printDifference(largestDifference)} is allowed.${first}`
}

/** @throws NetloomError import.different where a receipt shows another network than the file's */
export function requireEqualOutputs(path: string, receipt: ImportReceipt): void {
  if (receipt.verdict !== 'different') return
  throw new NetloomError('import.different', `"${path}": ${describeDifference(receipt)}`, {
    path,
    nodeId: receipt.firstDifference?.layer,
    expected: largestDifference,
    received: printDifference(receipt.maxRel),
  })
}

/** A receipt as JSON writes it: a difference that is no number is "infinite", and one that was not measured "not-run". */
export function receiptForJson(receipt: ImportReceipt) {
  const { firstDifference, comparisons, ...rest } = receipt
  return {
    ...forJson(rest),
    comparisons: comparisons.map(forJson),
    ...(firstDifference && { firstDifference: forJson(firstDifference) }),
  }
}

function forJson<T extends OutputDifference>(value: T) {
  return { ...value, maxAbs: differenceForJson(value.maxAbs), maxRel: differenceForJson(value.maxRel) }
}

/** Where two networks part, as a sentence. */
export function describeFirst({ layer, type, value, maxRel }: FirstDifference): string {
  return `The two part first at "${layer}" (${type}), which is "${value}" in the file: largest relative difference ${printDifference(maxRel)}.`
}
