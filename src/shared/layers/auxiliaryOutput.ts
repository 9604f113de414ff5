// The end of a side branch that only training has: its logits add to the loss; not the addition (lower/trainingGraph.ts).
import { z } from 'zod'
import { countOf } from '../graph/printNumbers'
import { defineLayer } from './define'
import { oneInput, requireVector } from './parts/located'
import { explainRule } from './parts/rules'

const title = 'Auxiliary output'

export const auxiliaryOutput = defineLayer({
  type: 'auxiliaryOutput',
  version: 1,
  title,
  category: 'regularisation',
  icon: 'route-alt-left',
  keywords: ['googlenet', 'side', 'head'],
  doc: 'Ends a side branch with one logit per class. While training, the loss of these logits is added to that of the output, so that gradients reach early layers on a short way. After training the branch is left out.',
  source: 'Szegedy et al. 2014, arXiv:1409.4842, section 5',
  inputs: oneInput,
  outputPorts: [],
  params: z.object({
    weight: z.number().positive().max(100).default(0.3).meta({
      title: 'Weight',
      help: 'What the loss of this branch is multiplied by before it is added; 0.3 in GoogLeNet.',
    }),
  }),
  infer(context) {
    requireVector(title, context)
    return { outputs: [] }
  },
  receptiveWindow: () => 'none',
  explain: (context) => [
    {
      ...explainRule(`loss = loss of the output + ${context.params.weight}·loss of this branch`),
      notes: [`while training, from these ${countOf(requireVector(title, context), 'logit')}`],
    },
  ],
  summary: ({ weight }) => `loss * ${weight}`,
  toOnnx: () => [],
  toTfjs: () => [],
  examples: [
    { name: 'the logits of 1000 classes', params: {}, inputs: [[1000]], parameters: 0 },
    { name: 'another weight', params: { weight: 1 }, inputs: [[10]] },
    { name: 'a feature map', params: {}, inputs: [[10, 1, 1]], error: 'layer.rank' },
    { name: 'a weight of 0', params: { weight: 0 }, inputs: [[10]], error: 'layer.parameter' },
  ],
})
