// Shape rules of the normalisations.
import { dataTypeOfCode } from '../dataTypes'
import { show, type ShapeContext, type ShapeRule, type ShapeRuleTable } from './shapeContext'

function requireChannels(context: ShapeContext, index: number, channels: number, role: string): void {
  const dims = context.dims(index)
  if (dims.length !== 1 || dims[0] !== channels)
    context.fail(`${role} ${show(dims)} must be [${channels}], one value per channel of ${show(context.dims(0))}`)
}

/** y, and with training_mode the new running mean and variance (older operator sets: the batch's own too). @see ONNX BatchNormalization-15 */
const batchNormalization: ShapeRule = (context) => {
  context.requireRank(0, 2, Infinity)
  const channels = context.extent(0, 1)
  const roles = ['scale', 'bias', 'mean', 'variance']
  roles.forEach((role, index) => requireChannels(context, index + 1, channels, role))
  const statistics = { dataType: context.type(3).dataType, dims: [channels] }
  return [context.type(0), statistics, statistics, statistics, statistics]
}

const localResponse: ShapeRule = (context) => {
  context.requireRank(0, 3, Infinity)
  return [context.type(0)]
}

/** y, and optionally the mean and the inverse deviation, whose normalised axes have extent 1. @see ONNX LayerNormalization-17 */
const layerNormalization: ShapeRule = (context) => {
  const x = context.dims(0)
  const axis = context.axis(context.int('axis', -1), x.length)
  const normalised = x.slice(axis)
  for (const index of [1, 2].filter((input) => context.has(input))) {
    const dims = context.dims(index)
    const fits =
      dims.length <= normalised.length &&
      dims.every((extent, position) => {
        const wanted = normalised[normalised.length - dims.length + position]
        return extent === 1 || extent === wanted
      })
    if (!fits)
      context.fail(
        `${index === 1 ? 'scale' : 'bias'} ${show(dims)} does not broadcast to the normalised axes ${show(normalised)}`,
      )
  }
  const statistics = {
    dataType: dataTypeOfCode(context.int('stash_type', 1), context.title),
    dims: x.map((extent, position) => (position < axis ? extent : 1)),
  }
  return [context.type(0), statistics, statistics]
}

const instanceNormalization: ShapeRule = (context) => {
  context.requireRank(0, 3, Infinity)
  requireChannels(context, 1, context.extent(0, 1), 'scale')
  requireChannels(context, 2, context.extent(0, 1), 'bias')
  return [context.type(0)]
}

/** Scale and bias hold one value per group (opset 18) or per channel (opset 21). */
const groupNormalization: ShapeRule = (context) => {
  context.requireRank(0, 3, Infinity)
  const groups = context.int('num_groups', 1)
  const channels = context.extent(0, 1)
  if (groups < 1 || channels % groups !== 0) context.fail(`${channels} channels do not divide by ${groups} groups`)
  return [context.type(0)]
}

export const normalisationRules = {
  BatchNormalization: batchNormalization,
  LRN: localResponse,
  LayerNormalization: layerNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
} satisfies ShapeRuleTable
