// Merging, flattening, reshaping, padding, normalising and enlarging as layers.
import { countElements } from '../../../graph/shape'
import { trainingMomentum } from '../../trainingMomentum'
import { tidyFloat, type LayerMatch, type MatchContext, type Pattern, type PatternTable } from '../match'

const alias = (match: MatchContext): LayerMatch => ({ type: 'alias', params: {}, inputs: [match.input(0)] })

/** Whatever keeps all values of an image in their order is flattening, reshaping or nothing. */
const relabel: Pattern = (match) => {
  const from = match.shape(match.input(0))
  const to = match.shape(match.output)
  if (!from || !to || countElements(from) !== countElements(to)) return undefined
  if (from.join() === to.join()) return alias(match)
  if (to.length === 1) return { type: 'flatten', params: {}, inputs: [match.input(0)] }
  return to.length === 3 ? { type: 'reshape', params: { shape: [...to] }, inputs: [match.input(0)] } : undefined
}

/** Reshape, Transpose, Reshape: the channels of several groups dealt out in turn. */
const channelShuffle: Pattern = (match) => {
  const swap = match.only(match.input(0), 'Transpose')
  const split = swap?.only(swap.input(0), 'Reshape')
  const from = split && match.shape(split.input(0))
  const middle = swap && match.shape(swap.input(0))
  if (!swap || !split || from?.length !== 3 || middle?.length !== 4) return undefined
  const isSwap = swap.ints('perm')?.join() === '0,2,1,3,4'
  const isSame = match.shape(match.output)?.join() === from.join() && middle.slice(2).join() === from.slice(1).join()
  if (!isSwap || !isSame) return undefined
  return {
    type: 'channelShuffle',
    params: { groups: middle[0] },
    inputs: [split.input(0)],
    absorbed: [swap.node, split.node],
  }
}

const transpose: Pattern = (match) => {
  const perm = match.ints('perm')
  return perm?.every((axis, index) => axis === index) ? alias(match) : undefined
}

function merge(type: 'add' | 'multiply'): Pattern {
  return (match) => {
    const inputs = match.node.inputs.filter((name) => name !== '')
    if (inputs.length === 1 && match.node.opType === 'Sum') return alias(match)
    return inputs.every((name) => match.shape(name)) ? { type, params: {}, inputs } : undefined
  }
}

const concat: Pattern = (match) => {
  const { inputs } = match.node
  const rank = match.dims(match.output).length
  const axis = match.int('axis', 1)
  if ((axis < 0 ? axis + rank : axis) !== 1 || inputs.some((name) => !match.shape(name))) return undefined
  return inputs.length === 1 ? alias(match) : { type: 'concat', params: {}, inputs }
}

const zeroPad: Pattern = (match) => {
  const pads = match.numbers(1)
  const value = match.input(2) === '' ? 0 : match.scalar(match.input(2))
  if (match.string('mode', 'constant') !== 'constant' || value !== 0 || !pads) return undefined
  if (pads.every((side) => side === 0)) return alias(match)
  if (pads.length !== 8 || pads[0] !== 0 || pads[4] !== 0) return undefined
  const [, front = 0, top = 0, left = 0, , back = 0, bottom = 0, right = 0] = pads
  const channels = front + back > 0 ? { channels: [front, back] } : {}
  return { type: 'zeroPad2d', params: { padding: [top, left, bottom, right], ...channels }, inputs: [match.input(0)] }
}

const batchNorm: Pattern = (match) => {
  const [scale, bias, runningMean, runningVariance] = [1, 2, 3, 4].map((index) => match.floats(match.input(index)))
  if (!scale || !bias || !runningMean || !runningVariance || match.int('spatial', 1) !== 1) return undefined
  const { momentum, note } = trainingMomentum(match.float('momentum', 0.9))
  return {
    type: 'batchNorm',
    params: { epsilon: match.float('epsilon', 1e-5), momentum },
    ...(note === undefined ? {} : { note }),
    inputs: [match.input(0)],
    weights: { scale, bias, runningMean, runningVariance },
    weightNames: [match.input(1), match.input(3)],
  }
}

const localResponseNorm: Pattern = (match) => ({
  type: 'localResponseNorm',
  params: {
    size: match.int('size', 0),
    alpha: match.float('alpha', 1e-4),
    beta: match.float('beta', 0.75),
    k: match.float('bias', 1),
  },
  inputs: [match.input(0)],
})

const layerNorm: Pattern = (match) => {
  const [scale, bias] = [match.floats(match.input(1)), match.floats(match.input(2))]
  const rank = match.dims(match.input(0)).length
  const axis = match.int('axis', -1)
  if (!scale || !bias || (axis < 0 ? axis + rank : axis) !== 1) return undefined
  return {
    type: 'layerNorm',
    params: { epsilon: match.float('epsilon', 1e-5) },
    inputs: [match.input(0)],
    weights: { scale, bias },
    weightNames: [match.input(1)],
  }
}

/** Enlarging by whole factors; the other forms of Resize stay operators. */
const upsample: Pattern = (match) => {
  const scales = match.numbers(2)?.map(tidyFloat)
  const [batch, channels, down = 0, right = 0] = scales ?? []
  const areWhole = [down, right].every((factor) => Number.isInteger(factor) && factor >= 1)
  if (scales?.length !== 4 || batch !== 1 || channels !== 1 || !areWhole) return undefined
  const coordinates = match.string('coordinate_transformation_mode', 'half_pixel')
  const mode = match.string('mode', 'nearest')
  const halves = ['half_pixel', 'pytorch_half_pixel']
  const rounding = match.string('nearest_mode', 'round_prefer_floor')
  // At whole factors the centre of an output pixel lies inside one input pixel, so rounding half-pixel centres repeats it.
  const isNearest =
    mode === 'nearest' &&
    ((coordinates === 'asymmetric' && rounding === 'floor') ||
      (halves.includes(coordinates) && rounding.startsWith('round')))
  const isBilinear = mode === 'linear' && halves.includes(coordinates)
  if (!isNearest && !isBilinear) return undefined
  const params = { scale: [down, right], ...(isBilinear ? { mode: 'bilinear' } : {}) }
  return { type: 'upsample2d', params, inputs: [match.input(0)] }
}

export const arrangementPatterns = {
  Flatten: [relabel],
  Reshape: [channelShuffle, relabel],
  Squeeze: [relabel],
  Unsqueeze: [relabel],
  Transpose: [transpose],
  Concat: [concat],
  Pad: [zeroPad],
  BatchNormalization: [batchNorm],
  LRN: [localResponseNorm],
  LayerNormalization: [layerNorm],
  Resize: [upsample],
  Add: [merge('add')],
  Sum: [merge('add')],
  Mul: [merge('multiply')],
} satisfies PatternTable
