// The hard swish activation.
import { z } from 'zod'
import { defineActivation, lowerTo } from './parts/activations'
import { scaleValues } from './parts/tfjsMaps'

export const hardSwish = defineActivation({
  type: 'hardSwish',
  title: 'HardSwish',
  icon: 'chart-line',
  keywords: ['hardswish', 'mobilenet'],
  doc: 'An approximation of swish from straight lines, cheap on small devices.',
  source: 'ONNX HardSwish, opset 14; Howard et al. 2019, arXiv:1905.02244, section 5.2',
  params: z.object({}),
  formula: () => 'f(x) = x·max(0, min(1, x/6 + 1/2))',
  lower: lowerTo('HardSwish'),
  lowerTfjs(lowering, value) {
    const { tf, apply, layerName } = lowering
    const line = scaleValues(lowering, value, [1 / 6, 1 / 2], 'line')
    const gate = apply(tf.layers.reLU({ name: layerName('gate'), maxValue: 1 }), line)
    return apply(tf.layers.multiply({ name: layerName() }), [value, gate])
  },
})
