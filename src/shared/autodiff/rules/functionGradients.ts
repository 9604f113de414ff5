// Gradients of plain mathematical functions of one input; activations are in activations.ts.
import { arriving, inputOf, outputOf, scale } from '../emit'
import type { GradientRule, GradientTable } from '../rule'

/** A function of one input, given by what it does with dy, x and y. */
function unary(
  gradient: (builder: Parameters<GradientRule>[0]['builder'], dy: string, x: string, y: string) => string,
): GradientRule {
  return (context) => [gradient(context.builder, arriving(context), inputOf(context, 0), outputOf(context, 0))]
}

export const functionRules = {
  Neg: unary((builder, dy) => builder.add('Neg', [dy])),
  Exp: unary((builder, dy, _x, y) => builder.add('Mul', [dy, y])),
  Log: unary((builder, dy, x) => builder.add('Div', [dy, x])),
  // d sqrt(x) = 1 / (2 sqrt(x))
  Sqrt: unary((builder, dy, _x, y) => builder.add('Div', [scale(builder, dy, 0.5), y])),
  // At 0 we take 0.
  Abs: unary((builder, dy, x) => builder.add('Mul', [dy, builder.add('Sign', [x])])),
  // d (1 / x) = -1 / x^2 = -y^2
  Reciprocal: unary((builder, dy, _x, y) => builder.add('Neg', [builder.add('Mul', [dy, builder.add('Mul', [y, y])])])),
  // d erf(x) = 2 / sqrt(pi) * exp(-x^2)
  Erf: unary((builder, dy, x) => {
    const bell = builder.add('Exp', [builder.add('Neg', [builder.add('Mul', [x, x])])])
    return builder.add('Mul', [dy, scale(builder, bell, 2 / Math.sqrt(Math.PI))])
  }),
} satisfies Partial<GradientTable>
