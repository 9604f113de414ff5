// Gradients of LpPool, GlobalLpPool and LpNormalization, which are built on the p-norm (sum of |x|^p)^(1/p).
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, inputOf, normaliseAxes, outputOf, product, scale, sumOver } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'
import { spreadOver } from './averagePoolingGradients'
import { windowsOf } from './gradientWindow'

/** value^exponent for values of 0 and more. */
function raise(builder: GraphBuilder, value: string, exponent: number): string {
  if (exponent === 1) return value
  return exponent === 2 ? builder.add('Mul', [value, value]) : builder.add('Pow', [value, builder.scalar(exponent)])
}

/** sign(x) * |x|^(p - 1): the derivative of |x|^p / p. */
function signedPower(builder: GraphBuilder, x: string, p: number): string {
  if (p === 2) return x
  const sign = builder.add('Sign', [x])
  return p === 1 ? sign : builder.add('Mul', [sign, raise(builder, builder.add('Abs', [x]), p - 1)])
}

/** dy * y^(1 - p), and 0 where the norm y is 0: there all x are 0, and so we take their gradients. */
function overNorm(builder: GraphBuilder, dy: string, y: string, p: number): string {
  if (p === 1) return dy
  const isZero = builder.add('Equal', [y, builder.scalar(0)])
  const filled = builder.add('Where', [isZero, builder.scalar(1), y])
  const ratio = builder.add('Div', [dy, raise(builder, filled, p - 1)])
  return builder.add('Where', [isZero, builder.scalar(0), ratio])
}

/** dL/dx = sign(x) * |x|^(p - 1) * (sum of dy * y^(1 - p) over the windows that hold x). */
const normPool: GradientRule = (context) => {
  const { builder } = context
  const p = context.int('p', 2)
  const windows = windowsOf(context)
  const weighted = overNorm(builder, arriving(context), outputOf(context, 0), p)
  const shares = scale(builder, spreadOver(context, weighted, windows), product(windows.kernel))
  return [builder.add('Mul', [signedPower(builder, inputOf(context, 0), p), shares])]
}

const globalNormPool: GradientRule = (context) => {
  const { builder } = context
  const p = context.int('p', 2)
  const weighted = overNorm(builder, arriving(context), outputOf(context, 0), p)
  return [builder.add('Mul', [signedPower(builder, inputOf(context, 0), p), weighted])]
}

/** The norm n along the axis, with the axis as an extent of 1. */
function normOf(context: RuleContext, axis: number, p: number): string {
  const { builder } = context
  const reduce = p === 1 ? 'ReduceL1' : 'ReduceL2'
  return builder.add(reduce, [inputOf(context, 0)], { axes: [axis], keepdims: 1 })
}

/** y = x / n: dL/dx = (dy - (sum of dy * y) * dn/dx) / n, where dn/dx is y for p = 2 and sign(x) for p = 1; 0 where n is 0. */
const normalization: GradientRule = (context) => {
  const { builder } = context
  const [x, y, dy] = [inputOf(context, 0), outputOf(context, 0), arriving(context)]
  const p = context.int('p', 2)
  const [axis = 0] = normaliseAxes([context.int('axis', -1)], context.shapeOf(x).length)
  const norm = normOf(context, axis, p)
  const along = sumOver(builder, builder.add('Mul', [dy, y]), [axis], true)
  const slope = p === 1 ? builder.add('Sign', [x]) : y
  const across = builder.add('Sub', [dy, builder.add('Mul', [slope, along])])
  const isZero = builder.add('Equal', [norm, builder.scalar(0)])
  const filled = builder.add('Where', [isZero, builder.scalar(1), norm])
  return [builder.add('Where', [isZero, builder.scalar(0), builder.add('Div', [across, filled])])]
}

export const normPoolingRules = {
  LpPool: normPool,
  GlobalLpPool: globalNormPool,
  LpNormalization: normalization,
} satisfies Partial<GradientTable>
