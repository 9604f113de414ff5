// Gradients of plain mathematical functions of one input; activations are in activations.ts.
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, inputOf, outputOf, scale } from '../emit'
import type { GradientRule, GradientTable } from '../rule'

/** A function of one input, given by what it does with dy, x and y. */
function unary(gradient: (builder: GraphBuilder, dy: string, x: string, y: string) => string): GradientRule {
  return (context) => [gradient(context.builder, arriving(context), inputOf(context, 0), outputOf(context, 0))]
}

/** c + s * value^2 */
function offsetSquare(builder: GraphBuilder, c: number, s: number, value: string): string {
  return builder.add('Add', [scale(builder, builder.add('Mul', [value, value]), s), builder.scalar(c)])
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
  Sin: unary((builder, dy, x) => builder.add('Mul', [dy, builder.add('Cos', [x])])),
  Cos: unary((builder, dy, x) => builder.add('Neg', [builder.add('Mul', [dy, builder.add('Sin', [x])])])),
  // d tan(x) = 1 + y^2
  Tan: unary((builder, dy, _x, y) => builder.add('Mul', [dy, offsetSquare(builder, 1, 1, y)])),
  Sinh: unary((builder, dy, x) => builder.add('Mul', [dy, builder.add('Cosh', [x])])),
  Cosh: unary((builder, dy, x) => builder.add('Mul', [dy, builder.add('Sinh', [x])])),
  // d asin(x) = 1 / sqrt(1 - x^2)
  Asin: unary((builder, dy, x) => builder.add('Div', [dy, builder.add('Sqrt', [offsetSquare(builder, 1, -1, x)])])),
  Acos: unary((builder, dy, x) => {
    return builder.add('Neg', [builder.add('Div', [dy, builder.add('Sqrt', [offsetSquare(builder, 1, -1, x)])])])
  }),
  // d atan(x) = 1 / (1 + x^2)
  Atan: unary((builder, dy, x) => builder.add('Div', [dy, offsetSquare(builder, 1, 1, x)])),
  // d asinh(x) = 1 / sqrt(x^2 + 1)
  Asinh: unary((builder, dy, x) => builder.add('Div', [dy, builder.add('Sqrt', [offsetSquare(builder, 1, 1, x)])])),
  Acosh: unary((builder, dy, x) => builder.add('Div', [dy, builder.add('Sqrt', [offsetSquare(builder, -1, 1, x)])])),
  // d atanh(x) = 1 / (1 - x^2)
  Atanh: unary((builder, dy, x) => builder.add('Div', [dy, offsetSquare(builder, 1, -1, x)])),
} satisfies Partial<GradientTable>
