// One line of arithmetic: names, the same with numbers, the result; not which lines a layer has.

/** What a line works out. */
export type ArithmeticSubject = 'output' | 'parameters' | 'multiplications' | 'memory' | 'field'

/**
 * A line of arithmetic. Texts are plain: `·`, `−`, `×`, `⌊ ⌋`; `_` before a word sets it below the line (`C_in`,
 * `P_begin`).
 */
export interface ArithmeticLine {
  readonly subject: ArithmeticSubject
  /** `Height and width`. */
  readonly title: string
  /** With names; left out where there is nothing to name. */
  readonly formula?: string
  /** The formula with this layer's numbers; left out where it would only repeat the result. */
  readonly numbers?: string
  readonly result: string
  /** What else is worth knowing. */
  readonly notes?: readonly string[]
  /** What a stride leaves out, with the arithmetic. */
  readonly warnings?: readonly string[]
}

/** Arithmetic as layers print it (`(7 - 3)/3`, `5*5*3`) with the signs of print. */
export function typeset(text: string): string {
  return text
    .replaceAll('*', '·')
    .replaceAll(' - ', ' − ')
    .replaceAll(/(\d)x(?=\d)/g, '$1×')
}

/** A line whose numbers come as `left = right`; everything before the last `=` is the arithmetic. */
export function splitResult(text: string): { readonly numbers?: string; readonly result: string } {
  const at = text.lastIndexOf(' = ')
  return at < 0
    ? { result: typeset(text) }
    : { numbers: typeset(text.slice(0, at)), result: typeset(text.slice(at + 3)) }
}
