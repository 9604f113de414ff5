// The name of a network as it computes: what changes it and what does not.
import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NodeId } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit, type Edit } from '../graph/edits'
import { parseDocument, serializeDocument } from '../graph/schema'
import { expandAllBlocks } from '../edits/expandBlock'
import { foldBlocks, foldEdit } from '../edits/foldBlocks/foldBlocks'
import { architectures } from '../lectures/architectures/index'
import { hashStructure } from './hashStructure'

const id = (text: string): NodeId => text as NodeId

function network(): NetworkDocument {
  const builder = new DocumentBuilder('net')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('a', 'residualBasic', { filters: 4 }, 'stem')
  builder.add('pool', 'globalAveragePool', {}, 'a')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 3 }, 'flatten')
  return builder.build()
}

const edited = (document: NetworkDocument, ...edits: readonly Edit[]) => edits.reduce(applyEdit, document)
const base = hashStructure(network())

describe('is the same', () => {
  it('under other names, positions, notes, recipe and order of the file', () => {
    const before = network()
    const moved: NetworkDocument = {
      ...edited(before, { type: 'renameNode', id: id('fc'), to: id('head') }, { type: 'setName', name: 'other' }),
      notes: [{ id: 'n', text: 'hello', position: { x: 1, y: 2 } }],
      recipe: { epochs: 3 },
      classes: ['x', 'y', 'z'],
    }
    const turned = {
      ...moved,
      nodes: moved.nodes.map((node) => ({ ...node, position: { x: 7, y: 7 } })).toReversed(),
      edges: moved.edges.toReversed(),
    }
    expect(hashStructure(turned)).toBe(base)
    expect(hashStructure(parseDocument(serializeDocument(turned)))).toBe(base)
  })

  it('with blocks expanded and folded again', () => {
    const before = network()
    const flat = edited(before, expandAllBlocks(before))
    expect(flat.nodes.length).toBeGreaterThan(before.nodes.length)
    expect(hashStructure(flat)).toBe(base)
    expect(hashStructure(edited(flat, foldEdit(foldBlocks(flat))))).toBe(base)
  })

  it('where a parameter is written out that has its default', () => {
    const before = network()
    const given = { type: 'setParams', id: id('fc'), params: { units: 3, bias: true } } as const
    expect(hashStructure(edited(before, given))).toBe(base)
  })
})

describe('is another', () => {
  const others: Readonly<Record<string, readonly Edit[]>> = {
    'a parameter': [{ type: 'setParams', id: id('fc'), params: { units: 4 } }],
    'a parameter of a block': [{ type: 'setParams', id: id('a'), params: { filters: 4, stride: 2 } }],
    'a frozen layer': [{ type: 'setFrozen', id: id('fc'), frozen: true }],
    'a layer less': [{ type: 'removeNode', id: id('fc') }],
    'a loose layer': [{ type: 'addNode', node: { id: id('relu'), type: 'relu', params: {} } }],
    'a wire less': [
      {
        type: 'disconnect',
        edge: { from: { node: id('flatten'), port: 'out' }, to: { node: id('fc'), port: 'in' } },
      },
    ],
  }
  it.each(Object.keys(others))('with %s', (what) => {
    const changed = edited(network(), ...(others[what] ?? []))
    expect(hashStructure(changed)).not.toBe(base)
  })

  it('where one layer is used twice in place of two alike', () => {
    const build = (second: string) => {
      const builder = new DocumentBuilder('net')
      builder.add('input', 'input', { shape: [3, 8, 8] })
      builder.add('left', 'conv2d', { filters: 4 }, 'input')
      builder.add('right', 'conv2d', { filters: 4 }, 'input')
      builder.add('sum', 'add', {}, 'left', second)
      return builder.build()
    }
    expect(hashStructure(build('left'))).not.toBe(hashStructure(build('right')))
  })

  it('for each architecture of the gallery', () => {
    const names = architectures.map((architecture) => hashStructure(architecture.build()))
    expect(new Set(names).size).toBe(names.length)
  })
})

it('has a name for a network that holds a cycle, an unknown layer or nothing', () => {
  const loop = edited(
    network(),
    { type: 'addNode', node: { id: id('x'), type: 'relu', params: {} } },
    { type: 'addNode', node: { id: id('y'), type: 'nonsense', params: { a: 1 } } },
  )
  const round: NetworkDocument = {
    ...loop,
    edges: [
      ...loop.edges,
      { from: { node: id('x'), port: 'out' }, to: { node: id('y'), port: 'in' } },
      { from: { node: id('y'), port: 'out' }, to: { node: id('x'), port: 'in' } },
    ],
  }
  const empty: NetworkDocument = { format: 'netloom', version: 1, name: 'untitled', nodes: [], edges: [] }
  expect(new Set([hashStructure(round), hashStructure(loop), hashStructure(empty)]).size).toBe(3)
})
