// Gradients of operators that pick elements by indices: dy goes back to where each element was taken from.
import { NetloomError } from '../../graph/errors'
import { arriving, inputOf, normaliseAxes, othersNone, outputOf, product, range, reshape, zeros } from '../emit'
import { none, type GradientRule, type GradientTable, type RuleContext } from '../rule'

/** Adds each slice of dy to the place it was taken from; an index that stands twice gets both. */
const gather: GradientRule = (context) => {
  const { builder } = context
  const [data, indices] = [inputOf(context, 0), inputOf(context, 1)]
  const dims = context.shapeOf(data)
  const [axis = 0] = normaliseAxes([context.int('axis', 0)], dims.length)
  const [before, after] = [product(dims.slice(0, axis)), product(dims.slice(axis + 1))]
  const count = product(context.shapeOf(indices))
  const taken = [before, count, after]
  const places = builder.add('Expand', [reshape(builder, indices, [1, count, 1]), builder.ints(taken)])
  const empty = zeros(builder, [before, dims[axis] ?? 1, after])
  const inputs = [empty, places, reshape(builder, arriving(context), taken)]
  const sum = builder.add('ScatterElements', inputs, { axis: 1, reduction: 'add' })
  return othersNone(context, reshape(builder, sum, dims))
}

/** The same along one axis only, each element by an index of its own. */
const gatherElements: GradientRule = (context) => {
  const { builder } = context
  const empty = zeros(builder, context.shapeOf(inputOf(context, 0)))
  const attributes = { axis: context.int('axis', 0), reduction: 'add' }
  const sum = builder.add('ScatterElements', [empty, inputOf(context, 1), arriving(context)], attributes)
  return othersNone(context, sum)
}

/** The values go back to their places, which are the second output. */
const largest: GradientRule = (context) => {
  const empty = zeros(context.builder, context.shapeOf(inputOf(context, 0)))
  const inputs = [empty, outputOf(context, 1), arriving(context)]
  return othersNone(context, context.builder.add('ScatterElements', inputs, { axis: context.int('axis', -1) }))
}

/** Whole slices at given places: those of dy, added up where a place stands twice. */
const gatherSlices: GradientRule = (context) => {
  const { builder } = context
  if (context.int('batch_dims', 0) !== 0) return othersNone(context, byBatch(context))
  const empty = zeros(builder, context.shapeOf(inputOf(context, 0)))
  return othersNone(
    context,
    builder.add('ScatterND', [empty, inputOf(context, 1), arriving(context)], { reduction: 'add' }),
  )
}

/** Indices that count anew in each part of the batch, as indices that say the part too. */
function byBatch(context: RuleContext): string {
  const { builder } = context
  const dims = context.shapeOf(inputOf(context, 0))
  const depth = context.int('batch_dims', 0)
  const indices = inputOf(context, 1)
  const indexDims = context.shapeOf(indices)
  const lead = indexDims.slice(0, -1)
  const parts = range(depth).map((axis) => {
    const extent = dims[axis] ?? 1
    const numbers = { dataType: 'int64', dims: [extent, ...lead.slice(axis + 1).map(() => 1), 1] } as const
    const data = BigInt64Array.from(range(extent), BigInt)
    return builder.add('Expand', [builder.constant({ ...numbers, data }), builder.ints([...lead, 1])])
  })
  const places = builder.add('Concat', [...parts, indices], { axis: -1 })
  return builder.add('ScatterND', [zeros(builder, dims), places, arriving(context)], { reduction: 'add' })
}

/** What was overwritten gets nothing; what was written gets the dy of its place. */
const scatterElements: GradientRule = (context) => {
  const { builder } = context
  const [indices, dy] = [inputOf(context, 1), arriving(context)]
  const attributes = { axis: context.int('axis', 0) }
  requirePlainScatter(context)
  const isAdded = context.string('reduction', 'none') === 'add'
  const hidden = () =>
    builder.add('ScatterElements', [dy, indices, zeros(builder, context.shapeOf(indices))], attributes)
  return [
    context.needs(0) ? (isAdded ? dy : hidden()) : undefined,
    none,
    context.needs(2) ? builder.add('GatherElements', [dy, indices], attributes) : undefined,
  ]
}

const scatterSlices: GradientRule = (context) => {
  const { builder } = context
  const [indices, dy] = [inputOf(context, 1), arriving(context)]
  requirePlainScatter(context)
  const isAdded = context.string('reduction', 'none') === 'add'
  const hidden = () => builder.add('ScatterND', [dy, indices, zeros(builder, context.shapeOf(inputOf(context, 2)))])
  return [
    context.needs(0) ? (isAdded ? dy : hidden()) : undefined,
    none,
    context.needs(2) ? builder.add('GatherND', [dy, indices]) : undefined,
  ]
}

/** @throws NetloomError autodiff.noGradient for products and extremes of what meets at one place */
function requirePlainScatter(context: RuleContext): void {
  const reduction = context.string('reduction', 'none')
  if (reduction === 'none' || reduction === 'add') return
  const { name, opType } = context.node
  throw new NetloomError(
    'autodiff.noGradient',
    `${opType} "${name}" with the reduction "${reduction}" has no gradient here.`,
    {
      nodeId: name,
      received: reduction,
      hint: 'Use it without a reduction, or with "add".',
    },
  )
}

export const indexingRules = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherSlices,
  ScatterElements: scatterElements,
  ScatterND: scatterSlices,
  TopK: largest,
} satisfies Partial<GradientTable>
