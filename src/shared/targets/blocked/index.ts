// The operators that have a form on ONNX Runtime's blocked CPU kernels, by name; the first form that applies is taken.
import type { Expansion } from '../channelLayout'
import { convolution, convolutionInputGradient } from './blockedConvolution'
import { addToNormalization, binary, unary, withChannels } from './blockedElementwise'
import { batchNormalization } from './blockedNormalisation'
import { averagePool, globalAveragePool, maxPool, meanOverPositions, sumOverPositions } from './blockedPooling'
import { convolutionWeightGradient } from './blockedWeightGradient'

const unaryOperators = [
  'Relu',
  'Sigmoid',
  'Tanh',
  'LeakyRelu',
  'Elu',
  'Selu',
  'HardSigmoid',
  'Softplus',
  'Neg',
  'Exp',
  'Sqrt',
  'Abs',
  'Identity',
]

export const blockedForms: ReadonlyMap<string, readonly Expansion[]> = new Map<string, readonly Expansion[]>([
  ['Conv', [convolution]],
  ['ConvInputGradient', [convolutionInputGradient]],
  ['ConvWeightGradient', [convolutionWeightGradient]],
  ['BatchNormalization', [batchNormalization]],
  ['Add', [addToNormalization, withChannels, binary]],
  ['Sub', [withChannels, binary]],
  ['Mul', [withChannels, binary]],
  ['Div', [binary]],
  ...unaryOperators.map((name): [string, readonly Expansion[]] => [name, [unary]]),
  ['MaxPool', [maxPool]],
  ['AveragePool', [averagePool]],
  ['GlobalAveragePool', [globalAveragePool]],
  ['ReduceSum', [sumOverPositions]],
  ['ReduceMean', [meanOverPositions]],
])
