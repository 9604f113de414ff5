// Trees of named numbers: worked out, and printed so that what is printed reads as it is worked out.
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  evaluate,
  keyboardSigns,
  minus,
  named,
  over,
  plus,
  printNames,
  printNumbers,
  rounded,
  times,
} from './expression'

describe('an expression', () => {
  it('prints names, numbers and comes to a value', () => {
    const kernels = times(plus(times(named('F_h', 5), named('F_w', 5), named('C_in', 3)), 1), named('C_out', 10))
    expect(printNames(kernels)).toBe('(F_h·F_w·C_in + 1)·C_out')
    expect(printNumbers(kernels)).toBe('(5·5·3 + 1)·10')
    expect(printNumbers(kernels, keyboardSigns)).toBe('(5*5*3 + 1)*10')
    expect(evaluate(kernels)).toBe(760)
  })

  it('puts parentheses where the order would change, and nowhere else', () => {
    expect(printNumbers(minus(9, plus(2, 1)))).toBe('9 − (2 + 1)')
    expect(printNumbers(plus(minus(9, 2), 1))).toBe('9 − 2 + 1')
    expect(printNumbers(minus(minus(9, 2), 1))).toBe('9 − 2 − 1')
    expect(printNumbers(over(8, times(2, 2)))).toBe('8/(2·2)')
    expect(printNumbers(over(times(8, 2), 4))).toBe('8·2/4')
    expect(printNumbers(over(8, over(4, 2)))).toBe('8/(4/2)')
    expect(printNumbers(times(3, minus(5, 1)))).toBe('3·(5 − 1)')
  })

  it('shows what a name stands for among the numbers, in parentheses where it needs them', () => {
    const bytes = times(named('values', plus(2, 3)), named('4 bytes', 4))
    expect(printNames(bytes)).toBe('values·4 bytes')
    expect(printNumbers(bytes)).toBe('(2 + 3)·4')
    expect(evaluate(bytes)).toBe(20)
  })

  it('rounds', () => {
    const steps = over(minus(7, 3), 3)
    expect([evaluate(rounded(steps, 'floor')), evaluate(rounded(steps, 'ceil'))]).toEqual([1, 2])
    expect(printNumbers(plus(rounded(steps, 'floor'), 1))).toBe('⌊(7 − 3)/3⌋ + 1')
  })

  it('reads as it is worked out: hundreds of random trees, the printed text computed by JavaScript', () => {
    let seed = 7
    const next = (below: number): number => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed % below
    }
    const grow = (depth: number): ReturnType<typeof plus> => {
      const inner = () => (depth === 0 ? named('n', 1 + next(9)) : grow(depth - 1))
      return [
        () => plus(inner(), inner(), inner()),
        () => minus(inner(), inner()),
        () => times(inner(), inner()),
        () => over(inner(), 1 + next(9)),
        () => named('part', inner()),
      ][next(5)]!()
    }
    for (let index = 0; index < 500; index++) {
      const tree = grow(1 + next(4))
      const text = printNumbers(tree, keyboardSigns).replaceAll(',', '')
      expect(/^[\d+*/(). -]+$/.test(text)).toBe(true)
      const worked = Number(runInNewContext(text))
      expect(Math.abs(worked - evaluate(tree))).toBeLessThan(1e-6 * Math.max(1, Math.abs(worked)))
    }
  })
})
