import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { planNetwork } from './networkPlan'

describe('planNetwork', () => {
  const builder = new DocumentBuilder('plan')
  const input = builder.add('input', 'input', { shape: [3, 8, 8] })
  const convolution = builder.add(
    'conv',
    'conv2d',
    { filters: 4, kernel: 3, padding: 'same-upper', bias: false },
    input,
  )
  const norm = builder.add('norm', 'batchNorm', {}, convolution)
  const flat = builder.add('flatten', 'flatten', {}, builder.add('relu', 'relu', {}, norm))
  builder.add('classifier', 'dense', { units: 5 }, flat)
  const plan = planNetwork(builder.build())

  it('resolves a padding rule to four sides and states the extents of weights', () => {
    const node = plan.nodes.find((each) => each.operator === 'Conv')
    expect(node?.attributes['pads']).toEqual([1, 1, 1, 1])
    expect(plan.weights[node?.inputs[1] ?? '']).toEqual([4, 3, 3, 3])
  })

  it('keeps the operators of the training form in order', () => {
    const operators = plan.nodes.map((node) => node.operator)
    expect(operators).toEqual(['Conv', 'BatchNormalization', 'Relu', 'Flatten', 'Gemm'])
    expect([plan.inputShape, plan.classes]).toEqual([[3, 8, 8], 5])
  })

  it('counts what training changes, not the running statistics', () => {
    // 4*3*3*3 + 4 scales + 4 biases + (4*8*8 + 1)*5
    expect(plan.trainable).toBe(108 + 8 + 1285)
  })
})
