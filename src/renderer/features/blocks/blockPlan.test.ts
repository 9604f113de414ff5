// Tests of what the dialog that makes a block offers, joins, refuses and does.
import { describe, expect, it } from 'vitest'
import { inferDocument } from '../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../shared/graph/document'
import { DocumentBuilder } from '../../../shared/graph/documentBuilder'
import { applyEdit } from '../../../shared/graph/edits'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { findDefinition } from '../../../shared/layers/index'
import { nodesOf, planBlock, type BlockForm } from './blockPlan'
import { findUserBlock } from '../../session/blocks/definitionEdits'
import { chosenBefore, joinRows, listRows, nameParameter, rowKey, typeOfTitle } from './exposedRows'

const [conv1, conv2, relu] = ['conv1', 'conv2', 'relu'].map(parseNodeId)
const picked = [conv1!, conv2!, relu!]

function network(second = 8): NetworkDocument {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 8, kernel: 3 }, 'input')
  builder.add('conv2', 'conv2d', { filters: second, kernel: 3 }, 'conv1')
  builder.add('relu', 'relu', {}, 'conv2')
  builder.add('pool', 'globalAveragePool', {}, 'relu')
  return builder.build()
}

function rowsOf(document: NetworkDocument) {
  return listRows(nodesOf(document, { kind: 'make', ids: picked }), findDefinition)
}

/** The titles of the rows of one parameter, as they are offered. */
function titlesOf(document: NetworkDocument, param: string): Map<string, string> {
  return new Map(
    rowsOf(document)
      .filter(({ spec }) => spec.key === param)
      .map((row) => [rowKey(row), row.title]),
  )
}

function formOf(document: NetworkDocument, change: Partial<BlockForm> = {}): BlockForm {
  const { exposed } = joinRows(rowsOf(document), titlesOf(document, 'filters'))
  return { title: 'Pair', type: 'user/pair', doc: '', exposed, ...change }
}

describe('joinRows', () => {
  it('joins parameters of equal value into one', () => {
    const { exposed, problem, cautions } = joinRows(rowsOf(network()), titlesOf(network(), 'filters'))
    expect(exposed).toEqual([
      {
        name: 'filters',
        title: 'Filters',
        targets: [
          { node: 'conv1', param: 'filters' },
          { node: 'conv2', param: 'filters' },
        ],
      },
    ])
    expect([problem, cautions]).toEqual([undefined, []])
  })

  it('keeps parameters of different values apart, and warns where they are joined by hand', () => {
    const titles = titlesOf(network(16), 'filters')
    expect([...titles.values()]).toEqual(['Filters', 'Filters of conv2'])
    expect(joinRows(rowsOf(network(16)), titles).exposed.map(({ name }) => name)).toEqual(['filters', 'filtersOfConv2'])
    const joined = new Map(Array.from(titles.keys(), (key) => [key, 'Width']))
    expect(joinRows(rowsOf(network(16)), joined).cautions).toEqual([
      '“Width” is 8 in "conv1" and 16 in "conv2": it becomes 8 in all.',
    ])
  })

  it('refuses to join parameters of different kinds and to leave a title empty', () => {
    const mixed = new Map([
      ['conv1 filters', 'Size'],
      ['conv1 bias', 'Size'],
    ])
    expect(joinRows(rowsOf(network()), mixed).problem).toContain('joins parameters of different kinds')
    expect(joinRows(rowsOf(network()), new Map([['conv1 filters', ' ']])).problem).toContain('needs a title')
  })
})

it('names parameters and blocks from their titles', () => {
  expect(nameParameter('Kernel size of conv1', new Set())).toBe('kernelSizeOfConv1')
  expect(nameParameter('3x3', new Set(['parameter3x3']))).toBe('parameter3x32')
  expect(typeOfTitle('My block, new')).toBe('user/my-block-new')
})

describe('planBlock', () => {
  it('makes a block whose uses set its parameters', () => {
    const document = network()
    const plan = planBlock(document, { kind: 'make', ids: picked }, formOf(document))
    if (typeof plan === 'string') throw new Error(plan)
    const made = applyEdit(document, plan.edit)
    const use = made.nodes.find(({ type }) => type === 'user/pair')!
    const wide = applyEdit(made, { type: 'setParams', id: use.id, params: { filters: 5 } })
    expect(inferDocument(wide).nodes.get(use.id)?.outputs).toEqual([[5, 4, 4]])
  })

  it('says why it cannot', () => {
    const document = network()
    const say = (ids: typeof picked, change: Partial<BlockForm> = {}) =>
      planBlock(document, { kind: 'make', ids }, formOf(document, { exposed: [], ...change }))
    expect(say(picked, { title: ' ' })).toBe('The block needs a title.')
    expect(say(picked, { type: 'user/' })).toContain('letters, digits')
    expect(say([conv1!, relu!])).toContain('A path leaves the chosen layers at "conv2"')
    expect(say([])).toContain('No layers are chosen')
  })

  it('refuses a block inside itself', () => {
    const document = network()
    const plan = planBlock(document, { kind: 'make', ids: picked }, formOf(document))
    if (typeof plan === 'string') throw new Error(plan)
    const made = applyEdit(document, plan.edit)
    const ids = made.nodes.filter(({ type }) => type === 'user/pair').map(({ id }) => id)
    expect(planBlock(made, { kind: 'make', ids }, formOf(made, { exposed: [] }))).toContain('cannot hold itself')
  })

  it('takes values off uses when a parameter is no longer theirs', () => {
    const document = network()
    const plan = planBlock(document, { kind: 'make', ids: picked }, formOf(document))
    if (typeof plan === 'string') throw new Error(plan)
    let made = applyEdit(document, plan.edit)
    const use = made.nodes.find(({ type }) => type === 'user/pair')!
    made = applyEdit(made, { type: 'setParams', id: use.id, params: { filters: 5 } })
    const rows = listRows(findUserBlock(made, 'user/pair')!.nodes, findDefinition)
    expect([...chosenBefore(rows, findUserBlock(made, 'user/pair')!).values()]).toEqual(['Filters', 'Filters'])
    const bare = planBlock(made, { kind: 'redefine', type: 'user/pair' }, formOf(made, { exposed: [] }))
    if (typeof bare === 'string') throw new Error(bare)
    expect(bare.changedUses).toBe(1)
    const changed = applyEdit(made, bare.edit)
    expect(changed.nodes.find(({ id }) => id === use.id)?.params).toEqual({})
    expect(inferDocument(changed).issues).toEqual([])
  })
})
