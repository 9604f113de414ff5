// The local response normalisation layer.
import { z } from 'zod'
import { defineLayer } from './define'
import { layerError, oneInput, oneOutput, requireFeatureMap } from './parts/located'
import { explainRule } from './parts/rules'
import { ownLayers } from './parts/tfjsOwnLayers'

const title = 'LocalResponseNorm'

export const localResponseNorm = defineLayer({
  type: 'localResponseNorm',
  version: 1,
  title,
  category: 'normalisation',
  icon: 'adjustments',
  keywords: ['lrn'],
  doc: "Divides each value by a root of the squares of its neighbours in nearby channels: y = x / (k + alpha/size * sum of squares)^beta. Alpha is divided by the size, as in ONNX and PyTorch; AlexNet's paper does not divide.",
  source: 'ONNX LRN, opset 13; Krizhevsky et al., "ImageNet classification", 2012, section 3.3',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    size: z
      .int()
      .min(1)
      .max(1001)
      .default(5)
      .meta({ title: 'Size', help: 'Channels that are summed up, an odd number.' }),
    alpha: z
      .number()
      .positive()
      .default(1e-4)
      .meta({ title: 'Alpha', help: 'Weight of the sum; divided by the size.' }),
    beta: z.number().positive().default(0.75).meta({ title: 'Beta', help: 'The exponent.' }),
    k: z.number().positive().default(2).meta({ title: 'k', help: 'Added to the sum; 2 in AlexNet, 1 in PyTorch.' }),
  }),
  infer(context) {
    const { channels, height, width } = requireFeatureMap(title, context)
    const { size } = context.params
    // ONNX defines even sizes, ONNX Runtime refuses them.
    if (size % 2 === 0) {
      throw layerError(
        title,
        context,
        'layer.parameter',
        `size ${size} is even: a channel would not be in the middle.`,
        {
          path: 'params.size',
          expected: 'an odd number',
          received: size,
          hint: `Use ${size - 1} or ${size + 1}.`,
        },
      )
    }
    return { outputs: [[channels, height, width]] }
  },
  explain: ({ params: { size, alpha, beta, k } }) => [
    explainRule(`y = x/(${k} + ${alpha}/${size}·sum of squares over ${size} channels)^${beta}`),
  ],
  summary: ({ size }) => `${size} channels`,
  toOnnx({ builder, params: { size, alpha, beta, k }, values, nodeId }) {
    const attributes = { size, alpha: { float: alpha }, beta: { float: beta }, bias: { float: k } }
    return [builder.add('LRN', values, attributes, { name: nodeId })]
  },
  toTfjs(lowering) {
    const { size, alpha, beta, k } = lowering.params
    if (lowering.audience === 'portable') {
      throw layerError(title, lowering, 'export.unsupported', 'TensorFlow.js has no layer of this kind.', {
        hint: 'Export ONNX, or use a batch norm layer in its place.',
      })
    }
    const config = { name: lowering.layerName(), depthRadius: (size - 1) / 2, bias: k, alpha: alpha / size, beta }
    const layer = ownLayers(lowering.tf).localResponseNorm(config)
    return lowering.values.slice(0, 1).map((value) => lowering.apply(layer, value))
  },
  examples: [
    { name: 'the first one of AlexNet', params: {}, inputs: [[96, 27, 27]], output: [96, 27, 27], parameters: 0 },
    { name: 'fewer channels than the size', params: { size: 7, k: 1 }, inputs: [[6, 2, 3]], output: [6, 2, 3] },
    { name: 'an even size', params: { size: 4 }, inputs: [[6, 2, 3]], error: 'layer.parameter' },
    { name: 'a vector', params: {}, inputs: [[4096]], error: 'layer.rank' },
    { name: 'no channels', params: { size: 0 }, inputs: [[6, 2, 2]], error: 'layer.parameter' },
  ],
})
