// The threshold activation of perceptrons: the sign, or a step from 0 to 1.
import { z } from 'zod'
import type { GraphBuilder } from '../onnx/builder'
import { defineActivation } from './parts/activations'
import { scaleValues } from './parts/tfjsMaps'
import { ownLayers } from './parts/tfjsOwnLayers'

/**
 * The step as operators that the perceptron rule can pass a gradient through (`stepRules`): sign(sign(x) + 1/2) is 1 at 0
 * and above, -1 below. A step from 0 to 1 is half of it plus one half, exactly.
 */
function addSigns(builder: GraphBuilder, x: string, output: 'sign' | 'step', name: string): string {
  const lifted = builder.add('Add', [builder.add('Sign', [x]), builder.scalar(0.5)])
  if (output === 'sign') return builder.add('Sign', [lifted], {}, { name })
  const half = builder.add('Mul', [builder.add('Sign', [lifted]), builder.scalar(0.5)])
  return builder.add('Add', [half, builder.scalar(0.5)], {}, { name })
}

export const threshold = defineActivation({
  type: 'threshold',
  title: 'Threshold',
  icon: 'stairs-up',
  keywords: ['perceptron', 'sign', 'step'],
  doc: 'Gives 1 for values of 0 and above, and -1 (sign) or 0 (step) below. It has no gradient: layers before it learn by the perceptron rule (loss "perceptron"), not by back-propagation.',
  source: 'ONNX GreaterOrEqual and Where, opset 16; Rosenblatt, "The perceptron", 1958',
  params: z.object({
    output: z
      .enum(['sign', 'step'])
      .default('sign')
      .meta({ title: 'Output', help: 'sign: -1 or 1. step: 0 or 1. Zero itself gives 1.' }),
  }),
  formula: ({ output }) => `f(x) = 1 for x ≥ 0, else ${output === 'sign' ? '−1' : '0'}`,
  summary: ({ output }) => output,
  // ONNX's Sign gives 0 at 0; a perceptron decides for 1 there.
  lower({ builder, params, values, nodeId, mode }) {
    if (mode === 'training') return addSigns(builder, values[0] ?? '', params.output, nodeId)
    const isHigh = builder.add('GreaterOrEqual', [...values, builder.scalar(0)], {}, { name: `${nodeId}/isHigh` })
    const low = builder.scalar(params.output === 'sign' ? -1 : 0)
    return builder.add('Where', [isHigh, builder.scalar(1), low], {}, { name: nodeId })
  },
  // For plain TensorFlow.js a ramp that is done within 1e-30 of 0, cut at 0 and 1.
  lowerTfjs(lowering, value) {
    const { tf, params, apply, layerName } = lowering
    const low = params.output === 'sign' ? -1 : 0
    if (lowering.audience === 'engine') return apply(ownLayers(tf).threshold({ name: layerName(), low }), value)
    const ramp = scaleValues(lowering, value, [1e30, 1], 'ramp')
    const isStep = params.output === 'step'
    const step = apply(tf.layers.reLU({ name: isStep ? layerName() : layerName('step'), maxValue: 1 }), ramp)
    return isStep ? step : scaleValues(lowering, step, [2, -1], 'sign')
  },
  examples: [
    { name: 'a step', params: { output: 'step' }, inputs: [[3]], output: [3] },
    { name: 'an unknown output', params: { output: 'ramp' }, inputs: [[3]], error: 'layer.parameter' },
  ],
})
