// The truth tables of the lectures as rows of inputs and answers; their images are one row of pixels, black 0 and white 1.

/** One row: what goes in, each 0 or 1, and whether the answer is 1 (else -1). */
export interface TruthRow {
  readonly inputs: readonly (0 | 1)[]
  readonly answer: -1 | 1
}

/** The classes of every table, in the order of the outputs. */
export const truthClasses = ['-1', '1'] as const

/** All rows of `count` inputs in counting order, the first input slowest. */
function countRows(count: number): readonly (readonly (0 | 1)[])[] {
  return Array.from({ length: 2 ** count }, (_, number) =>
    Array.from({ length: count }, (_, place) => ((number >> (count - 1 - place)) & 1 ? 1 : 0)),
  )
}

function tabulate(count: number, isTrue: (ones: number) => boolean): readonly TruthRow[] {
  return countRows(count).map((inputs) => {
    const ones = inputs.filter((bit) => bit === 1).length
    return { inputs, answer: isTrue(ones) ? 1 : -1 }
  })
}

/**
 * `truth-table`: 1 where at least two of three inputs are 1; `and`, `or`, `xor` of two inputs. All but `xor` can be told
 * apart by a plane.
 */
export const truthTables = {
  'truth-table': tabulate(3, (ones) => ones >= 2),
  and: tabulate(2, (ones) => ones === 2),
  or: tabulate(2, (ones) => ones >= 1),
  xor: tabulate(2, (ones) => ones === 1),
} as const satisfies Readonly<Record<string, readonly TruthRow[]>>

export type TruthTableName = keyof typeof truthTables

/** Names of the tables, as in `builtin:xor`. */
export const truthTableNames = ['truth-table', 'and', 'or', 'xor'] as const satisfies readonly TruthTableName[]

/** A row as an image of one channel and height 1: [1, 1, F], 0 or 255. */
export function drawTruthRow({ inputs }: TruthRow): Uint8Array {
  return Uint8Array.from(inputs, (bit) => 255 * bit)
}

/** The class of a row: 0 for -1, 1 for 1. */
export function labelOf({ answer }: TruthRow): 0 | 1 {
  return answer === 1 ? 1 : 0
}
