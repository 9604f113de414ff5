// What each layer type is in PyTorch, one row each: the whole list of layers; convolutions and poolings are worked out in windowRules.ts.
import type { z } from 'zod'
import { NetloomError } from '../../graph/errors'
import { countElements } from '../../graph/shape'
import { add } from '../../layers/add'
import { auxiliaryOutput } from '../../layers/auxiliaryOutput'
import { averagePool2d } from '../../layers/averagePool2d'
import { batchNorm } from '../../layers/batchNorm'
import { channelShuffle } from '../../layers/channelShuffle'
import { concat } from '../../layers/concat'
import { conv2d } from '../../layers/conv2d'
import { convTranspose2d, placeTransposed } from '../../layers/convTranspose2d'
import type { LayerDefinition } from '../../layers/define'
import { dense } from '../../layers/dense'
import { depthwiseConv2d } from '../../layers/depthwiseConv2d'
import { dropout } from '../../layers/dropout'
import { elu } from '../../layers/elu'
import { flatten } from '../../layers/flatten'
import { globalAveragePool } from '../../layers/globalAveragePool'
import { globalMaxPool } from '../../layers/globalMaxPool'
import { hardSigmoid } from '../../layers/hardSigmoid'
import { hardSwish } from '../../layers/hardSwish'
import { isLayerType, type LayerType } from '../../layers/index'
import { input } from '../../layers/input'
import { layerNorm } from '../../layers/layerNorm'
import { leakyRelu } from '../../layers/leakyRelu'
import { localResponseNorm } from '../../layers/localResponseNorm'
import { maxPool2d } from '../../layers/maxPool2d'
import { multiply } from '../../layers/multiply'
import { onnxOperator } from '../../layers/onnxOperator'
import { onnxOperators } from '../../layers/onnxOperators'
import { inputShape, outputShape } from '../../layers/parts/located'
import { prelu } from '../../layers/prelu'
import { relu } from '../../layers/relu'
import { reshape } from '../../layers/reshape'
import { selu } from '../../layers/selu'
import { sigmoid } from '../../layers/sigmoid'
import { softmax } from '../../layers/softmax'
import { softplus } from '../../layers/softplus'
import { swish } from '../../layers/swish'
import { tanh } from '../../layers/tanh'
import { threshold } from '../../layers/threshold'
import { twoClasses } from '../../layers/twoClasses'
import { upsample2d } from '../../layers/upsample2d'
import { zeroPad2d } from '../../layers/zeroPad2d'
import type { InferredLayer } from '../../network/inferNode'
import { expressionCode, given, moduleCode, named, type LayerCode, type TypedLayer } from './layerCode'
import { pythonNumber, pythonPair, pythonTuple } from './pythonText'
import { averagePoolingCode, convolutionCode, maxPoolingCode, pythonSides, transposedCode } from './windowRules'

interface LayerRule {
  /** @throws NetloomError `export.unsupported` */
  write(layer: InferredLayer): LayerCode
}

/** A row of the table: parameters come with the types of the layer's own table. */
function rule<S extends z.ZodObject>(
  definition: LayerDefinition<S>,
  write: (layer: TypedLayer<z.output<S>>) => LayerCode,
): LayerRule {
  return {
    write: (layer) => write({ ...layer, nodeId: layer.node.id, params: definition.params.parse(layer.params) }),
  }
}

const weightAndBias = { weight: { name: 'weight' }, bias: { name: 'bias' } } as const

/** Our momentum is the share of the old statistics, PyTorch's that of the new ones. */
function batchNormCode({ params, inputs }: TypedLayer<z.output<typeof batchNorm.params>>): LayerCode {
  const [channels = 0, ...positions] = inputs[0] ?? []
  const momentum = Number((1 - params.momentum).toPrecision(12))
  return moduleCode(
    positions.length > 0 ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d',
    [
      given('num_features', pythonNumber(channels)),
      named('eps', pythonNumber(params.epsilon), '0.00001'),
      named('momentum', pythonNumber(momentum), '0.1'),
    ],
    {
      weights: {
        scale: { name: 'weight' },
        bias: { name: 'bias' },
        runningMean: { name: 'running_mean' },
        runningVariance: { name: 'running_var' },
      },
    },
  )
}

/** PyTorch picks the nearest pixel with a float32 factor, which is right for these scales; others are repeated. */
const largestScale = 32

function upsampleCode({ params: { scale, mode } }: TypedLayer<z.output<typeof upsample2d.params>>): LayerCode {
  if (mode === 'nearest' && Math.max(...scale) > largestScale)
    return moduleCode('RepeatPixels', [given('scale', pythonTuple(scale))], { helpers: ['RepeatPixels'] })
  const factor = named('scale_factor', pythonPair(scale))
  if (mode === 'nearest') return moduleCode('nn.Upsample', [factor])
  return moduleCode('nn.Upsample', [factor, named('mode', '"bilinear"', '"nearest"'), named('align_corners', 'False')])
}

function zeroPadCode({ params: { padding, channels } }: TypedLayer<z.output<typeof zeroPad2d.params>>): LayerCode {
  const sides = pythonSides(padding)
  if (channels.every((count) => count === 0)) return moduleCode('nn.ZeroPad2d', [given('padding', sides)])
  const all = `(${[sides.slice(1, -1), ...channels].join(', ')})`
  // On a batch of maps the third axis from the end is the channels.
  return moduleCode('nn.ConstantPad3d', [given('padding', all), given('value', '0.0')])
}

function globalPooling(callee: string): (layer: TypedLayer<{ readonly keepDims: boolean }>) => LayerCode {
  return ({ params }) =>
    moduleCode(callee, [given('output_size', '1')], params.keepDims ? {} : { after: (value) => `${value}.flatten(1)` })
}

function reluCode({ params: { limit } }: TypedLayer<z.output<typeof relu.params>>): LayerCode {
  if (limit === 0) return moduleCode('nn.ReLU')
  if (limit === 6) return moduleCode('nn.ReLU6')
  return moduleCode('nn.Hardtanh', [given('min_val', '0.0'), given('max_val', pythonNumber(limit))])
}

function hardSigmoidCode({ params }: TypedLayer<z.output<typeof hardSigmoid.params>>): LayerCode {
  const { slope, offset } = params
  if (slope === 1 / 6 && offset === 0.5) return moduleCode('nn.Hardsigmoid')
  const args = [named('slope', pythonNumber(slope)), named('offset', pythonNumber(offset))]
  return moduleCode('SlopedSigmoid', args, { helpers: ['SlopedSigmoid'] })
}

function reshapeCode(layer: TypedLayer<unknown>): LayerCode {
  const shape = outputShape(layer)
  if (shape.length === 1) return expressionCode(([x = '']) => `${x}.flatten(1)`)
  return moduleCode('nn.Unflatten', [given('dim', '1'), given('unflattened_size', pythonTuple(shape))], {
    before: ([x = '']) => `${x}.flatten(1)`,
  })
}

function preluCode(layer: TypedLayer<unknown>): LayerCode {
  const count = countElements(layer.weights[0]?.shape ?? [])
  return moduleCode('nn.PReLU', [given('num_parameters', pythonNumber(count))], {
    weights: { slope: { name: 'weight', dims: [count] } },
  })
}

/** `first + second + ...` */
function joined(sign: string): () => LayerCode {
  return () => expressionCode((values) => values.join(` ${sign} `))
}

const rules: Readonly<Record<LayerType, LayerRule>> = {
  input: rule(input, () => expressionCode(([x = '']) => x)),
  conv2d: rule(conv2d, (layer) => convolutionCode(conv2d.title, layer, layer.params.groups)),
  depthwiseConv2d: rule(depthwiseConv2d, (layer) =>
    convolutionCode(depthwiseConv2d.title, layer, inputShape(layer)[0] ?? 1),
  ),
  convTranspose2d: rule(convTranspose2d, (layer) => transposedCode(layer, placeTransposed(layer))),
  maxPool2d: rule(maxPool2d, (layer) => maxPoolingCode(maxPool2d.title, layer)),
  averagePool2d: rule(averagePool2d, (layer) => averagePoolingCode(averagePool2d.title, layer)),
  globalAveragePool: rule(globalAveragePool, globalPooling('nn.AdaptiveAvgPool2d')),
  globalMaxPool: rule(globalMaxPool, globalPooling('nn.AdaptiveMaxPool2d')),
  dense: rule(dense, ({ inputs, params: { units, bias } }) =>
    moduleCode(
      'nn.Linear',
      [
        given('in_features', pythonNumber(inputs[0]?.[0] ?? 0)),
        given('out_features', pythonNumber(units)),
        named('bias', bias ? 'True' : 'False', 'True'),
      ],
      { weights: weightAndBias },
    ),
  ),
  flatten: rule(flatten, () => expressionCode(([x = '']) => `${x}.flatten(1)`)),
  reshape: rule(reshape, reshapeCode),
  batchNorm: rule(batchNorm, batchNormCode),
  localResponseNorm: rule(localResponseNorm, ({ params: { size, alpha, beta, k } }) =>
    moduleCode('nn.LocalResponseNorm', [
      given('size', pythonNumber(size)),
      named('alpha', pythonNumber(alpha), '0.0001'),
      named('beta', pythonNumber(beta), '0.75'),
      named('k', pythonNumber(k), '1'),
    ]),
  ),
  layerNorm: rule(layerNorm, (layer) =>
    moduleCode(
      'nn.LayerNorm',
      [
        given('normalized_shape', pythonTuple(inputShape(layer))),
        named('eps', pythonNumber(layer.params.epsilon), '0.00001'),
      ],
      { weights: { scale: { name: 'weight' }, bias: { name: 'bias' } } },
    ),
  ),
  dropout: rule(dropout, ({ params }) => moduleCode('nn.Dropout', [given('p', pythonNumber(params.rate))])),
  // A side branch that only training has: it is left out before its layers are written.
  auxiliaryOutput: rule(auxiliaryOutput, () => expressionCode(([x = '']) => x)),
  relu: rule(relu, reluCode),
  leakyRelu: rule(leakyRelu, ({ params }) =>
    moduleCode('nn.LeakyReLU', [given('negative_slope', pythonNumber(params.slope))]),
  ),
  prelu: rule(prelu, preluCode),
  elu: rule(elu, ({ params }) => moduleCode('nn.ELU', [named('alpha', pythonNumber(params.alpha), '1')])),
  selu: rule(selu, () => moduleCode('nn.SELU')),
  sigmoid: rule(sigmoid, () => moduleCode('nn.Sigmoid')),
  tanh: rule(tanh, () => moduleCode('nn.Tanh')),
  hardSigmoid: rule(hardSigmoid, hardSigmoidCode),
  hardSwish: rule(hardSwish, () => moduleCode('nn.Hardswish')),
  swish: rule(swish, () => moduleCode('nn.SiLU')),
  softplus: rule(softplus, () => moduleCode('nn.Softplus')),
  threshold: rule(threshold, ({ params }) =>
    moduleCode('Step', [named('low', params.output === 'sign' ? '-1.0' : '0.0')], { helpers: ['Step'] }),
  ),
  twoClasses: rule(twoClasses, ({ params }) =>
    expressionCode(([x = '']) => `torch.cat([${params.unit === 'sign' ? `-${x}` : `1 - ${x}`}, ${x}], dim=1)`),
  ),
  softmax: rule(softmax, () => moduleCode('nn.Softmax', [named('dim', '1')])),
  add: rule(add, joined('+')),
  multiply: rule(multiply, joined('*')),
  concat: rule(concat, () => expressionCode((values) => `torch.cat([${values.join(', ')}], dim=1)`)),
  zeroPad2d: rule(zeroPad2d, zeroPadCode),
  upsample2d: rule(upsample2d, upsampleCode),
  channelShuffle: rule(channelShuffle, ({ params }) =>
    moduleCode('nn.ChannelShuffle', [given('groups', pythonNumber(params.groups))]),
  ),
  onnxOperator: rule(onnxOperator, ({ nodeId, params }) => {
    throw new NetloomError(
      'export.unsupported',
      `${onnxOperator.title} "${nodeId}": the operator ${params.opType} of an imported file has no layer of its own, so no code can be written for it.`,
      { nodeId, received: params.opType, hint: 'Export ONNX instead, or replace it by layers.' },
    )
  }),
  onnxOperators: rule(onnxOperators, ({ nodeId, params }) => {
    throw new NetloomError(
      'export.unsupported',
      `${onnxOperators.title} "${nodeId}": ${params.steps.length} operators of an imported file stay together, so no code can be written for them.`,
      { nodeId, received: params.steps.length, hint: 'Export ONNX instead, or replace them by layers.' },
    )
  }),
}

/**
 * A layer as PyTorch code.
 * @throws NetloomError `export.unsupported` for an operator that no layer expresses
 */
export function writeLayer(layer: InferredLayer): LayerCode {
  const { definition, node } = layer
  if (!isLayerType(definition.type))
    throw new NetloomError('export.unsupported', `${definition.title} "${node.id}" has no form in PyTorch.`, {
      nodeId: node.id,
      hint: 'Export ONNX instead.',
    })
  return rules[definition.type].write(layer)
}
