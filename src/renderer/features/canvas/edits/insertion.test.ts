// Tests of the edits that bring layers into a document.
import { describe, expect, it } from 'vitest'
import { inferDocument } from '../../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { applyEdit, type Edit } from '../../../../shared/graph/edits'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { nodeDefinitions } from '../../../../shared/layers/index'
import {
  addAt,
  addFromPort,
  insertAfter,
  insertOnWire,
  moveOntoWire,
  nameNode,
  removeAndJoin,
  paramsFor,
} from './insertion'

function chain(): NetworkDocument {
  const builder = new DocumentBuilder('chain')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  builder.add('relu1', 'relu', {}, 'conv1')
  return builder.build()
}

function wires(document: NetworkDocument): string[] {
  return document.edges.map(({ from, to }) => `${from.node}>${to.node}.${to.port}`)
}

function apply(document: NetworkDocument, edit: Edit): NetworkDocument {
  return applyEdit(document, edit)
}

it('names new layers by their type and the first free number', () => {
  expect(nameNode(new Set(['conv1', 'conv2']), 'conv2d')).toBe('conv3')
  expect(nameNode(new Set(), 'input')).toBe('input')
  expect(nameNode(new Set(['input']), 'input')).toBe('input1')
})

it.each(nodeDefinitions.map(({ type }) => type))('gives a new %s parameters that its table accepts', (type) => {
  const definition = nodeDefinitions.find((layer) => layer.type === type)
  expect(definition?.params.safeParse(paramsFor(type, chain(), [4, 6, 6])).success).toBe(true)
})

it('gives a dense layer as many units as there are classes', () => {
  expect(paramsFor('dense', { ...chain(), classes: ['a', 'b', 'c'] })).toEqual({ units: 3 })
})

describe('on a wire', () => {
  it('joins the new layer to both ends and moves what follows', () => {
    const document = chain()
    const edge = document.edges[0]
    if (!edge) throw new Error('the chain has edges')
    const { edit, id } = insertOnWire(document, 'batchNorm', edge, 'down')
    const after = apply(document, edit)
    expect(wires(after).sort()).toEqual(['batchNorm1>conv1.in', 'conv1>relu1.in', `input>${id}.in`].sort())
    const before = chain().nodes.find((node) => node.id === 'conv1')?.position?.y ?? 0
    expect(after.nodes.find((node) => node.id === 'conv1')?.position?.y).toBeGreaterThan(before)
    expect(inferDocument(after).issues).toEqual([])
  })

  it('keeps the order of the inputs of a merge', () => {
    const builder = new DocumentBuilder('merge')
    builder.add('input', 'input', { shape: [4, 8, 8] })
    builder.add('a', 'relu', {}, 'input')
    builder.add('b', 'sigmoid', {}, 'input')
    builder.add('sum', 'add', {}, 'a', 'b')
    const document = builder.build()
    const edge = document.edges.find(({ from }) => from.node === 'a')
    if (!edge) throw new Error('the edge is there')
    const after = apply(document, insertOnWire(document, 'tanh', edge, 'down').edit)
    expect(wires(after)).toContain('tanh1>sum.in0')
    expect(wires(after)).toContain('b>sum.in1')
  })

  it('joins a layer that lay beside', () => {
    const added = addAt(chain(), 'dropout', { x: 500, y: 0 })
    const document = applyEdit(chain(), added.edit)
    const edge = document.edges[1]
    if (!edge) throw new Error('the chain has edges')
    expect(wires(apply(document, moveOntoWire(document, added.id, edge)))).toEqual([
      'input>conv1.in',
      'dropout1>relu1.in',
      'conv1>dropout1.in',
    ])
  })
})

describe('after a node', () => {
  it('lets what followed the node follow the new layer', () => {
    const after = apply(chain(), insertAfter(chain(), 'batchNorm', parseNodeId('conv1'), 'down').edit)
    expect(wires(after)).toEqual(['input>conv1.in', 'batchNorm1>relu1.in', 'conv1>batchNorm1.in'])
  })

  it('opens a branch beside what follows', () => {
    const after = apply(chain(), insertAfter(chain(), 'batchNorm', parseNodeId('conv1'), 'down', true).edit)
    expect(wires(after)).toEqual(['input>conv1.in', 'conv1>relu1.in', 'conv1>batchNorm1.in'])
    const relu = after.nodes.find(({ id }) => id === 'relu1')?.position
    const branch = after.nodes.find(({ id }) => id === 'batchNorm1')?.position
    expect(branch?.x).toBeGreaterThan((relu?.x ?? 0) + 200)
  })

  it('only puts an input beside it', () => {
    const after = apply(chain(), insertAfter(chain(), 'input', parseNodeId('relu1'), 'down').edit)
    expect(wires(after)).toEqual(wires(chain()))
  })
})

it('joins a layer to the port it was dragged from, on either side', () => {
  const at = { x: 400, y: 400 }
  const held = { node: parseNodeId('relu1'), port: 'out' }
  expect(wires(apply(chain(), addFromPort(chain(), 'flatten', held, 'output', at, 'down').edit))).toContain(
    'relu1>flatten1.in',
  )
  const input = { node: parseNodeId('conv1'), port: 'in' }
  const before = apply(chain(), addFromPort(chain(), 'dropout', input, 'input', at, 'down').edit)
  expect(wires(before)).toEqual(['conv1>relu1.in', 'dropout1>conv1.in'])
})

it('joins the ends of a wire when the layer between is deleted', () => {
  expect(wires(apply(chain(), removeAndJoin(chain(), parseNodeId('conv1'))))).toEqual(['input>relu1.in'])
})
