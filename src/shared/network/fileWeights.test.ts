import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit } from '../graph/edits'
import { parseNodeId } from '../graph/nodeId'
import { pickWeights } from './fileWeights'
import { initialiseWeights } from './initialise'

describe('weights from a file', () => {
  const builder = new DocumentBuilder('pretrained')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('flatten', 'flatten', {}, 'stem')
  builder.add('fc', 'dense', { units: 10 }, 'flatten')
  const document = { ...builder.build(), weights: 'w.safetensors' }
  const file = initialiseWeights(document, 1)

  it('are all found where nothing was edited', () => {
    const { weights, missing, unused } = pickWeights(document, file)
    expect([...weights]).toEqual([...file])
    expect([missing, unused]).toEqual([[], []])
  })

  it('follow a block that was renamed, and leave out a layer whose shape changed', () => {
    const renamed = applyEdit(document, { type: 'renameNode', id: parseNodeId('stem'), to: 'entry' })
    const changed = applyEdit(renamed, { type: 'setParams', id: parseNodeId('fc'), params: { units: 3 } })
    const { weights, missing, unused } = pickWeights(changed, file)
    expect(weights.get('entry/conv/weight')).toBe(file.get('stem/conv/weight'))
    expect(weights.get('entry/bn/runningMean')).toBe(file.get('stem/bn/runningMean'))
    expect(missing).toEqual(['fc/weight', 'fc/bias'])
    expect(unused).toEqual(['fc/weight', 'fc/bias'])
  })

  it('do not go to a new layer that takes the name of a renamed one', () => {
    const renamed = applyEdit(document, { type: 'renameNode', id: parseNodeId('stem'), to: 'entry' })
    const node = { id: parseNodeId('stem'), type: 'convBnRelu', params: { filters: 4 } }
    const edge = { from: { node: parseNodeId('input'), port: 'out' }, to: { node: node.id, port: 'in' } }
    const added = applyEdit(renamed, { type: 'addNode', node, edges: [{ index: 0, edge }] })
    expect(pickWeights(added, file).missing).toContain('stem/conv/weight')
  })
})
