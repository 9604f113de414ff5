// Activations as layers, those that files write as several operators (swish, hard swish) included.
import type { ParameterValues } from '../../../graph/document'
import { seluNumbers } from '../../../onnx/operatorDefaults'
import { tidyFloat, type LayerMatch, type MatchContext, type Pattern, type PatternTable } from '../match'
import type { LayerType } from '../../../layers/index'

function plain(type: LayerType): Pattern {
  return (match) => ({ type, params: {}, inputs: [match.input(0)] })
}

function one(match: MatchContext, type: LayerType, params: ParameterValues): LayerMatch {
  return { type, params, inputs: [match.input(0)] }
}

const prelu: Pattern = (match) => {
  const slope = match.floats(match.input(1))
  const [channels = 1, ...positions] = match.shape(match.input(0)) ?? []
  const count = slope?.data.length ?? 0
  if (!slope || (count !== 1 && count !== channels)) return undefined
  const trimmed = slope.dims.length === positions.length + 2 ? slope.dims.slice(1) : slope.dims
  const isPerChannel = trimmed.length === positions.length + 1 && trimmed[0] === channels
  if (count > 1 && !isPerChannel) return undefined
  return {
    type: 'prelu',
    params: { shared: count === 1 && channels !== 1 },
    inputs: [match.input(0)],
    weights: { slope: { dims: [count, ...positions.map(() => 1)], data: slope.data } },
    weightNames: [match.input(1)],
  }
}

/** The bounds of a Clip; a bound that is left out is infinite, a computed one is not known. */
function boundsOf(match: MatchContext): readonly [number, number] | undefined {
  const bound = (index: number, fallback: number): number | undefined =>
    match.input(index) === '' ? fallback : match.scalar(match.input(index))
  const [low, high] = [bound(1, -Infinity), bound(2, Infinity)]
  return low === undefined || high === undefined ? undefined : [tidyFloat(low), tidyFloat(high)]
}

const clip: Pattern = (match) => {
  const bounds = boundsOf(match)
  if (!bounds || bounds[0] !== 0) return undefined
  // Some exporters write the largest float32 for "no bound".
  if (bounds[1] >= 3.4e38) return one(match, 'relu', {})
  return bounds[1] > 0 ? one(match, 'relu', { limit: bounds[1] }) : undefined
}

const hardSigmoid: Pattern = (match) =>
  one(match, 'hardSigmoid', { slope: match.float('alpha', 0.2), offset: match.float('beta', 0.5) })

function isNear(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) <= 1e-6
}

/** `hardSigmoid(x)` of hard swish, max(0, min(1, x/6 + 1/2)), in the forms in which files write it. */
function hardGate(
  match: MatchContext,
): { readonly value: string; readonly nodes: readonly MatchContext[] } | undefined {
  if (match.node.opType === 'HardSigmoid') {
    const fits = isNear(match.float('alpha', 0.2), 1 / 6) && isNear(match.float('beta', 0.5), 0.5)
    return fits ? { value: match.input(0), nodes: [match] } : undefined
  }
  const divided = dividedBySix(match)
  const clipped = divided === undefined ? undefined : match.only(divided, 'Clip')
  const inner = clipped && shiftedClip(clipped)
  return inner && { value: inner.value, nodes: [match, ...inner.nodes] }
}

/** The value that a node divides by 6. */
function dividedBySix(match: MatchContext): string | undefined {
  if (match.node.opType === 'Div') return match.scalar(match.input(1)) === 6 ? match.input(0) : undefined
  const operands = match.node.opType === 'Mul' ? match.withConstant() : undefined
  return operands && isNear(match.scalar(operands.constant), 1 / 6) ? operands.value : undefined
}

/** Clip(x + 3, 0, 6) */
function shiftedClip(
  match: MatchContext,
): { readonly value: string; readonly nodes: readonly MatchContext[] } | undefined {
  const bounds = match.node.opType === 'Clip' ? boundsOf(match) : undefined
  const sum = bounds?.[0] === 0 && bounds[1] === 6 ? match.only(match.input(0), 'Add') : undefined
  const operands = sum?.withConstant()
  return sum && operands && match.scalar(operands.constant) === 3
    ? { value: operands.value, nodes: [match, sum] }
    : undefined
}

/** Hard sigmoid written as Clip(x + 3, 0, 6) / 6, where it gates something else than x. */
const dividedClip: Pattern = (match) => {
  const gate = hardGate(match)
  if (!gate) return undefined
  const absorbed = gate.nodes.slice(1).map(({ node }) => node)
  return { type: 'hardSigmoid', params: { slope: 1 / 6, offset: 0.5 }, inputs: [gate.value], absorbed }
}

/** x * Clip(x + 3, 0, 6) / 6, divided at the end. */
const hardSwishDividedLast: Pattern = (match) => {
  const value = dividedBySix(match)
  const product = value === undefined ? undefined : match.only(value, 'Mul')
  if (!product) return undefined
  for (const [x, other] of [
    [product.input(0), product.input(1)],
    [product.input(1), product.input(0)],
  ] as const) {
    const clipped = product.only(other, 'Clip')
    const gate = clipped && shiftedClip(clipped)
    if (gate?.value === x)
      return {
        type: 'hardSwish',
        params: {},
        inputs: [x],
        absorbed: [product.node, ...gate.nodes.map(({ node }) => node)],
      }
  }
  return undefined
}

/** x * sigmoid(x), and x * hardSigmoid(x). */
const gated: Pattern = (match) => {
  for (const [x, other] of [
    [match.input(0), match.input(1)],
    [match.input(1), match.input(0)],
  ] as const) {
    const sigmoid = match.only(other, 'Sigmoid')
    if (sigmoid?.input(0) === x) return { type: 'swish', params: {}, inputs: [x], absorbed: [sigmoid.node] }
    const hard = match.only(other, 'HardSigmoid', 'Div', 'Mul')
    const gate = hard && hardGate(hard)
    if (gate?.value === x)
      return { type: 'hardSwish', params: {}, inputs: [x], absorbed: gate.nodes.map(({ node }) => node) }
  }
  return undefined
}

const softmax: Pattern = (match) => (match.int('axis', -1) === 1 ? one(match, 'softmax', {}) : undefined)

const dropout: Pattern = (match) => {
  const rate = match.input(1) === '' ? 0.5 : match.scalar(match.input(1))
  return rate === undefined ? undefined : one(match, 'dropout', { rate: tidyFloat(rate) })
}

export const activationPatterns = {
  Relu: [plain('relu')],
  Sigmoid: [plain('sigmoid')],
  Tanh: [plain('tanh')],
  Softplus: [plain('softplus')],
  HardSwish: [plain('hardSwish')],
  HardSigmoid: [hardSigmoid],
  LeakyRelu: [(match) => one(match, 'leakyRelu', { slope: match.float('alpha', 0.01) })],
  Selu: [
    (match) => {
      const { alpha, gamma } = seluNumbers
      const isUsual = isNear(match.float('alpha', alpha), alpha) && isNear(match.float('gamma', gamma), gamma)
      return isUsual ? one(match, 'selu', {}) : undefined
    },
  ],
  Elu: [(match) => one(match, 'elu', { alpha: match.float('alpha', 1) })],
  PRelu: [prelu],
  Clip: [clip],
  Softmax: [softmax],
  Dropout: [dropout],
  Mul: [gated, hardSwishDividedLast, dividedClip],
  Div: [hardSwishDividedLast, dividedClip],
} satisfies PatternTable
