// Shape rules of operators that pick or place values by index.
import { readNumbers } from '../dataTypes'
import { show, type ShapeRule, type ShapeRuleTable } from './shapeContext'
import { at, readExplicitPads, readSteps } from './windowShapes'

/** Replaces one axis by the extents of the indices. @see ONNX Gather-13 */
const gather: ShapeRule = (context) => {
  const x = context.dims(0)
  const axis = context.axis(context.int('axis', 0), x.length)
  const indices = context.constant(1)
  const extent = context.extent(0, axis)
  if (indices && indices.data.length <= 4096)
    for (const index of readNumbers(indices))
      if (index < -extent || index >= extent) context.fail(`index ${index} lies outside axis ${axis} of ${show(x)}`)
  return context.like(0, [...x.slice(0, axis), ...context.dims(1), ...x.slice(axis + 1)])
}

const gatherElements: ShapeRule = (context) => {
  if (context.dims(0).length !== context.dims(1).length)
    context.fail(`data ${show(context.dims(0))} and indices ${show(context.dims(1))} differ in their number of axes`)
  return context.like(0, context.dims(1))
}

/** @see ONNX GatherND-13 */
const gatherNd: ShapeRule = (context) => {
  const [x, indices] = [context.dims(0), context.dims(1)]
  const depth = indices.at(-1) ?? context.fail('its indices are a scalar')
  const batch = context.int('batch_dims', 0)
  if (batch + depth > x.length) context.fail(`indices ${show(indices)} reach deeper than the data ${show(x)}`)
  return context.like(0, [...indices.slice(0, -1), ...x.slice(batch + depth)])
}

const scatterElements: ShapeRule = (context) => {
  if (context.dims(1).join() !== context.dims(2).join())
    context.fail(`indices ${show(context.dims(1))} and updates ${show(context.dims(2))} must have the same extents`)
  return [context.type(0)]
}

const scatterNd: ShapeRule = (context) => {
  const [x, indices, updates] = [context.dims(0), context.dims(1), context.dims(2)]
  const wanted = [...indices.slice(0, -1), ...x.slice(indices.at(-1) ?? 0)]
  if (updates.join() !== wanted.join()) context.fail(`updates ${show(updates)} must be ${show(wanted)}`)
  return [context.type(0)]
}

/** Puts values at their indices in a tensor of the stated extents, or of those that the pooling had. @see ONNX MaxUnpool-11 */
const maxUnpool: ShapeRule = (context) => {
  const dims = context.dims(0)
  if (dims.join() !== context.dims(1).join())
    context.fail(`data ${show(dims)} and indices ${show(context.dims(1))} must have the same extents`)
  const stated = context.numbers(2, 'output_shape')
  if (stated) return context.like(0, stated)
  const kernel = context.ints('kernel_shape') ?? context.fail('kernel_shape is missing')
  const { strides } = readSteps(context, kernel, dims.length - 2)
  const { padsBegin, padsEnd } = readExplicitPads(context, kernel.length)
  const spatial = kernel.map((extent, axis) => {
    return (at(dims, axis + 2) - 1) * at(strides, axis) + extent - at(padsBegin, axis) - at(padsEnd, axis)
  })
  return context.like(0, [...dims.slice(0, 2), ...spatial])
}

/** Adds an axis of extent `depth`; its type is that of the (off, on) values. @see ONNX OneHot-11 */
const oneHot: ShapeRule = (context) => {
  const indices = context.dims(0)
  const depth = context.numbers(1, 'depth')?.[0] ?? context.fail('its depth is missing')
  if (depth < 1) context.fail(`a depth of ${depth} has no position`)
  const axis = context.axis(context.int('axis', -1), indices.length + 1)
  return context.like(2, [...indices.slice(0, axis), depth, ...indices.slice(axis)])
}

/** How many values are not zero is known only for a constant. */
const nonZero: ShapeRule = (context) => {
  const count = context.numbers(0, 'values')?.filter((value) => value !== 0).length ?? 0
  return [{ dataType: 'int64', dims: [context.dims(0).length, count] }]
}

export const indexingRules = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  Scatter: scatterElements,
  ScatterND: scatterNd,
  MaxUnpool: maxUnpool,
  OneHot: oneHot,
  NonZero: nonZero,
} satisfies ShapeRuleTable
