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

it('tells of each layer once, at the first operator that stops it', () => {
  const builder = new DocumentBuilder('barriers')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 1 }, 'input')
  builder.add('round1', 'onnxOperator', { opType: 'Round' }, 'conv1')
  builder.add('round2', 'onnxOperator', { opType: 'Round' }, 'round1')
  builder.add('conv2', 'conv2d', { filters: 4, kernel: 1 }, 'round2')
  builder.add('round3', 'onnxOperator', { opType: 'Round' }, 'conv2')
  const issues = checkDocument(builder.build()).filter(({ code }) => code === 'autodiff.noGradient')
  expect(issues.map(({ nodeId }) => nodeId)).toEqual(['round1', 'round3'])
  expect(issues[0]?.message).toContain('no gradient reaches them (conv1).')
  expect(issues[1]?.message).toContain('no gradient reaches them (conv2).')
})

/** The middle is an operator with constants behind its input. */
function withConstants(opType: string, attributes: object, constants: readonly object[]) {
  const document = documentWith(opType, attributes)
  const operands = [{ kind: 'input' }, ...constants.map((tensor) => ({ kind: 'constant', tensor }))]
  const nodes = document.nodes.map((node) =>
    node.id === 'middle' ? { ...node, params: { ...node.params, operands } } : node,
  )
  return { ...document, nodes }
}

const text = (value: string) => ({ type: 'string', value })
const places = { dataType: 'int64', dims: [1, 1], values: [0] }
const updates = { dataType: 'float32', dims: [1, 4, 8, 8], values: Array.from({ length: 256 }, () => 1) }

it('takes a scatter that multiplies for a barrier, since its gradient is not there', () => {
  const scatter = (reduction: string) => withConstants('ScatterND', { reduction: text(reduction) }, [places, updates])
  expect(checkDocument(scatter('mul'))).toMatchObject([{ code: 'autodiff.noGradient' }])
  expect(checkDocument(scatter('add'))).toEqual([])
})

it('looks at the forms of operators in a group too', () => {
  const step = (opType: string, attributes = {}, operands: readonly object[] = []) => ({
    opType,
    domain: '',
    attributes,
    operands: [{ kind: 'input', index: 0 }, ...operands],
    outputs: 1,
  })
  const group = (...steps: readonly object[]) => {
    const document = documentWith('Identity')
    const params = { steps, inputs: 1, results: [{ step: 0, output: 0 }] }
    const nodes = document.nodes.map((node) =>
      node.id === 'middle' ? { ...node, type: 'onnxOperators', params } : node,
    )
    return checkDocument({ ...document, nodes })
  }
  const operands = [places, updates].map((tensor) => ({ kind: 'constant', tensor }))
  const scatter = (reduction: string) => step('ScatterND', { reduction: text(reduction) }, operands)
  expect(group(scatter('mul'))).toMatchObject([{ code: 'autodiff.noGradient' }])
  expect(group(scatter('add'))).toEqual([])
  expect(group(step('Round'))).toMatchObject([{ code: 'autodiff.noGradient' }])
  expect(group(step('Tanh'), step('IsNaN'))).toEqual([])
})

it('takes padding by reflection and cubic interpolation for none', () => {
  const pads = { dataType: 'int64', dims: [8], values: [0, 0, 0, 0, 0, 0, 0, 0] }
  expect(checkDocument(withConstants('Pad', { mode: text('reflect') }, [pads]))).toEqual([])
  const regions = { dataType: 'float32', dims: [0], values: [] }
  const scales = { dataType: 'float32', dims: [4], values: [1, 1, 1, 1] }
  expect(checkDocument(withConstants('Resize', { mode: text('cubic') }, [regions, scales]))).toEqual([])
})

/** conv1 -> Greater 0 -> Where(., conv0, 0) -> dense, and where `also` is set conv1 itself is added before the dense layer. */
function withCondition(also: boolean) {
  const builder = new DocumentBuilder('condition')
  const zero = { kind: 'constant', tensor: { dataType: 'float32', dims: [], values: [0] } }
  const input = { kind: 'input' }
  builder.add('input', 'input', { shape: [3, 4, 4] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 1 }, 'input')
  builder.add('conv0', 'conv2d', { filters: 4, kernel: 1 }, 'input')
  builder.add('positive', 'onnxOperator', { opType: 'Greater', operands: [input, zero] }, 'conv1')
  builder.add('where', 'onnxOperator', { opType: 'Where', operands: [input, input, zero] })
  builder.connect('positive', 'where', 'in0')
  builder.connect('conv0', 'where', 'in1')
  if (also) builder.add('sum', 'add', {}, 'where', 'conv1')
  builder.add('flatten', 'flatten', {}, also ? 'sum' : 'where')
  builder.add('dense', 'dense', { units: 3 }, 'flatten')
  return builder.build()
}

it('warns of layers that only lead to a condition, and lets the values that it chooses learn', () => {
  const document = withCondition(false)
  expect(checkDocument(document)).toMatchObject([{ code: 'autodiff.noGradient', nodeId: 'positive' }])
  expect(checkDocument(document)[0]?.message).toContain('no gradient reaches them (conv1)')
  const trained = listWeights(inferDocument(document)).filter((weight) => weight.trainable)
  expect(trained.map(({ path }) => path)).toEqual(['conv0/weight', 'conv0/bias', 'dense/weight', 'dense/bias'])
})

it('does not warn of them where a gradient reaches them another way', () => {
  const document = withCondition(true)
  expect(checkDocument(document)).toEqual([])
  expect(listWeights(inferDocument(document)).every((weight) => weight.trainable)).toBe(true)
})
