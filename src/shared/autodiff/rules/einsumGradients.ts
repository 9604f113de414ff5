// The gradient of Einsum: by each operand an Einsum of dy with all the others.
import { parseEinsum, type ParsedEinsum } from '../../onnx/einsum'
import { internalError } from '../../graph/errors'
import { arriving, expand, range, reshape } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/**
 * The gradient by one operand. Letters that only it has were summed: dy is the same along them. Letters that it names twice
 * took its diagonal: beside it the gradient is 0.
 */
function byOperand(context: RuleContext, { operands, result, extents }: ParsedEinsum, index: number): string {
  const { builder } = context
  const letters = operands[index] ?? []
  const others = range(operands.length).filter((other) => other !== index)
  const known = new Set([...result, ...others.flatMap((other) => operands[other] ?? [])])
  const names = [...new Set(letters)]
  const reached = names.filter((letter) => known.has(letter))
  const terms = [result, ...others.map((other) => operands[other] ?? [])].map((term) => term.join(''))
  const inputs = [arriving(context), ...others.map((other) => context.inputs[other] ?? '')]
  const equation = `${terms.join()}->${reached.join('')}`
  const isSame = others.length === 0 && reached.join() === result.join()
  const summed = isSame ? arriving(context) : builder.add('Einsum', inputs, { equation })
  const extentOf = (letter: string) => extents.get(letter) ?? 1
  const apart = reshape(
    builder,
    summed,
    names.map((letter) => (known.has(letter) ? extentOf(letter) : 1)),
  )
  const whole = expand(builder, apart, names.map(extentOf))
  return ontoDiagonals(context, whole, letters, extentOf)
}

/** Spreads a gradient over axes that have one letter twice: 0 wherever their places differ. */
function ontoDiagonals(
  context: RuleContext,
  value: string,
  letters: readonly string[],
  extentOf: (letter: string) => number,
): string {
  const { builder } = context
  const isFirst = (axis: number) => letters.indexOf(letters[axis] ?? '') === axis
  if (letters.every((_, axis) => isFirst(axis))) return value
  const spread = letters.map((letter, axis) => (isFirst(axis) ? extentOf(letter) : 1))
  return letters.reduce(
    (gradient, letter, axis) => {
      if (isFirst(axis)) return gradient
      const extent = extentOf(letter)
      const first = letters.indexOf(letter)
      const data = Float32Array.from({ length: extent ** 2 }, (_, cell) => (cell % (extent + 1) === 0 ? 1 : 0))
      const dims = letters.map((_, other) => (other === axis || other === first ? extent : 1))
      return builder.add('Mul', [gradient, builder.constant({ dataType: 'float32', dims, data }, 'diagonal')])
    },
    reshape(builder, value, spread),
  )
}

const einsum: GradientRule = (context) => {
  const shapes = context.inputs.map((input) => context.shapeOf(input))
  const parsed = parseEinsum(context.string('equation', ''), shapes)
  if (typeof parsed === 'string') throw internalError(parsed)
  return context.inputs.map((_, index) => (context.needs(index) ? byOperand(context, parsed, index) : undefined))
}

export const einsumRules = { Einsum: einsum } satisfies Partial<GradientTable>
