// What changed between two states: networks as they compute, then how they are grouped, new shortcuts, layers that came and went.
import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NodeId } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit, type Edit } from '../graph/edits'
import { diffDocuments } from './diffDocuments'
import { expandAllBlocks, expandBlock } from './expandBlock'
import { foldBlocks, foldEdit } from './foldBlocks/foldBlocks'

const id = (text: string): NodeId => text as NodeId

/** Two residual blocks and a head. */
function network(): NetworkDocument {
  const builder = new DocumentBuilder('net')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('a', 'residualBasic', { filters: 4 }, 'stem')
  builder.add('b', 'residualBasic', { filters: 4 }, 'a')
  builder.add('pool', 'globalAveragePool', {}, 'b')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 3 }, 'flatten')
  return builder.build()
}

const edited = (document: NetworkDocument, ...edits: readonly Edit[]) => edits.reduce(applyEdit, document)

/** What a diff says, without totals. */
function say(before: NetworkDocument, after: NetworkDocument) {
  const { added, removed, changed, regrouped, shortcuts, reinitialised } = diffDocuments(before, after)
  return {
    ...(added.length > 0 && { added: added.map((node) => node.id) }),
    ...(removed.length > 0 && { removed: removed.map((node) => node.id) }),
    ...(changed.length > 0 && { changed: changed.map((node) => node.id) }),
    ...(regrouped.length > 0 && { regrouped: regrouped.map((block) => `${block.how} ${block.id}`) }),
    ...(shortcuts.length > 0 && { shortcuts: shortcuts.map(({ from, to }) => `${from}>${to}`) }),
    ...(reinitialised.length > 0 && { reinitialised }),
  }
}

describe('what changed', () => {
  it('is nothing between equal states', () => {
    expect(say(network(), network())).toEqual({})
  })

  it('is one line for a block that was expanded or collapsed: it computes as before', () => {
    const before = network()
    const opened = edited(before, expandBlock(before, id('a')))
    expect(say(before, opened)).toEqual({ regrouped: ['expanded a'] })
    expect(say(opened, before)).toEqual({ regrouped: ['collapsed a'] })
    const flat = edited(before, expandAllBlocks(before))
    expect(say(before, flat)).toEqual({ regrouped: ['expanded stem', 'expanded a', 'expanded b'] })
    expect(say(opened, flat)).toEqual({ regrouped: ['expanded stem', 'expanded b'] })
  })

  it('follows layers into blocks that name them otherwise', () => {
    const flat = edited(network(), expandAllBlocks(network()))
    const renamed = flat.nodes
      .filter((node) => node.id.includes('/'))
      .reduce((document, node) => {
        const to = id(node.id.replaceAll('/', '_'))
        return applyEdit(document, { type: 'renameNode', id: node.id, to })
      }, flat)
    const folded = edited(renamed, foldEdit(foldBlocks(renamed)))
    expect(folded.nodes.length).toBeLessThan(renamed.nodes.length)
    const { added, removed, changed, shortcuts, regrouped } = diffDocuments(renamed, folded)
    expect([added, removed, changed, shortcuts]).toEqual([[], [], [], []])
    expect(regrouped.length).toBeGreaterThan(0)
    expect(regrouped.every(({ how }) => how === 'collapsed')).toBe(true)
  })

  it('tells what was changed inside of what was expanded', () => {
    const before = network()
    const opened = edited(before, expandBlock(before, id('a')))
    const conv = opened.nodes.find((node) => node.id.startsWith('a/') && node.type === 'conv2d')
    const after = edited(opened, { type: 'setFrozen', id: conv!.id, frozen: true })
    expect(say(before, after)).toEqual({ changed: [conv!.id], regrouped: ['expanded a'] })
  })

  it('tells of blocks that came and went as a whole', () => {
    const before = network()
    const builder = new DocumentBuilder('net')
    builder.add('input', 'input', { shape: [3, 8, 8] })
    builder.add('first', 'conv2d', { filters: 4, kernel: 5 }, 'input')
    builder.add('a', 'residualBasic', { filters: 4 }, 'first')
    builder.add('pool', 'globalAveragePool', {}, 'a')
    builder.add('flatten', 'flatten', {}, 'pool')
    builder.add('fc', 'dense', { units: 3 }, 'flatten')
    const { added, removed, regrouped } = diffDocuments(before, builder.build())
    expect([added.map((node) => node.id), removed.map((node) => node.id), regrouped]).toEqual([
      ['first'],
      ['stem', 'b'],
      [],
    ])
  })

  it('names a new shortcut, and not the wires that a layer between others brings', () => {
    const before = network()
    const within = edited(
      before,
      { type: 'addNode', node: { id: id('drop'), type: 'dropout', params: {} } },
      { type: 'disconnect', edge: before.edges.find(({ to }) => to.node === 'fc')! },
      { type: 'connect', edge: { from: { node: id('flatten'), port: 'out' }, to: { node: id('drop'), port: 'in' } } },
      { type: 'connect', edge: { from: { node: id('drop'), port: 'out' }, to: { node: id('fc'), port: 'in' } } },
    )
    expect(say(before, within)).toEqual({ added: ['drop'], changed: ['fc'] })
    const builder = new DocumentBuilder('net')
    builder.add('input', 'input', { shape: [3, 8, 8] })
    builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
    builder.add('a', 'residualBasic', { filters: 4 }, 'stem')
    builder.add('b', 'residualBasic', { filters: 4 }, 'a')
    builder.add('sum', 'add', {}, 'b', 'stem')
    builder.add('pool', 'globalAveragePool', {}, 'sum')
    builder.add('flatten', 'flatten', {}, 'pool')
    builder.add('fc', 'dense', { units: 3 }, 'flatten')
    expect(say(before, builder.build())).toEqual({ added: ['sum'], changed: ['pool'], shortcuts: ['stem>sum'] })
  })
})
