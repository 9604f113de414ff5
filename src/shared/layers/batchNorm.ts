// The batch normalisation layer.
import { z } from 'zod'
import { countElements } from '../graph/shape'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'
import { epsilonParameter, vectorWeight } from './parts/parameters'
import { explainRule } from './parts/rules'
import { ownLayers } from './parts/tfjsOwnLayers'

export const batchNorm = defineLayer({
  type: 'batchNorm',
  version: 1,
  title: 'BatchNorm',
  category: 'normalisation',
  icon: 'adjustments-horizontal',
  keywords: ['bn', 'normalization'],
  doc: 'Brings each channel to mean 0 and variance 1 over the batch and all positions, then scales and shifts it. After training it uses the running mean and variance.',
  source: 'ONNX BatchNormalization, opset 15; Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    epsilon: epsilonParameter(1e-5),
    momentum: z.number().min(0).max(1).default(0.9).meta({
      title: 'Momentum',
      help: 'How much of the running mean and variance stays at each step.',
    }),
  }),
  infer: (context) => ({ outputs: [inputShape(context)] }),
  weights(context) {
    const channels = inputShape(context).slice(0, 1)
    return [
      vectorWeight('scale', channels, 1, true),
      vectorWeight('bias', channels, 0, true),
      vectorWeight('runningMean', channels, 0, false),
      vectorWeight('runningVariance', channels, 1, false),
    ]
  },
  explain(context) {
    const { momentum, epsilon } = context.params
    return [
      explainRule(`y = scale·(x − mean)/√(variance + ${epsilon}) + bias`, countElements(inputShape(context))),
      {
        ...explainRule(`running = ${momentum}·running + ${Number((1 - momentum).toFixed(6))}·batch`),
        title: 'Running statistics',
        notes: ['at each step of a training; the mean and variance after it'],
      },
    ]
  },
  summary: () => '',
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const weights = ['scale', 'bias', 'runningMean', 'runningVariance'].map((name) => lowering.weight(name))
    const attributes = { epsilon: { float: params.epsilon }, momentum: { float: params.momentum } }
    if (lowering.mode === 'inference') {
      return [builder.add('BatchNormalization', [...values, ...weights], attributes, { name: nodeId })]
    }
    const outputs = [nodeId, `${nodeId}/newRunningMean`, `${nodeId}/newRunningVariance`].map((name) =>
      builder.unique(name),
    )
    const [y = '', mean = '', variance = ''] = builder.addMany(
      'BatchNormalization',
      3,
      [...values, ...weights],
      { ...attributes, training_mode: 1 },
      { name: nodeId, outputs },
    )
    lowering.updateWeight('runningMean', mean)
    lowering.updateWeight('runningVariance', variance)
    return [y]
  },
  toTfjs(lowering) {
    const { tf, params, layerName } = lowering
    const [value] = lowering.values
    if (!value) return []
    const config = { name: layerName(), epsilon: params.epsilon, momentum: params.momentum }
    const isTraining = lowering.mode === 'training'
    const layer = isTraining
      ? ownLayers(tf).batchNormInTraining(config)
      : tf.layers.batchNormalization({ ...config, axis: -1 })
    const [y, mean, variance] = isTraining ? lowering.applyMany(layer, value) : [lowering.apply(layer, value)]
    const names = ['scale', 'bias', 'runningMean', 'runningVariance']
    names.forEach((name, index) => lowering.bind(name, layer.weights[index]))
    if (mean) lowering.updateWeight('runningMean', mean)
    if (variance) lowering.updateWeight('runningVariance', variance)
    return y ? [y] : []
  },
  examples: [
    {
      name: 'a scale and a bias for each channel',
      params: {},
      inputs: [[64, 32, 32]],
      output: [64, 32, 32],
      parameters: 128,
    },
    { name: 'a vector', params: { epsilon: 0.001 }, inputs: [[120]], output: [120], parameters: 240 },
    { name: 'an epsilon of 0', params: { epsilon: 0 }, inputs: [[4, 2, 2]], error: 'layer.parameter' },
  ],
})
