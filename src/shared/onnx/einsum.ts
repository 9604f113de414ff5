// The equation of an Einsum with a letter for every axis; not its shape rule and not its gradient.

/** An equation read for operands of known shapes. */
export interface ParsedEinsum {
  /** One list of letters for each operand, one letter for each of its axes; a letter may stand twice in one. */
  readonly operands: readonly (readonly string[])[]
  /** The letters of the result. */
  readonly result: readonly string[]
  /** The extent of each letter: the largest that any operand has there, as 1 is broadcast. */
  readonly extents: ReadonlyMap<string, number>
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')

/**
 * Reads an equation. The axes under "..." get letters that the equation does not use, the last axis the same in all operands.
 * @param shapes of all operands
 * @returns a sentence on what is wrong where the equation does not fit its operands
 * @see ONNX Einsum-12
 */
export function parseEinsum(equation: string, shapes: readonly (readonly number[])[]): ParsedEinsum | string {
  const [left = '', right, surplus] = equation.replaceAll(/\s/g, '').split('->')
  if (surplus !== undefined) return `the equation "${equation}" has two arrows`
  const terms = left.split(',')
  if (terms.length !== shapes.length)
    return `the equation "${equation}" has ${terms.length} terms for ${shapes.length} inputs`
  const widths = terms.map((term, index) => widthOfDots(term, shapes[index] ?? []))
  const odd = widths.findIndex((width) => width < 0)
  if (odd >= 0) return `the term "${terms[odd]}" does not fit its input of ${shapes[odd]?.length ?? 0} axes`
  const free = alphabet.filter((letter) => !equation.includes(letter))
  const dots = free.slice(0, Math.max(0, ...widths))
  const operands = terms.map((term, index) => lettersOf(term, dots, widths[index] ?? 0))
  const extents = new Map<string, number>()
  for (const [index, letters] of operands.entries())
    for (const [axis, letter] of letters.entries()) {
      const [known = 1, extent = 1] = [extents.get(letter), shapes[index]?.[axis]]
      if (known !== 1 && extent !== 1 && known !== extent)
        return `"${letter}" of the equation "${equation}" stands for the extents ${known} and ${extent}`
      extents.set(letter, Math.max(known, extent))
    }
  const result = right === undefined ? impliedResult(left, dots) : lettersOf(right, dots, dots.length)
  const unknown = result.find((letter) => !extents.has(letter))
  if (unknown !== undefined) return `"${unknown}" of the equation "${equation}" is in no term`
  if (new Set(result).size < result.length) return `the result of the equation "${equation}" names a letter twice`
  return { operands, result, extents }
}

/** How many axes the dots of a term stand for; negative where it has more letters than axes, or fewer and no dots. */
function widthOfDots(term: string, shape: readonly number[]): number {
  const width = shape.length - term.replace('...', '').length
  return term.includes('...') || width === 0 ? width : -1
}

function lettersOf(term: string, dots: readonly string[], width: number): readonly string[] {
  const [before = '', after = ''] = term.split('...')
  const under = term.includes('...') ? dots.slice(dots.length - width) : []
  return [...before.split(''), ...under, ...after.split('')]
}

/** Without an arrow: the axes under the dots, then the letters that stand once, in the order of the alphabet. */
function impliedResult(terms: string, dots: readonly string[]): readonly string[] {
  const letters = terms.replaceAll(/[.,]/g, '').split('')
  const single = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
  return [...dots, ...single.toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)]
}
