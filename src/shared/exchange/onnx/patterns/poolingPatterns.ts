// Pooling over windows and over whole maps, and slices that pick every n-th pixel, as layers.
import type { LayerMatch, MatchContext, Pattern, PatternTable } from '../match'
import { windowParams } from './convolutionPatterns'

function isOnes(values: readonly number[] | undefined): boolean {
  return values === undefined || values.every((value) => value === 1)
}

function pooling(type: 'maxPool2d' | 'averagePool2d'): Pattern {
  return (match) => {
    const params = windowParams(match)
    const hasIndices = (match.node.outputs[1] ?? '') !== ''
    if (!params || hasIndices || !isOnes(match.ints('dilations'))) return undefined
    const counted = type === 'averagePool2d' && match.int('count_include_pad', 0) === 1
    return {
      type,
      params: {
        ...params,
        ...(match.int('ceil_mode', 0) === 1 ? { ceilMode: true } : {}),
        ...(counted ? { countIncludePad: true } : {}),
      },
      inputs: [match.input(0)],
    }
  }
}

function globalPooling(type: 'globalAveragePool' | 'globalMaxPool'): Pattern {
  return (match) =>
    match.dims(match.input(0)).length === 4 ? { type, params: {}, inputs: [match.input(0)] } : undefined
}

/** A mean or maximum over height and width is pooling over the whole map. */
function reduction(type: 'globalAveragePool' | 'globalMaxPool'): Pattern {
  return (match) => {
    const rank = match.dims(match.input(0)).length
    const axes = match
      .ints('axes')
      ?.map((axis) => (axis < 0 ? axis + rank : axis))
      .toSorted((a, b) => a - b)
    if (rank !== 4 || axes?.join() !== '2,3') return undefined
    const params = match.int('keepdims', 1) === 1 ? {} : { keepDims: false }
    return { type, params, inputs: [match.input(0)] }
  }
}

/** The step of a slice that takes every n-th row and column from the first to the last; undefined for other slices. */
function stepsOf(match: MatchContext): readonly [number, number] | undefined {
  const dims = match.dims(match.input(0))
  const [starts, ends] = [match.numbers(1), match.numbers(2)]
  const axes = match.input(3) === '' ? starts?.map((_, index) => index) : match.numbers(3)
  const steps = match.input(4) === '' ? [] : match.numbers(4)
  if (dims.length !== 4 || !starts || !ends || !axes || !steps) return undefined
  const found: [number, number] = [1, 1]
  for (const [index, listed] of axes.entries()) {
    const axis = listed < 0 ? listed + dims.length : listed
    const extent = dims[axis] ?? 0
    const [start = 0, end = 0, step = 1] = [starts[index], ends[index], steps[index]]
    const isWhole = (start === 0 || start <= -extent) && end >= extent && step >= 1
    if (!isWhole || (axis < 2 && step !== 1)) return undefined
    if (axis === 2) found[0] = step
    if (axis === 3) found[1] = step
  }
  return found
}

/** Every n-th pixel is average pooling with a window of one pixel: the subsampling of option A's shortcuts. */
const subsampling: Pattern = (match): LayerMatch | undefined => {
  const steps = stepsOf(match)
  if (!steps) return undefined
  const params = (stride: readonly [number, number]) => ({ kernel: [1, 1], stride: [...stride], padding: 'valid' })
  const inner = match.only(match.input(0), 'Slice')
  const before = inner && stepsOf(inner)
  if (inner && before)
    return {
      type: 'averagePool2d',
      params: params([steps[0] * before[0], steps[1] * before[1]]),
      inputs: [inner.input(0)],
      absorbed: [inner.node],
    }
  if (steps[0] === 1 && steps[1] === 1) return { type: 'alias', params: {}, inputs: [match.input(0)] }
  return { type: 'averagePool2d', params: params(steps), inputs: [match.input(0)] }
}

export const poolingPatterns = {
  MaxPool: [pooling('maxPool2d')],
  AveragePool: [pooling('averagePool2d')],
  GlobalAveragePool: [globalPooling('globalAveragePool')],
  GlobalMaxPool: [globalPooling('globalMaxPool')],
  ReduceMean: [reduction('globalAveragePool')],
  ReduceMax: [reduction('globalMaxPool')],
  Slice: [subsampling],
} satisfies PatternTable
