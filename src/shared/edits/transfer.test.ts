import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NodeId } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit, type Edit } from '../graph/edits'
import { diffDocuments } from './diffDocuments'
import { pickWeights } from '../network/fileWeights'
import { initialiseWeights } from '../network/initialise'
import { findHead, freezeBefore, listStages, prepareTransfer, replaceHead } from './transfer'

const id = (text: string): NodeId => text as NodeId

function pretrained(): NetworkDocument {
  const builder = new DocumentBuilder('pretrained')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('layer1/a', 'residualBasic', { filters: 4 }, 'stem')
  builder.add('layer1/b', 'residualBasic', { filters: 4 }, 'layer1/a')
  builder.add('pool', 'globalAveragePool', {}, 'layer1/b')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 3 }, 'flatten')
  builder.add('softmax', 'softmax', {}, 'fc')
  return { ...builder.build(), weights: 'w.safetensors', classes: ['cat', 'dog', 'fox'] }
}

const apply = (document: NetworkDocument, edit: Edit) => applyEdit(document, edit)

describe('a new head', () => {
  it('has the outputs and names of the new classes, and starts from random weights', () => {
    const document = pretrained()
    const file = initialiseWeights(document, 1)
    const changed = apply(document, replaceHead(document, ['car', 'bus']))
    expect(changed.classes).toEqual(['car', 'bus'])
    expect(changed.nodes.find((node) => node.id === 'fc')?.params).toEqual({ units: 2 })
    expect(pickWeights(changed, file).missing).toEqual(['fc/weight', 'fc/bias'])
  })

  it('starts anew also where the number of classes stays', () => {
    const document = pretrained()
    const changed = applyEdit(document, replaceHead(document, ['a', 'b', 'c']))
    expect(pickWeights(changed, initialiseWeights(document, 1)).missing).toEqual(['fc/weight', 'fc/bias'])
  })

  it('is found behind a softmax', () => {
    expect(findHead(pretrained())).toBe('fc')
  })
})

describe('freezing', () => {
  it('freezes all before the head, and unfreezes the rest', () => {
    const document = pretrained()
    const changed = apply(document, prepareTransfer(document, 5, true))
    const frozen = changed.nodes.filter((node) => node.frozen).map((node) => node.id)
    expect(frozen).toEqual(['stem', 'layer1/a', 'layer1/b'])
    const unfrozen = apply(changed, freezeBefore(changed, new Set([id('layer1/b')])))
    expect(unfrozen.nodes.filter((node) => node.frozen).map((node) => node.id)).toEqual(['stem', 'layer1/a'])
  })

  it('lists the stages with their state', () => {
    const document = apply(pretrained(), { type: 'setFrozen', id: id('layer1/a'), frozen: true })
    // 3*4*9 + 2*4; twice two convolutions of 4*4*9 with norms of 2*4; 4*3 + 3.
    expect(listStages(document).map(({ name, parameters, frozen }) => [name, parameters, frozen])).toEqual([
      ['stem', 116, 'none'],
      ['layer1', 4 * (144 + 8), 'some'],
      ['fc', 15, 'none'],
    ])
  })
})

describe('what differs between two documents', () => {
  it('tells added, removed, changed and renamed nodes and layers that start anew', () => {
    const document = pretrained()
    let edited = apply(document, { type: 'renameNode', id: id('stem'), to: 'entry' })
    edited = apply(edited, { type: 'removeNode', id: id('softmax') })
    edited = apply(edited, replaceHead(edited, 2))
    edited = apply(edited, { type: 'setFrozen', id: id('layer1/a'), frozen: true })
    edited = apply(edited, { type: 'addNode', node: { id: id('drop'), type: 'dropout', params: {} } })
    const diff = diffDocuments(document, edited)
    expect(diff.added.map((node) => node.id)).toEqual(['drop'])
    expect(diff.removed.map((node) => node.id)).toEqual(['softmax'])
    expect(diff.changed).toEqual([
      { id: 'entry', renamedFrom: 'stem', parameters: [], rewired: false },
      { id: 'layer1/a', parameters: [], frozen: true, rewired: false },
      { id: 'fc', parameters: [{ name: 'units', before: 3, after: 2 }], rewired: false },
    ])
    expect(diff.reinitialised).toEqual(['fc'])
    expect([diff.before.parameters - diff.after.parameters]).toEqual([5])
  })

  it('finds nothing between equal documents', () => {
    const diff = diffDocuments(pretrained(), pretrained())
    expect([diff.added, diff.removed, diff.changed, diff.reinitialised]).toEqual([[], [], [], []])
  })
})
