// Gradients of elementwise operators with several inputs; the walker sums them down where an input was broadcast.
import { arriving, asFloat, float32Code, inputOf, outputOf, scale } from '../emit'
import { none, type GradientRule, type GradientTable, type RuleContext } from '../rule'

/** One gradient per input, made only where it is wanted. */
function perInput(context: RuleContext, make: (index: number) => string): (string | undefined)[] {
  return context.inputs.map((_, index) => (context.needs(index) ? make(index) : undefined))
}

const passToAll: GradientRule = (context) => perInput(context, () => arriving(context))

/** y = (a + b + ...) / n. */
const mean: GradientRule = (context) => {
  const share = scale(context.builder, arriving(context), 1 / context.inputs.length)
  return perInput(context, () => share)
}

const subtract: GradientRule = (context) =>
  perInput(context, (index) => scale(context.builder, arriving(context), index === 0 ? 1 : -1))

const multiply: GradientRule = (context) => {
  const { builder } = context
  const [a, b] = [inputOf(context, 0), inputOf(context, 1)]
  const times = (factor: string) => builder.add('Mul', [arriving(context), factor])
  // A square: both inputs get the same, once.
  if (a === b) return [scale(builder, times(a), 2), none]
  return perInput(context, (index) => times(index === 0 ? b : a))
}

/** y = a / b: dL/da = dy / b, dL/db = -dy * y / b. */
const divide: GradientRule = (context) => {
  const { builder } = context
  const byNumerator = builder.add('Div', [arriving(context), inputOf(context, 1)])
  return perInput(context, (index) =>
    index === 0 ? byNumerator : builder.add('Neg', [builder.add('Mul', [byNumerator, outputOf(context, 0)])]),
  )
}

/** The base's factor b * a^(b - 1); 0 where b is 0, also at a = 0. */
function powerByBase(context: RuleContext, exponent: string): string {
  const { builder } = context
  const base = inputOf(context, 0)
  const numbers = context.constantFloats(1)
  const known = numbers?.length === 1 ? numbers[0] : undefined
  if (known === 1) return builder.scalar(1)
  if (known === 2) return scale(builder, base, 2)
  const lowered = builder.add('Pow', [base, builder.add('Sub', [exponent, builder.scalar(1)])])
  const factor = builder.add('Mul', [lowered, exponent])
  if (known !== undefined && known !== 0) return factor
  return builder.add('Where', [builder.add('Equal', [exponent, builder.scalar(0)]), builder.scalar(0), factor])
}

/** y = a^b: dL/da = dy * b * a^(b - 1), dL/db = dy * y * log a; the latter is 0 where a is 0. */
const power: GradientRule = (context) => {
  const { builder } = context
  const [base, given] = [inputOf(context, 0), inputOf(context, 1)]
  const isFloat = builder.typeOf(given).dataType === 'float32'
  const exponent = isFloat ? given : builder.add('Cast', [given], { to: float32Code })
  return perInput(context, (index) => {
    if (index === 0) return builder.add('Mul', [arriving(context), powerByBase(context, exponent)])
    const isZero = builder.add('Equal', [base, builder.scalar(0)])
    const logarithm = builder.add('Log', [builder.add('Where', [isZero, builder.scalar(1), base])])
    return builder.add('Mul', [arriving(context), builder.add('Mul', [outputOf(context, 0), logarithm])])
  })
}

/** The gradient goes to the inputs that equal the output, in equal parts where several do (PyTorch's `maximum`). */
const extreme: GradientRule = (context) => {
  const { builder } = context
  if (context.inputs.length === 1) return [arriving(context)]
  const chosen = context.inputs.map((input) => asFloat(builder, builder.add('Equal', [input, outputOf(context, 0)])))
  const count = chosen.reduce((sum, mask) => builder.add('Add', [sum, mask]))
  const share = builder.add('Div', [arriving(context), count])
  return perInput(context, (index) => builder.add('Mul', [share, chosen[index] ?? count]))
}

const select: GradientRule = (context) => {
  const { builder } = context
  const condition = inputOf(context, 0)
  const zero = builder.scalar(0)
  return perInput(context, (index) =>
    builder.add('Where', index === 1 ? [condition, arriving(context), zero] : [condition, zero, arriving(context)]),
  )
}

export const elementwiseRules = {
  Add: passToAll,
  Sum: passToAll,
  Mean: mean,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  Pow: power,
  Max: extreme,
  Min: extreme,
  Where: select,
} satisfies Partial<GradientTable>
