import { describe, expect, it } from 'vitest'
import type { NodeId } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { analyzeDocument } from './analyze'
import { findAuxiliaryLayers } from './auxiliary'
import { setClassCount } from './classCount'
import { inferDocument } from './inferDocument'
import { lowerDocument } from '../lower/lower'

/** A shared layer, an output and a side branch of its own. */
function network(sideUnits = 3, hasOutput = true) {
  const builder = new DocumentBuilder('two-heads')
  let last = builder.add('input', 'input', { shape: [1, 2, 2] })
  last = builder.add('flatten', 'flatten', {}, last)
  const shared = builder.add('shared', 'dense', { units: 5 }, last)
  const hidden = builder.add('side/hidden', 'dense', { units: 4 }, shared)
  const side = builder.add('side/logits', 'dense', { units: sideUnits }, hidden)
  builder.add('side/output', 'auxiliaryOutput', {}, side)
  if (hasOutput) builder.add('main', 'dense', { units: 3 }, shared)
  return builder.build()
}

describe('side branches', () => {
  it('end in auxiliary outputs that are no outputs of the network, and lead somewhere', () => {
    const inference = inferDocument(network())
    expect(inference.issues).toEqual([])
    expect(inference.outputId).toBe('main')
    expect([...findAuxiliaryLayers(inference)]).toEqual(
      expect.arrayContaining(['side/hidden', 'side/logits', 'side/output']),
    )
    expect(findAuxiliaryLayers(inference).has('shared' as NodeId)).toBe(false)
  })

  it('are counted, and told apart from what the trained network has', () => {
    const { parameters, auxiliary, layers } = analyzeDocument(network())
    // 4*5 + 5, 5*4 + 4 and 4*3 + 3 in the branch, 5*3 + 3
    expect(parameters.total).toBe(25 + 24 + 15 + 18)
    expect(auxiliary).toEqual({ parameters: 39, macs: 32 })
    expect(layers.filter((layer) => layer.auxiliary).map(({ id }) => id)).toEqual([
      'side/hidden',
      'side/logits',
      'side/output',
    ])
  })

  it('give their logits as further outputs while training, with the weight of their loss', () => {
    const { auxiliaries, graph } = lowerDocument(network(), { mode: 'training' })
    expect(auxiliaries).toEqual([{ value: 'side/logits', weight: 0.3 }])
    expect(graph.outputs).toEqual([
      { name: 'output', dataType: 'float32', dims: ['N', 3] },
      { name: 'side/logits', dataType: 'float32', dims: ['N', 3] },
    ])
  })

  it('must have as many classes as the output', () => {
    const [issue] = inferDocument(network(4)).issues
    expect(issue).toMatchObject({ code: 'layer.shape', nodeId: 'side/output', level: 'error' })
    expect(issue?.message).toContain('"side/logits" gives [N, 4], the output [N, 3]')
  })

  it('do not make a network by themselves', () => {
    const [issue] = inferDocument(network(3, false)).issues
    expect(issue).toMatchObject({ code: 'graph.outputs', received: 0 })
  })

  it('follow the number of classes', () => {
    const document = setClassCount(network(), 7)
    expect(inferDocument(document).issues).toEqual([])
    const units = (id: string) => document.nodes.find((node) => node.id === id)?.params['units']
    expect([units('main'), units('side/logits'), units('side/hidden')]).toEqual([7, 7, 4])
  })
})
