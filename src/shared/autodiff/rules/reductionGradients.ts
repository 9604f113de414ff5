// Gradients of reductions over axes; pooling and softmax are elsewhere.
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

export const reductionRules = {
  ReduceSum: reduceSum,
  ReduceMean: reduceMean,
  ReduceMax: reduceExtreme,
  ReduceMin: reduceExtreme,
  ReduceL2: reduceL2,
  ReduceSumSquare: reduceSumSquare,
} satisfies Partial<GradientTable>
