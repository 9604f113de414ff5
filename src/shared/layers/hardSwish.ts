// The hard swish activation.
import { z } from 'zod'
import { defineActivation, lowerTo } from './parts/activations'

export const hardSwish = defineActivation({
  type: 'hardSwish',
  title: 'HardSwish',
  icon: 'chart-line',
  doc: 'An approximation of swish from straight lines, cheap on small devices.',
  source: 'ONNX HardSwish, opset 14; Howard et al. 2019, arXiv:1905.02244, section 5.2',
  params: z.object({}),
  formula: () => 'f(x) = x*max(0, min(1, x/6 + 1/2))',
  lower: lowerTo('HardSwish'),
})
