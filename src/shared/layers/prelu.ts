// The parametric rectified linear unit, whose slope is learnt.
import { z } from 'zod'
import { countElements } from '../graph/shape'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'
import { vectorWeight } from './parts/parameters'
import { explainRule } from './parts/rules'

export const prelu = defineLayer({
  type: 'prelu',
  version: 1,
  title: 'PReLU',
  category: 'activation',
  icon: 'chart-line',
  keywords: ['parametric'],
  doc: 'Keeps positive values and multiplies negative ones by a learnt slope, one per channel or one for all.',
  source: 'ONNX PRelu, opset 16; He et al. 2015, arXiv:1502.01852, eq. 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    shared: z.boolean().default(false).meta({ title: 'One for all', help: 'One slope instead of one per channel.' }),
    slope: z.number().min(-10).max(10).default(0.25).meta({ title: 'Slope', help: 'The slope before training.' }),
  }),
  infer: (context) => ({ outputs: [inputShape(context)] }),
  weights(context) {
    const [channels = 1, ...positions] = inputShape(context)
    const shape = [context.params.shared ? 1 : channels, ...positions.map(() => 1)]
    return [vectorWeight('slope', shape, context.params.slope, true)]
  },
  explain(context) {
    return [explainRule('f(x) = x for x ≥ 0, else slope·x', countElements(inputShape(context)))]
  },
  summary: ({ shared }) => (shared ? 'one slope' : 'a slope per channel'),
  toOnnx(lowering) {
    const { builder, values, nodeId } = lowering
    return [builder.add('PRelu', [...values, lowering.weight('slope')], {}, { name: nodeId })]
  },
  toTfjs({ tf, params, inputs, values, apply, bind, layerName }) {
    const isMap = inputs[0]?.length === 3
    const sharedAxes = [...(isMap ? [1, 2] : []), ...(params.shared ? [isMap ? 3 : 1] : [])]
    const layer = tf.layers.prelu({ name: layerName(), ...(sharedAxes.length > 0 ? { sharedAxes } : {}) })
    const outputs = values.slice(0, 1).map((value) => apply(layer, value))
    bind('slope', layer.weights[0], isMap ? { permutation: [1, 2, 0] } : {})
    return outputs
  },
  examples: [
    { name: 'a slope per channel', params: {}, inputs: [[16, 5, 7]], output: [16, 5, 7], parameters: 16 },
    { name: 'one slope for all', params: { shared: true }, inputs: [[16, 5, 7]], output: [16, 5, 7], parameters: 1 },
    { name: 'a vector', params: {}, inputs: [[84]], output: [84], parameters: 84 },
    { name: 'a slope that is no number', params: { slope: '0.25' }, inputs: [[84]], error: 'layer.parameter' },
  ],
})
