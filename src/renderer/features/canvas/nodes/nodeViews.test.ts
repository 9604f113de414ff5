// Tests of what nodes and edges show.
import { printShort } from '../../../../shared/graph/printNumbers'
import { expect, it } from 'vitest'
import { checkDocument } from '../../../../shared/network/checkDocument'
import { inferDocument } from '../../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { applyEdit } from '../../../../shared/graph/edits'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { buildEdgeViews } from './edgeViews'
import { findDirection, findPlaces } from '../../../session/layout/canvasGeometry'
import { findNodes } from '../tools/findNodes'
import { searchLayers } from '../palette/layerSearch'
import { buildViews, describeNode, type NodeView } from './nodeViews'

function network(units = 10): NetworkDocument {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('conv1', 'conv2d', { filters: 64, kernel: 3, stride: 2, padding: 'same-upper' }, 'input')
  builder.add('dense1', 'dense', { units }, 'conv1')
  return builder.build()
}

function viewsOf(document: NetworkDocument, before: ReadonlyMap<string, NodeView> = new Map()) {
  return buildViews(document, inferDocument(document), checkDocument(document), before)
}

it.each([
  [0, '0'],
  [896, '896'],
  [999, '999'],
  [1792, '1.79 k'],
  [48_120, '48.1 k'],
  [999_999, '1.00 M'],
  [25_557_032, '25.6 M'],
  [4_089_184_256, '4.09 G'],
])('prints %i in short as %s', (count, text) => {
  expect(printShort(count)).toBe(text)
})

it('shows what matters, the parameters and the problems of a node', () => {
  const view = viewsOf(network()).get('conv1')
  // 64 * (3*3*3 + 1) = 1792
  expect(view).toMatchObject({ summary: '3×3 · 64 · stride 2', parameters: 1792, shape: '64×16×16', errors: '' })
  expect(viewsOf(network()).get('dense1')?.errors).toContain('Insert a flatten layer')
})

it('tells a screen reader name, kind, shape and problems', () => {
  const views = viewsOf(network())
  const [conv, dense] = [views.get('conv1'), views.get('dense1')]
  expect(conv && describeNode(conv)).toBe('conv1, Conv2D, output 64 by 16 by 16')
  expect(dense && describeNode(dense)).toMatch(/^dense1, Dense, shape not known, error: Dense "dense1": takes a vector/)
})

it('keeps the views of nodes that look the same after an edit', () => {
  const first = viewsOf(network())
  const edit = { type: 'setParams', id: parseNodeId('dense1'), params: { units: 20 } } as const
  const second = viewsOf(applyEdit(network(), edit), first)
  expect(second.get('conv1')).toBe(first.get('conv1'))
  expect(second.get('dense1')).not.toBe(first.get('dense1'))
})

it('marks the wire whose shape the layer refuses', () => {
  const document = network()
  const shown = buildEdgeViews(document, inferDocument(document), checkDocument(document), new Map())
  expect(shown.map(({ view }) => [view.shape, view.mismatch])).toEqual([
    ['3×32×32', ''],
    ['64×16×16', '64×16×16 ≠ vector'],
  ])
})

it('finds layers by their name and by other words', () => {
  expect(searchLayers('conv').map(({ type }) => type)[0]).toBe('conv2d')
  expect(searchLayers('linear').map(({ type }) => type)).toEqual(['dense'])
  expect(searchLayers('no such layer')).toEqual([])
})

it('finds nodes by every word of a search', () => {
  const titleOf = (type: string): string => (type === 'conv2d' ? 'Conv2D' : type)
  expect(findNodes(network(), 'CONV 1', titleOf)).toEqual(['conv1'])
  expect(findNodes(network(), ' ', titleOf)).toEqual([])
})

it('gives every node without a position a place and sees which way the data runs', () => {
  const document = { ...network(), nodes: network().nodes.map(({ id, type, params }) => ({ id, type, params })) }
  const places = findPlaces(document)
  expect(places.size).toBe(3)
  expect(findDirection(document, places, 'right')).toBe('down')
  const flat = new Map(document.nodes.map(({ id }, index) => [id, { x: 300 * index, y: 0 }]))
  expect(findDirection(document, flat, 'down')).toBe('right')
})

it('shows of a block the layers of one of it, how many it stands for and the parameters of all', () => {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [64, 8, 8] })
  builder.add('stage', 'residualBasic', { filters: 64, repeat: 3 }, 'input')
  const stage = viewsOf(builder.build()).get('stage')
  expect(stage?.repeat).toBe(3)
  expect(stage?.summary).toBe('3×3 · 64')
  expect(stage?.cells.split(' ')).toEqual([
    'convolution',
    'normalisation',
    'activation',
    'convolution',
    'normalisation',
    'merge',
    'activation',
  ])
  // Each of the three: two times 64*64*9 weights and 2*64 of the batch norm.
  expect(stage?.parameters).toBe(3 * (2 * 64 * 64 * 9 + 2 * 2 * 64))
  expect(stage && describeNode(stage)).toBe('stage, Residual block, 3 in a row, output 64 by 8 by 8')
})

it('marks a layer without wires as one that waits for them, and one that was cut off as wrong', () => {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('conv1', 'conv2d', { filters: 8, kernel: 3 }, 'input')
  builder.add('conv2', 'conv2d', { filters: 8, kernel: 3 }, 'conv1')
  builder.add('loose', 'conv2d', { filters: 8, kernel: 3 })
  builder.add('wrong', 'conv2d', { filters: 0, kernel: 3 })
  const document = builder.build()
  const views = viewsOf(document)
  expect(views.get('loose')).toMatchObject({
    errors: '',
    warnings: expect.stringContaining('nothing leads to its input'),
  })
  expect(views.get('wrong')?.errors).toContain('must be at least 1, is 0')
  const cut = viewsOf({ ...document, edges: document.edges.filter(({ from }) => from.node !== 'input') }, views)
  expect(cut.get('conv1')?.errors).toContain('nothing leads to its input')
})
