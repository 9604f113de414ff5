// The layer that turns one output unit into one value per class of a two-class problem.
import { z } from 'zod'
import { defineLayer } from './define'
import { layerError, oneInput, oneOutput, printSource, requireVector } from './parts/located'
import { explainRule } from './parts/rules'

const title = 'Two classes'

export const twoClasses = defineLayer({
  type: 'twoClasses',
  version: 1,
  title,
  category: 'reshape',
  icon: 'transform',
  keywords: ['perceptron', 'binary'],
  doc: 'Gives each of two classes a value from one unit that says yes or no: the second class has the unit itself.',
  source: 'ONNX Neg or Sub, and Concat, opset 13',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    unit: z.enum(['sign', 'share']).default('sign').meta({
      title: 'Unit',
      help: 'sign: -1 or 1, or any score; gives -y, y. share: between 0 and 1; gives 1 - y, y.',
    }),
  }),
  infer(context) {
    const units = requireVector(title, context)
    if (units !== 1) {
      throw layerError(title, context, 'layer.shape', `takes one unit, not ${units} ${printSource(context)}.`, {
        expected: 1,
        received: units,
        hint: 'Give the layer before it one unit, or leave this layer out.',
      })
    }
    return { outputs: [[2]] }
  },
  receptiveWindow: () => 'none',
  explain: ({ params }) => [explainRule(params.unit === 'sign' ? '(−y, y)' : '(1 − y, y)')],
  summary: ({ unit }) => unit,
  toOnnx({ builder, params, values, nodeId }) {
    const [unit = ''] = values
    const other = params.unit === 'sign' ? builder.add('Neg', [unit]) : builder.add('Sub', [builder.scalar(1), unit])
    return [builder.add('Concat', [other, unit], { axis: 1 }, { name: nodeId })]
  },
  // (a*y + b, y) as a dense layer whose weights are fixed.
  toTfjs({ tf, params, values, apply, fix, layerName }) {
    const layer = tf.layers.dense({ name: layerName(), units: 2, kernelInitializer: 'zeros', trainable: false })
    const outputs = values.slice(0, 1).map((value) => apply(layer, value))
    fix(layer.weights[0], Float32Array.of(-1, 1))
    fix(layer.weights[1], Float32Array.of(params.unit === 'sign' ? 0 : 1, 0))
    return outputs
  },
  examples: [
    { name: 'a perceptron', params: {}, inputs: [[1]], output: [2], parameters: 0 },
    { name: 'a sigmoid unit', params: { unit: 'share' }, inputs: [[1]], output: [2] },
    { name: 'three units', params: {}, inputs: [[3]], error: 'layer.shape' },
    { name: 'a feature map', params: {}, inputs: [[1, 1, 1]], error: 'layer.rank' },
    { name: 'an unknown unit', params: { unit: 'odd' }, inputs: [[1]], error: 'layer.parameter' },
  ],
})
