// Operators without a gradient freeze what lies before them, and say so; those with one freeze nothing.
import { expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { checkDocument } from './checkDocument'
import { inferDocument } from './inferDocument'
import { listWeights } from './weights'

/** input -> conv1 -> operator -> conv2, and conv0 on the input joined after the operator. */
function documentWith(opType: string, attributes = {}) {
  const builder = new DocumentBuilder('barrier')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 3, padding: 'same-upper' }, 'input')
  builder.add('middle', 'onnxOperator', { opType, attributes }, 'conv1')
  builder.add('conv0', 'conv2d', { filters: 4, kernel: 1 }, 'input')
  builder.add('add', 'add', {}, 'middle', 'conv0')
  builder.add('conv2', 'conv2d', { filters: 2, kernel: 8 }, 'add')
  builder.add('flatten', 'flatten', {}, 'conv2')
  return builder.build()
}

function trainable(opType: string): readonly string[] {
  return listWeights(inferDocument(documentWith(opType)))
    .filter((weight) => weight.trainable)
    .map(({ path }) => path)
}

it('freezes the layers before an operator without a gradient, and no others', () => {
  expect(trainable('Round')).toEqual(['conv0/weight', 'conv0/bias', 'conv2/weight', 'conv2/bias'])
})

it('freezes nothing before an operator with a gradient', () => {
  expect(trainable('Tanh')).toContain('conv1/weight')
  expect(checkDocument(documentWith('Tanh'))).toEqual([])
})

it('warns at the operator and names the number of layers', () => {
  const issues = checkDocument(documentWith('Round'))
  expect(issues).toMatchObject([{ level: 'warning', code: 'autodiff.noGradient', nodeId: 'middle' }])
  expect(issues[0]?.message).toContain(
    '1 layer keeps its weights while the network is trained, as no gradient reaches them (conv1).',
  )
})

it('takes padding by reflection for a barrier, since its gradient is not there', () => {
  const operands = [
    { kind: 'input' },
    { kind: 'constant', tensor: { dataType: 'int64', dims: [8], values: [0, 0, 0, 0, 0, 0, 0, 0] } },
  ]
  const document = documentWith('Pad', { mode: { type: 'string', value: 'reflect' } })
  const nodes = document.nodes.map((node) =>
    node.id === 'middle' ? { ...node, params: { ...node.params, operands } } : node,
  )
  expect(checkDocument({ ...document, nodes })).toMatchObject([{ code: 'autodiff.noGradient' }])
})
