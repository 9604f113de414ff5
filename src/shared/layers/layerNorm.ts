// The layer normalisation layer.
import { z } from 'zod'
import { countElements } from '../graph/shape'
import { times } from '../shapes/expression'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'
import { epsilonParameter, vectorWeight } from './parts/parameters'
import { explainRule } from './parts/rules'

export const layerNorm = defineLayer({
  type: 'layerNorm',
  version: 1,
  title: 'LayerNorm',
  category: 'normalisation',
  icon: 'adjustments-alt',
  keywords: ['ln', 'normalization'],
  doc: 'Brings all values of one image together to mean 0 and variance 1, over all axes [C, H, W] or [F], then scales and shifts each value by its own learnt numbers. It does not depend on the batch.',
  source: 'ONNX LayerNormalization, opset 17, axis = 1; Ba, Kiros and Hinton 2016, arXiv:1607.06450, eq. 4',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({ epsilon: epsilonParameter(1e-5) }),
  infer: (context) => ({ outputs: [inputShape(context)] }),
  weights(context) {
    const shape = inputShape(context)
    return [vectorWeight('scale', shape, 1, true), vectorWeight('bias', shape, 0, true)]
  },
  receptiveWindow: () => 'global',
  explain(context) {
    const shape = inputShape(context)
    return [
      explainRule(`y = scale·(x − mean)/√(variance + ${context.params.epsilon}) + bias`, countElements(shape)),
      {
        subject: 'output',
        title: 'Values of a mean',
        states: { kind: 'number', value: times(...shape) },
        notes: ['the mean and the variance are those of one image'],
      },
    ]
  },
  summary: () => '',
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const inputs = [...values, lowering.weight('scale'), lowering.weight('bias')]
    const attributes = { axis: 1, epsilon: { float: params.epsilon } }
    return [builder.add('LayerNormalization', inputs, attributes, { name: nodeId })]
  },
  toTfjs({ tf, params, inputs, values, apply, bind, layerName }) {
    const rank = inputs[0]?.length ?? 1
    const layer = tf.layers.layerNormalization({
      name: layerName(),
      axis: Array.from({ length: rank }, (_, axis) => axis + 1),
      epsilon: params.epsilon,
    })
    const outputs = values.slice(0, 1).map((value) => apply(layer, value))
    const layout = rank === 3 ? { permutation: [1, 2, 0] } : {}
    bind('scale', layer.weights[0], layout)
    bind('bias', layer.weights[1], layout)
    return outputs
  },
  examples: [
    { name: 'a vector', params: {}, inputs: [[84]], output: [84], parameters: 168 },
    { name: 'a feature map: 2*4*3*5', params: {}, inputs: [[4, 3, 5]], output: [4, 3, 5], parameters: 120 },
    { name: 'a negative epsilon', params: { epsilon: -1 }, inputs: [[84]], error: 'layer.parameter' },
  ],
})
