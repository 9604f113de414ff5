// The table of TensorFlow.js layers that have one of ours, by class name; what each becomes stands in the rules' own files.
import { z } from 'zod'
import {
  activate,
  onlyInput,
  read,
  refuse,
  whole,
  type ImportContext,
  type ImportedValue,
  type LayerRule,
} from './layerContext'
import {
  applyPrelu,
  applyRelu,
  applySoftmax,
  concatenate,
  flatten,
  merge,
  multiplyDense,
  normaliseBatch,
  normaliseLayer,
  permute,
  pointwise,
  reshape,
} from './vectorRules'
import { convolve, convolveDepthwise, convolveTransposed, padZeros, pool, poolGlobally, upsample } from './windowRules'

function begin(context: ImportContext): ImportedValue {
  const { config } = context
  const key = config['batch_input_shape'] === undefined ? 'batch_shape' : 'batch_input_shape'
  const [, ...open] = read(context, key, z.array(whole.nullable()))
  const shape = open.map((extent) => extent ?? 0)
  if (shape.includes(0) || (shape.length !== 1 && shape.length !== 3))
    throw refuse(context, `takes [N, ${open.map((extent) => extent ?? '?').join(', ')}], not images of a fixed size`)
  const [height = 1, width = 1, channels = 1] = shape
  const ours = shape.length === 3 ? [channels, height, width] : shape
  return { node: context.add('input', { shape: ours }, []), form: shape.length === 3 ? 'map' : 'vector', shape }
}

/** By class name. */
export const layerRules: ReadonlyMap<string, LayerRule> = new Map<string, LayerRule>([
  ['InputLayer', begin],
  ['Conv2D', convolve],
  ['DepthwiseConv2D', convolveDepthwise],
  ['SeparableConv2D', convolveDepthwise],
  ['Conv2DTranspose', convolveTransposed],
  ['MaxPooling2D', pool],
  ['AveragePooling2D', pool],
  ['GlobalAveragePooling2D', poolGlobally],
  ['GlobalMaxPooling2D', poolGlobally],
  ['Dense', multiplyDense],
  ['Flatten', flatten],
  ['Permute', permute],
  ['Reshape', reshape],
  ['BatchNormalization', normaliseBatch],
  ['LayerNormalization', normaliseLayer],
  ['Dropout', pointwise('dropout', (context) => ({ rate: read(context, 'rate', z.number(), 0.5) }))],
  ['Activation', (context) => activate(context, onlyInput(context))],
  ['ReLU', applyRelu],
  ['LeakyReLU', pointwise('leakyRelu', (context) => ({ slope: read(context, 'alpha', z.number(), 0.3) }))],
  ['PReLU', applyPrelu],
  ['ELU', pointwise('elu', (context) => ({ alpha: read(context, 'alpha', z.number(), 1) }))],
  ['Softmax', applySoftmax],
  ['Add', merge('add')],
  ['Multiply', merge('multiply')],
  ['Concatenate', concatenate],
  ['ZeroPadding2D', padZeros],
  ['UpSampling2D', upsample],
])
