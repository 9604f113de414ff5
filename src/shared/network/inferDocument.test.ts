import { describe, expect, it, vi } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit } from '../graph/edits'
import { NetloomError } from '../graph/errors'
import { parseNodeId } from '../graph/nodeId'
import { inferDocument, requireSound } from './inferDocument'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'

function shapesOf(builder: DocumentBuilder): Record<string, string> {
  const { nodes } = inferDocument(builder.build(), findTinyLayer)
  return Object.fromEntries(
    Array.from(nodes, ([id, { outputs }]) => [id, outputs.map((shape) => shape.join('x')).join(' ')]),
  )
}

function issuesOf(builder: DocumentBuilder): string[] {
  return inferDocument(builder.build(), findTinyLayer).issues.map(
    ({ level, code, path, message }) => `${level} ${code}${path ? ` ${path}` : ''}: ${message}`,
  )
}

describe('inferDocument', () => {
  it('infers the shapes of a branching network', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('conv1', 'conv2d', { filters: 8 }, 'input')
    builder.add('conv2', 'conv2d', { filters: 8 }, 'input')
    builder.add('sum', 'add', {}, 'conv1', 'conv2')
    builder.add('flat', 'flatten', {}, 'sum')
    builder.add('fc', 'dense', { units: 10 }, 'flat')
    expect(shapesOf(builder)).toEqual({
      input: '3x9x9',
      conv1: '8x7x7',
      conv2: '8x7x7',
      sum: '8x7x7',
      flat: '392',
      fc: '10',
    })
    const { nodes, inputId, outputId } = inferDocument(builder.build(), findTinyLayer)
    expect([inputId, outputId]).toEqual(['input', 'fc'])
    expect(nodes.get(parseNodeId('sum'))).toMatchObject({
      inputNames: ['conv1', 'conv2'],
      inputs: [
        [8, 7, 7],
        [8, 7, 7],
      ],
    })
    expect(nodes.get(parseNodeId('fc'))?.params).toEqual({ units: 10, bias: true })
    expect(nodes.get(parseNodeId('fc'))?.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['weight', [10, 392]],
      ['bias', [10]],
    ])
  })

  it('follows output ports by name', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [4, 2, 2] })
    builder.add('split', 'split', {}, 'input')
    builder.add('a', 'relu')
    builder.add('b', 'globalPool')
    builder.connect('split', 'a', 'in', 'left')
    builder.connect('split', 'b', 'in', 'right')
    expect(shapesOf(builder)).toMatchObject({ split: '1x2x2 3x2x2', a: '1x2x2', b: '3' })
  })

  it('reports unknown and wrong parameters with their paths, all of them', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('conv1', 'conv2d', { filters: 0, kernal: [3, 3], stride: 'two' }, 'input')
    expect(issuesOf(builder)).toEqual([
      'error layer.parameter nodes[1].params.filters: Conv2D "conv1": parameter "filters" must be at least 1, is 0.',
      'error layer.parameter nodes[1].params.stride: Conv2D "conv1": parameter "stride" must be a number, is "two".',
      'error layer.parameter nodes[1].params.kernal: Conv2D "conv1" has no parameter "kernal". Did you mean "kernel"?',
    ])
  })

  it('reports a parameter that is left out, and one inside a list', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 0, 9] })
    builder.add('fc', 'dense', {}, 'input')
    expect(issuesOf(builder)).toEqual([
      'error layer.parameter nodes[0].params.shape[1]: Input "input": parameter "shape[1]" must be more than 0, is 0.',
      'error layer.parameter nodes[1].params.units: Dense "fc": parameter "units" must be a number and is missing.',
    ])
  })

  it('goes on past a broken layer and is silent about the layers behind it', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('big', 'conv2d', { filters: 2, kernel: [11, 11] }, 'input')
    builder.add('behind', 'relu', {}, 'big')
    builder.add('fine', 'conv2d', { filters: 2, stride: 5 }, 'input')
    builder.add('fc', 'dense', { units: 3 }, 'fine')
    builder.add('sum', 'add', {}, 'behind', 'fc')
    const inference = inferDocument(builder.build(), findTinyLayer)
    expect(inference.issues.map(({ level, code, nodeId }) => [level, code, nodeId])).toEqual([
      ['error', 'layer.window', 'big'],
      ['warning', 'layer.dropped', 'fine'],
      ['error', 'layer.rank', 'fc'],
    ])
    expect(inference.order).toEqual(['input', 'fine'])
  })

  it('still checks the parameters of layers behind a broken one', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('big', 'conv2d', { filters: 2, kernel: [11, 11] }, 'input')
    builder.add('next', 'conv2d', { filters: -1 }, 'big')
    expect(inferDocument(builder.build(), findTinyLayer).issues.map(({ nodeId }) => nodeId)).toEqual(['big', 'next'])
  })

  it('reports structure and shapes in one list', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('big', 'conv2d', { filters: 2, kernel: [11, 11] }, 'input')
    builder.add('sum', 'add', {}, 'big')
    builder.connect('big', 'sum', 'in0')
    expect(inferDocument(builder.build(), findTinyLayer).issues.map(({ code }) => code)).toEqual([
      'layer.window',
      'graph.unknownPort',
    ])
  })

  it('lets defects of a layer through instead of reporting them as findings', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [1] })
    const input = findTinyLayer('input')!
    const broken = () => ({
      ...input,
      infer: () => {
        throw new TypeError('a defect')
      },
    })
    expect(() => inferDocument(builder.build(), broken)).toThrow('a defect')
  })

  it('infers a layer again only when it or its inputs change', () => {
    const relu = findTinyLayer('relu')!
    const infer = vi.fn(relu.infer.bind(relu))
    const counted = { ...relu, infer }
    const find = (type: string) => (type === 'relu' ? counted : findTinyLayer(type))
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('relu1', 'relu', {}, 'input')
    builder.add('conv', 'conv2d', { filters: 4 }, 'relu1')
    builder.add('relu2', 'relu', {}, 'conv')
    const document = builder.build()
    inferDocument(document, find)
    inferDocument(document, find)
    expect(infer).toHaveBeenCalledTimes(2)
    const edited = applyEdit(document, { type: 'setParams', id: parseNodeId('conv'), params: { filters: 5 } })
    const { nodes } = inferDocument(edited, find)
    expect(infer).toHaveBeenCalledTimes(3)
    expect(nodes.get(parseNodeId('relu2'))?.outputs).toEqual([[5, 7, 7]])
  })

  it('keeps paths right when the order of nodes changes', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('conv', 'conv2d', { filters: 0 }, 'input')
    const document = builder.build()
    const pathOf = (value: typeof document) => inferDocument(value, findTinyLayer).issues[0]?.path
    expect(pathOf(document)).toBe('nodes[1].params.filters')
    expect(pathOf({ ...document, nodes: [...document.nodes].reverse() })).toBe('nodes[0].params.filters')
  })

  it('infers 1,000 layers in milliseconds', () => {
    const builder = new DocumentBuilder('long')
    let last = builder.add('input', 'input', { shape: [4, 8, 8] })
    for (let index = 0; index < 1000; index++)
      last = builder.add(`conv${index}`, 'conv2d', { filters: 4, kernel: [1, 1] }, last)
    const document = builder.build()
    const started = performance.now()
    expect(inferDocument(document, findTinyLayer).issues).toEqual([])
    // About 10 ms when the machine is idle.
    expect(performance.now() - started).toBeLessThan(200)
  })
})

it('computes nothing again behind an edge that is taken away and put back', () => {
  const builder = new DocumentBuilder('chain')
  builder.add('input', 'input', { shape: [4, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4 }, 'input')
  builder.add('conv2', 'conv2d', { filters: 4 }, 'conv1')
  const document = builder.build()
  const before = inferDocument(document)
  const [, ...edges] = document.edges
  expect(inferDocument({ ...document, edges }).nodes.has(parseNodeId('conv2'))).toBe(false)
  const after = inferDocument({ ...document })
  expect(after.nodes.get(parseNodeId('conv2'))).toBe(before.nodes.get(parseNodeId('conv2')))
})

describe('requireSound', () => {
  it('throws the first error and counts the others', () => {
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 9, 9] })
    builder.add('conv', 'conv2d', { filters: 0, stride: 0 }, 'input')
    const attempt = () => requireSound(builder.build(), findTinyLayer)
    expect(attempt).toThrow(NetloomError)
    expect(attempt).toThrow('Conv2D "conv": parameter "filters" must be at least 1, is 0. (1 more error)')
  })

  it('refuses an empty document', () => {
    expect(() => requireSound(new DocumentBuilder('empty').build(), findTinyLayer)).toThrow('The network has no input.')
  })
})
