// Gradients of MaxPool, GlobalMaxPool and MaxUnpool through the indices of the maxima; the first of equal maxima takes it all.
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, inputOf, othersNone, product, reshape, zeros } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'
import { spanOf, windowsOf } from './gradientWindow'

/**
 * Puts dy at the places of the maxima, zeros elsewhere.
 * @param indices int64, places in the flattened x: [N, C, Ho, Wo]
 * @param overlap whether one element may be the maximum of several windows, so that its gradients add up
 */
function unpool(builder: GraphBuilder, dy: string, indices: string, dims: readonly number[], overlap: boolean): string {
  if (!overlap) {
    // With windows of one cell MaxUnpool only writes: out[indices] = dy.
    const ones = dims.slice(2).map(() => 1)
    return builder.add('MaxUnpool', [dy, indices, builder.ints(dims)], { kernel_shape: ones, strides: ones })
  }
  const count = product(builder.shapeOf(dy))
  const inputs = [zeros(builder, [product(dims)]), reshape(builder, indices, [count]), reshape(builder, dy, [count])]
  return reshape(builder, builder.add('ScatterElements', inputs, { axis: 0, reduction: 'add' }), dims)
}

/** The second output of a MaxPool, or of one more MaxPool where the forward node keeps no indices. */
function indicesOf(context: RuleContext): string {
  const given = context.outputs[1]
  if (given && context.int('storage_order', 0) === 0) return given
  const { builder, node } = context
  const { storage_order: _order, ...attributes } = node.attributes
  const [, indices = ''] = builder.addMany('MaxPool', 2, [inputOf(context, 0)], attributes)
  return indices
}

const maxPool: GradientRule = (context) => {
  const windows = windowsOf(context)
  const spans = spanOf(windows)
  const overlap = windows.strides.some((stride, axis) => stride < (spans[axis] ?? 1) && (windows.output[axis] ?? 1) > 1)
  const dims = context.shapeOf(inputOf(context, 0))
  return [unpool(context.builder, arriving(context), indicesOf(context), dims, overlap)]
}

/** One window over the whole image. */
const globalMaxPool: GradientRule = (context) => {
  const { builder } = context
  const x = inputOf(context, 0)
  const dims = context.shapeOf(x)
  const [, indices = ''] = builder.addMany('MaxPool', 2, [x], { kernel_shape: dims.slice(2) })
  return [unpool(builder, arriving(context), indices, dims, false)]
}

/** Each value takes the gradient of the place that it was put to. @see ONNX MaxUnpool-11 */
const maxUnpool: GradientRule = (context) => {
  const { builder } = context
  const dy = arriving(context)
  const flat = reshape(builder, dy, [product(builder.shapeOf(dy))])
  return othersNone(context, builder.add('Gather', [flat, inputOf(context, 1)], { axis: 0 }))
}

export const maxPoolingRules = {
  MaxPool: maxPool,
  GlobalMaxPool: globalMaxPool,
  MaxUnpool: maxUnpool,
} satisfies Partial<GradientTable>
