// Gradients of reductions over axes and of the running sum along one; pooling and softmax are elsewhere.
import {
  arriving,
  asFloat,
  expand,
  inputOf,
  normaliseAxes,
  othersNone,
  outputOf,
  product,
  range,
  reshape,
  scale,
  sumOver,
} from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/** The reduced axes: an attribute, or from opset 13 (ReduceSum) and 18 on the second input; none means all. */
function reducedAxes(context: RuleContext): number[] {
  const rank = context.shapeOf(inputOf(context, 0)).length
  const axes = context.ints('axes') ?? (context.inputs[1] ? context.fixedInts(1, 'axes') : [])
  if (axes.length > 0) return normaliseAxes(axes, rank)
  return context.int('noop_with_empty_axes', 0) === 1 ? [] : range(rank)
}

/** A value of the output's shape with the reduced axes back as extents of 1, ready to broadcast. */
function withAxes(context: RuleContext, value: string): string {
  const axes = reducedAxes(context)
  const dims = context.shapeOf(inputOf(context, 0)).map((extent, axis) => (axes.includes(axis) ? 1 : extent))
  return reshape(context.builder, value, dims)
}

const reduceSum: GradientRule = (context) => {
  const dims = context.shapeOf(inputOf(context, 0))
  return othersNone(context, expand(context.builder, withAxes(context, arriving(context)), dims))
}

const reduceMean: GradientRule = (context) => {
  const dims = context.shapeOf(inputOf(context, 0))
  const count = product(reducedAxes(context).map((axis) => dims[axis] ?? 1))
  return othersNone(
    context,
    expand(context.builder, scale(context.builder, withAxes(context, arriving(context)), 1 / count), dims),
  )
}

/** The gradient goes to the elements that equal the extreme, in equal parts where several do (PyTorch's `amax`). */
const reduceExtreme: GradientRule = (context) => {
  const { builder } = context
  const isChosen = builder.add('Equal', [inputOf(context, 0), withAxes(context, outputOf(context, 0))])
  const mask = asFloat(builder, isChosen)
  const count = sumOver(builder, mask, reducedAxes(context), true)
  return othersNone(
    context,
    builder.add('Mul', [mask, builder.add('Div', [withAxes(context, arriving(context)), count])]),
  )
}

/** y = |x|: dL/dx = dy * x / y; where y is 0, all x are 0 and so is the gradient. */
const reduceL2: GradientRule = (context) => {
  const { builder } = context
  const length = builder.add('Max', [withAxes(context, outputOf(context, 0)), builder.scalar(1e-30)])
  const factor = builder.add('Div', [withAxes(context, arriving(context)), length])
  return othersNone(context, builder.add('Mul', [inputOf(context, 0), factor]))
}

const reduceSumSquare: GradientRule = (context) => {
  const { builder } = context
  const doubled = scale(builder, withAxes(context, arriving(context)), 2)
  return othersNone(context, builder.add('Mul', [inputOf(context, 0), doubled]))
}

/** At 0 we take 0. */
const reduceL1: GradientRule = (context) => {
  const { builder } = context
  const sign = builder.add('Sign', [inputOf(context, 0)])
  return othersNone(context, builder.add('Mul', [sign, withAxes(context, arriving(context))]))
}

/** y = log(sum(x)): dL/dx = dy / sum(x) = dy * exp(-y). */
const reduceLogSum: GradientRule = (context) => {
  const { builder } = context
  const inverse = builder.add('Exp', [builder.add('Neg', [outputOf(context, 0)])])
  const dx = withAxes(context, builder.add('Mul', [arriving(context), inverse]))
  return othersNone(context, expand(builder, dx, context.shapeOf(inputOf(context, 0))))
}

/** y = log(sum(exp(x))): dL/dx = dy * exp(x - y). */
const reduceLogSumExp: GradientRule = (context) => {
  const { builder } = context
  const below = builder.add('Sub', [inputOf(context, 0), withAxes(context, outputOf(context, 0))])
  return othersNone(context, builder.add('Mul', [builder.add('Exp', [below]), withAxes(context, arriving(context))]))
}

/**
 * The product of all other elements: that of the elements that are not 0, divided by the element itself; where one element
 * is 0, it alone has a gradient, where several are, none has.
 */
const reduceProduct: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const [zero, one] = [builder.scalar(0), builder.scalar(1)]
  const isZero = builder.add('Equal', [x, zero])
  const filled = builder.add('Where', [isZero, one, x])
  const axes = reducedAxes(context)
  const rest = axes.length === 0 ? filled : builder.add('ReduceProd', [filled], { axes, keepdims: 1 })
  const zeros = sumOver(builder, asFloat(builder, isZero), axes, true)
  const isOnly = builder.add('Equal', [zeros, one])
  const others = builder.add('Where', [builder.add('Equal', [zeros, zero]), builder.add('Div', [rest, filled]), zero])
  const product = builder.add('Where', [builder.add('And', [isZero, isOnly]), rest, others])
  return othersNone(context, builder.add('Mul', [product, withAxes(context, arriving(context))]))
}

/** Each element is in the sums from its own place on (without it where `exclusive`): a running sum from the other end. */
const runningSum: GradientRule = (context) => {
  const { builder, inputs } = context
  const attributes = { exclusive: context.int('exclusive', 0), reverse: 1 - context.int('reverse', 0) }
  return othersNone(context, builder.add('CumSum', [arriving(context), inputs[1] ?? ''], attributes))
}

export const reductionRules = {
  ReduceSum: reduceSum,
  ReduceMean: reduceMean,
  ReduceMax: reduceExtreme,
  ReduceMin: reduceExtreme,
  ReduceL2: reduceL2,
  ReduceSumSquare: reduceSumSquare,
  ReduceL1: reduceL1,
  ReduceLogSum: reduceLogSum,
  ReduceLogSumExp: reduceLogSumExp,
  ReduceProd: reduceProduct,
  CumSum: runningSum,
} satisfies Partial<GradientTable>
