// The hard sigmoid activation.
import { z } from 'zod'
import { defineActivation } from './parts/activations'
import { scaleValues } from './parts/tfjsMaps'

export const hardSigmoid = defineActivation({
  type: 'hardSigmoid',
  title: 'HardSigmoid',
  icon: 'chart-line',
  keywords: ['mobilenet'],
  doc: 'An approximation of the sigmoid from straight lines, as it gates channels in MobileNetV3.',
  source: 'ONNX HardSigmoid, opset 6; Howard et al. 2019, arXiv:1905.02244, section 5.2',
  params: z.object({
    slope: z
      .number()
      .positive()
      .max(100)
      .default(1 / 6)
      .meta({ title: 'Slope', help: 'How steep the middle part is: 1/6 in MobileNetV3, 0.2 in Keras.' }),
    offset: z.number().min(-100).max(100).default(0.5).meta({ title: 'Offset', help: 'The value at 0.' }),
  }),
  formula: ({ slope, offset }) => `f(x) = max(0, min(1, ${Number(slope.toFixed(4))}·x + ${offset}))`,
  summary: ({ slope }) => `slope ${Number(slope.toFixed(4))}`,
  lower: ({ builder, params, values, nodeId }) =>
    builder.add(
      'HardSigmoid',
      values,
      { alpha: { float: params.slope }, beta: { float: params.offset } },
      { name: nodeId },
    ),
  lowerTfjs(lowering, value) {
    const { tf, params, apply, layerName } = lowering
    const line = scaleValues(lowering, value, [params.slope, params.offset], 'line')
    return apply(tf.layers.reLU({ name: layerName(), maxValue: 1 }), line)
  },
  examples: [
    { name: "the slope of Keras' hard sigmoid", params: { slope: 0.2 }, inputs: [[3, 2, 2]], output: [3, 2, 2] },
    { name: 'a slope of 0', params: { slope: 0 }, inputs: [[3]], error: 'layer.parameter' },
  ],
})
