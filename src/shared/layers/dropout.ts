// The dropout layer.
import { z } from 'zod'
import { minus, named, over } from '../shapes/expression'
import { internalError } from '../graph/errors'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'

export const dropout = defineLayer({
  type: 'dropout',
  version: 1,
  title: 'Dropout',
  category: 'regularisation',
  icon: 'grid-dots',
  keywords: ['regularization'],
  doc: 'While training, sets random values to 0 and scales the others up, so that the network does not rely on single ones. After training it passes everything on.',
  source: 'Srivastava et al., "Dropout", JMLR 15, 2014 (inverted form: scaled while training)',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    rate: z.number().min(0).lt(1).default(0.5).meta({ title: 'Rate', help: 'The share of values that is set to 0.' }),
  }),
  infer: (context) => ({ outputs: [inputShape(context)] }),
  explain: ({ params: { rate } }) => [
    {
      subject: 'output',
      title: 'Factor of the values that stay',
      states: { kind: 'number', value: over(1, minus(1, named('rate', rate))) },
      notes: [`while training; ${Number((100 * rate).toFixed(2))}% of the values, drawn anew at each step, become 0`],
    },
  ],
  summary: ({ rate }) => `${Number((100 * rate).toFixed(2))}%`,
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const [value] = values
    if (value === undefined) throw internalError(`"${nodeId}" has no input`)
    if (lowering.mode === 'inference' || params.rate === 0) return [value]
    return [builder.add('Mul', [value, lowering.dropoutMask(value, params.rate)], {}, { name: nodeId })]
  },
  toTfjs({ tf, audience, mode, params, values, apply, dropoutMask, layerName }) {
    if (audience === 'portable') {
      return values
        .slice(0, 1)
        .map((value) => apply(tf.layers.dropout({ name: layerName(), rate: params.rate }), value))
    }
    if (mode === 'inference' || params.rate === 0) return values.slice(0, 1)
    const multiply = tf.layers.multiply({ name: layerName() })
    return values.slice(0, 1).map((value) => apply(multiply, [value, dropoutMask(params.rate)]))
  },
  examples: [
    { name: 'a vector keeps its shape', params: {}, inputs: [[4096]], output: [4096], parameters: 0 },
    { name: 'a feature map keeps its shape', params: { rate: 0.2 }, inputs: [[8, 4, 4]], output: [8, 4, 4] },
    { name: 'a rate of 1', params: { rate: 1 }, inputs: [[10]], error: 'layer.parameter' },
  ],
})
