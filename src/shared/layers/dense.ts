// The dense (fully connected) layer.
import { z } from 'zod'
import { printCount } from '../graph/printNumbers'
import { named, plus, times } from '../shapes/expression'
import { defineLayer } from './define'
import { oneInput, oneOutput, requireVector } from './parts/located'
import { biasParameter, biasWeight, countParameter, initialiserParameter, toInitialiser } from './parts/parameters'

const title = 'Dense'

export const dense = defineLayer({
  type: 'dense',
  version: 1,
  title,
  category: 'dense',
  icon: 'topology-full',
  keywords: ['linear', 'fully', 'connected', 'fc', 'gemm'],
  doc: 'Every output is a weighted sum of all inputs, plus a bias.',
  source: 'ONNX Gemm, opset 13, transB = 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    units: countParameter('Units', 'Number of outputs.'),
    bias: biasParameter(),
    initialiser: initialiserParameter(),
  }),
  start: ({ classes = 10 }) => ({ units: classes }),
  infer(context) {
    requireVector(title, context)
    return { outputs: [[context.params.units]] }
  },
  weights(context) {
    const features = requireVector(title, context)
    const { units, bias, initialiser } = context.params
    const weight = {
      name: 'weight',
      shape: [units, features],
      initialiser: toInitialiser(initialiser, features, units),
      trainable: true,
      decays: true,
    }
    return bias ? [weight, biasWeight(units)] : [weight]
  },
  macs: (context) => requireVector(title, context) * context.params.units,
  outputsParameter: 'units',
  receptiveWindow: () => 'none',
  explain(context) {
    const features = requireVector(title, context)
    const { units, bias } = context.params
    const [inputs, outputs] = [named('F_in', features), named('F_out', units)]
    return [
      {
        subject: 'output',
        title: 'Rule',
        states: { kind: 'rule', rule: `y_i = w_i1·x_1 + … + w_iF·x_F${bias ? ' + b_i' : ''}` },
        notes: [`over F = ${printCount(features)} inputs`],
      },
      {
        subject: 'parameters',
        title: 'Parameters',
        states: { kind: 'number', value: times(bias ? plus(inputs, 1) : inputs, outputs) },
        notes: bias ? [`${printCount(features * units)} weights and ${printCount(units)} biases`] : [],
      },
      {
        subject: 'multiplications',
        title: 'Multiplications',
        states: { kind: 'number', value: times(inputs, outputs) },
      },
    ]
  },
  summary: ({ units }) => String(units),
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const inputs = [...values, lowering.weight('weight'), ...(params.bias ? [lowering.weight('bias')] : [])]
    return [builder.add('Gemm', inputs, { transB: 1 }, { name: nodeId })]
  },
  toTfjs({ tf, params, values, apply, bind, layerName }) {
    const { units, bias } = params
    const layer = tf.layers.dense({ name: layerName(), units, useBias: bias, kernelInitializer: 'zeros' })
    const outputs = values.slice(0, 1).map((value) => apply(layer, value))
    bind('weight', layer.weights[0], { permutation: [1, 0] })
    if (bias) bind('bias', layer.weights[1])
    return outputs
  },
  examples: [
    {
      name: 'the sixth layer of AlexNet: (9216 + 1)*4096 parameters',
      params: { units: 4096 },
      inputs: [[9216]],
      output: [4096],
      parameters: 37_752_832,
      macs: 37_748_736,
    },
    {
      name: 'without bias',
      params: { units: 10, bias: false },
      inputs: [[84]],
      output: [10],
      parameters: 840,
      macs: 840,
    },
    {
      name: '100 hidden units on a flattened 12-megapixel colour image: 36,000,001 * 100 parameters',
      params: { units: 100 },
      inputs: [[36_000_000]],
      output: [100],
      parameters: 3_600_000_100,
      macs: 3_600_000_000,
    },
    { name: 'a feature map without flatten', params: { units: 10 }, inputs: [[64, 7, 7]], error: 'layer.rank' },
    { name: 'no units', params: {}, inputs: [[84]], error: 'layer.parameter' },
  ],
})
