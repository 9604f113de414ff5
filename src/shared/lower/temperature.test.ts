import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { initialiseWeights } from '../network/initialise'
import type { OnnxGraph } from '../onnx/model'
import { lowerDocument } from './lower'
import { divideLogits } from './temperature'

function lower(last: 'dense' | 'softmax', name = 'fc') {
  const builder = new DocumentBuilder('small')
  builder.add('input', 'input', { shape: [1, 2, 2] })
  builder.add('flat', 'flatten', {}, 'input')
  builder.add(name, 'dense', { units: 2 }, 'flat')
  if (last === 'softmax') builder.add('soft', 'softmax', {}, name)
  const document = builder.build()
  return lowerDocument(document, { mode: 'inference', weights: initialiseWeights(document, 1) })
}

const printEnd = ({ nodes }: OnnxGraph): readonly string[] =>
  nodes.slice(-3).map(({ opType, inputs, outputs }) => `${outputs.join()} = ${opType}(${inputs.join(', ')})`)

describe('divideLogits', () => {
  it('divides before the softmax that ends a network', () => {
    const { graph } = divideLogits(lower('softmax'), 1.5)
    expect(printEnd(graph)).toEqual([
      'fc = Gemm(flat, fc/weight, fc/bias)',
      'temperature/output = Div(fc, temperature)',
      'output = Softmax(temperature/output)',
    ])
    expect(graph.initializers.get('temperature')).toMatchObject({ dims: [], data: Float32Array.of(1.5) })
  })

  it('divides the outputs of a network that ends in logits', () => {
    const { graph } = divideLogits(lower('dense'), 1.5)
    expect(printEnd(graph).slice(-2)).toEqual([
      'temperature/logits = Gemm(flat, fc/weight, fc/bias)',
      'output = Div(temperature/logits, temperature)',
    ])
  })

  it('takes names that no layer has', () => {
    const { graph } = divideLogits(lower('softmax', 'temperature'), 1.5)
    expect(printEnd(graph)[1]).toBe('temperature/output = Div(temperature, temperature_)')
  })
})
