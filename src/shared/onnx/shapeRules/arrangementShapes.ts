// Shape rules of operators that move values without changing them: reshape, transpose, slice, pad, join, split.
import { broadcastShapes } from '../../shapes/broadcast'
import { countDims } from '../dataTypes'
import { show, type ShapeContext, type ShapeRule, type ShapeRuleTable } from './shapeContext'
import { at } from './windowShapes'

/** 0 copies the input's extent (unless allowzero), one -1 takes what is left. @see ONNX Reshape-14 */
const reshape: ShapeRule = (context) => {
  const x = context.dims(0)
  const wanted = context.listOf(1, 'shape') ?? context.fail('its shape is missing')
  const copiesZero = context.int('allowzero', 0) === 0
  const dims = wanted.map((extent, axis) => (extent === 0 && copiesZero ? context.extent(0, axis) : extent))
  const open = dims.indexOf(-1)
  if (dims.some((extent, axis) => extent < 0 && axis !== open))
    context.fail(`the shape ${show(wanted)} has more than one open extent or a negative one`)
  const total = countDims(x)
  if (open >= 0) {
    const rest = countDims(dims.filter((_, axis) => axis !== open))
    if (rest === 0 || total % rest !== 0)
      context.fail(`${show(x)} has ${total} values, which do not fill the shape ${show(wanted)}`)
    dims[open] = total / rest
  }
  if (countDims(dims) !== total)
    context.fail(`${show(x)} has ${total} values, the shape ${show(wanted)} has ${countDims(dims)}`)
  return context.like(0, dims)
}

const flatten: ShapeRule = (context) => {
  const x = context.dims(0)
  const axis = context.int('axis', 1)
  const split = axis < 0 ? axis + x.length : axis
  if (split < 0 || split > x.length) context.fail(`axis ${axis} lies outside a tensor of rank ${x.length}`)
  return context.like(0, [countDims(x.slice(0, split)), countDims(x.slice(split))])
}

const transpose: ShapeRule = (context) => {
  const x = context.dims(0)
  const order = context.ints('perm') ?? x.map((_, axis) => x.length - 1 - axis)
  if (order.length !== x.length || context.axes(order, x.length).length !== x.length)
    context.fail(`perm ${show(order)} is no order of the axes of ${show(x)}`)
  return context.like(
    0,
    order.map((axis) => context.extent(0, axis)),
  )
}

const squeeze: ShapeRule = (context) => {
  const x = context.dims(0)
  const stated = context.listOf(1, 'axes')
  const dropped = new Set(
    stated ? context.axes(stated, x.length) : x.flatMap((extent, axis) => (extent === 1 ? [axis] : [])),
  )
  for (const axis of dropped)
    if (x[axis] !== 1) context.fail(`axis ${axis} of ${show(x)} has extent ${x[axis]}, only 1 can be dropped`)
  return context.like(
    0,
    x.filter((_, axis) => !dropped.has(axis)),
  )
}

const unsqueeze: ShapeRule = (context) => {
  const x = context.dims(0)
  const stated = context.listOf(1, 'axes') ?? context.fail('its axes are missing')
  const rank = x.length + stated.length
  const added = new Set(context.axes(stated, rank))
  const rest = x.values()
  const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.next().value ?? 1)))
  return context.like(0, dims)
}

const concat: ShapeRule = (context) => {
  const first = context.dims(0)
  const axis = context.axis(context.int('axis', 1), first.length)
  let total = 0
  context.node.inputs.forEach((_, index) => {
    const dims = context.dims(index)
    if (dims.length !== first.length || dims.some((extent, other) => other !== axis && extent !== first[other]))
      context.fail(`inputs ${show(first)} and ${show(dims)} must agree in every axis but ${axis}`)
    if (context.type(index).dataType !== context.type(0).dataType)
      context.fail(`its inputs have the types ${context.type(0).dataType} and ${context.type(index).dataType}`)
    total += context.extent(index, axis)
  })
  return context.like(
    0,
    first.map((extent, other) => (other === axis ? total : extent)),
  )
}

/** Start, step and count of the kept positions of one axis. */
export interface SliceRange {
  readonly axis: number
  readonly start: number
  readonly step: number
  readonly count: number
}

/**
 * The kept positions of each sliced axis, bounds clamped as numpy does.
 * @see ONNX Slice-13
 */
export function resolveSlice(context: ShapeContext): readonly SliceRange[] {
  const x = context.dims(0)
  const starts = context.listOf(1, 'starts') ?? context.fail('its starts are missing')
  const ends = context.listOf(2, 'ends') ?? context.fail('its ends are missing')
  const axes = context.listOf(3, 'axes') ?? starts.map((_, index) => index)
  const steps = context.numbers(4, 'steps') ?? starts.map(() => 1)
  if ([ends, axes, steps].some((list) => list.length !== starts.length))
    context.fail(
      `starts ${show(starts)}, ends ${show(ends)}, axes ${show(axes)} and steps ${show(steps)} differ in length`,
    )
  return axes.map((stated, index) => {
    const axis = context.axis(stated, x.length)
    const [extent, step] = [at(x, axis), at(steps, index)]
    if (step === 0) context.fail('a step of 0 never ends')
    const clamp = (value: number, low: number, high: number): number =>
      Math.min(high, Math.max(low, value < 0 ? value + extent : value))
    const start = step > 0 ? clamp(at(starts, index), 0, extent) : clamp(at(starts, index), 0, extent - 1)
    const end = step > 0 ? clamp(at(ends, index), 0, extent) : clamp(at(ends, index), -1, extent - 1)
    return { axis, start, step, count: Math.max(0, Math.ceil((end - start) / step)) }
  })
}

const slice: ShapeRule = (context) => {
  const dims = [...context.dims(0)]
  for (const { axis, count } of resolveSlice(context)) dims[axis] = count
  return context.like(0, dims)
}

/** @see ONNX Pad-18; `pads` is an attribute before operator set 11 */
const pad: ShapeRule = (context) => {
  const x = context.dims(0)
  const pads = context.listOf(1, 'pads') ?? context.fail('its pads are missing')
  const axes = context.axes(context.numbers(3, 'axes') ?? x.map((_, axis) => axis), x.length)
  if (pads.length !== 2 * axes.length) context.fail(`pads ${show(pads)} must have ${2 * axes.length} entries`)
  // `axes` came back sorted; pads belong to the stated order.
  const order = (context.numbers(3, 'axes') ?? x.map((_, axis) => axis)).map((axis) => context.axis(axis, x.length))
  const dims = [...x]
  order.forEach((axis, index) => {
    dims[axis] = at(x, axis) + at(pads, index) + at(pads, index + order.length)
  })
  if (dims.some((extent) => extent < 0)) context.fail(`pads ${show(pads)} cut more than ${show(x)} has`)
  return context.like(0, dims)
}

const expand: ShapeRule = (context) => {
  const wanted = context.numbers(1, 'shape') ?? context.fail('its shape is missing')
  const dims =
    broadcastShapes([context.dims(0), wanted]) ??
    context.fail(`${show(context.dims(0))} does not broadcast to ${show(wanted)}`)
  return context.like(0, dims)
}

/** Equal parts (the last may be smaller) unless lengths are given. @see ONNX Split-18 */
const split: ShapeRule = (context) => {
  const x = context.dims(0)
  const axis = context.axis(context.int('axis', 0), x.length)
  const extent = at(x, axis)
  const count = context.outputCount
  const equal = Math.ceil(extent / count)
  const lengths =
    context.listOf(1, 'split') ??
    Array.from({ length: count }, (_, index) => Math.max(0, Math.min(equal, extent - index * equal)))
  const sum = lengths.reduce((total, length) => total + length, 0)
  if (lengths.length !== count || sum !== extent || lengths.some((length) => length < 0))
    context.fail(`lengths ${show(lengths)} for ${count} outputs do not add up to the extent ${extent} of axis ${axis}`)
  return lengths.map((length) => ({
    dataType: context.type(0).dataType,
    dims: x.map((present, other) => (other === axis ? length : present)),
  }))
}

const tile: ShapeRule = (context) => {
  const x = context.dims(0)
  const repeats = context.numbers(1, 'repeats') ?? context.fail('its repeats are missing')
  if (repeats.length !== x.length || repeats.some((count) => count < 0))
    context.fail(`repeats ${show(repeats)} must hold one count for each axis of ${show(x)}`)
  return context.like(
    0,
    x.map((extent, axis) => extent * at(repeats, axis)),
  )
}

const depthToSpace: ShapeRule = (context) => {
  context.requireRank(0, 4)
  const [n, c, h, w] = [0, 1, 2, 3].map((axis) => context.extent(0, axis))
  const block = context.int('blocksize', 0)
  const channels = (c ?? 0) / (block * block)
  if (block < 1 || !Number.isInteger(channels))
    context.fail(`${c} channels do not divide by blocks of ${block}x${block}`)
  return context.like(0, [n ?? 0, channels, (h ?? 0) * block, (w ?? 0) * block])
}

const spaceToDepth: ShapeRule = (context) => {
  context.requireRank(0, 4)
  const [n, c, h, w] = [0, 1, 2, 3].map((axis) => context.extent(0, axis))
  const block = context.int('blocksize', 0)
  const [rows, columns] = [(h ?? 0) / block, (w ?? 0) / block]
  if (block < 1 || !Number.isInteger(rows) || !Number.isInteger(columns))
    context.fail(`${h}x${w} positions do not divide by blocks of ${block}x${block}`)
  return context.like(0, [n ?? 0, (c ?? 0) * block * block, rows, columns])
}

/**
 * Extents come from sizes or from scales. Operator set 10 and Upsample have inputs (x, scales), later ones (x, roi, scales, sizes).
 * @see ONNX Resize-19
 */
const resize: ShapeRule = (context) => {
  const x = context.dims(0)
  const scalesInput = context.inputCount === 2 ? 1 : 2
  const stated = context.ints('axes') ?? x.map((_, axis) => axis)
  const axes = stated.map((axis) => context.axis(axis, x.length))
  const dims = [...x]
  const sizes = scalesInput === 2 && context.has(3) ? context.numbers(3, 'sizes') : undefined
  const scales = sizes ? undefined : (context.numbers(scalesInput, 'scales') ?? readScales(context))
  const list = sizes ?? scales ?? context.fail('neither scales nor sizes are given')
  if (list.length !== axes.length) context.fail(`${show(list)} must hold one number for each of ${axes.length} axes`)
  axes.forEach((axis, index) => {
    // In float32, as the scales are: 3 times the float32 next to 7/3 gives 7.
    dims[axis] = sizes ? at(list, index) : Math.floor(Math.fround(at(x, axis) * at(list, index)))
  })
  return context.like(0, dims)
}

function readScales(context: ShapeContext): readonly number[] | undefined {
  const attribute = context.attribute('scales')
  return attribute?.type === 'floats' ? attribute.value : undefined
}

export const arrangementRules = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: concat,
  Slice: slice,
  Pad: pad,
  Expand: expand,
  Split: split,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Resize: resize,
  Upsample: resize,
  Trilu: (context) => [context.type(0)],
} satisfies ShapeRuleTable
