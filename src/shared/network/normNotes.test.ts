// What is said of batch norms before a trained network is trained further.
import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import type { NetworkDocument } from '../graph/document'
import { findNormNotes } from './normNotes'

function network(convolutions: number, { norms = 0 } = {}): NetworkDocument {
  const builder = new DocumentBuilder('net')
  let last = builder.add('input', 'input', { shape: [3, 16, 16] })
  for (let n = 0; n < convolutions; n += 1) {
    last = builder.add(`conv${n}`, 'conv2d', { filters: 4, kernel: [1, 1] }, last)
    if (n < norms) last = builder.add(`bn${n}`, 'batchNorm', {}, last)
  }
  builder.add('fc', 'dense', { units: 3 }, builder.add('flat', 'flatten', {}, last))
  return builder.build()
}

describe('findNormNotes', () => {
  it('says that frozen norms keep their statistics, by the recipe or the document', () => {
    expect(findNormNotes(network(3, { norms: 2 }), true, ['bn*'])).toEqual([
      '2 batch norms of frozen layers keep their running statistics, those of the images that the network was first trained on.',
    ])
    expect(findNormNotes(network(3, { norms: 2 }), true, ['bn0'])[0]).toMatch(
      /^1 batch norm of frozen layers keeps its /,
    )
    const { nodes, ...rest } = network(3, { norms: 1 })
    const frozen = nodes.map((node) => (node.type === 'batchNorm' ? { ...node, frozen: true } : node))
    expect(findNormNotes({ ...rest, nodes: frozen }, true, [])).toHaveLength(1)
  })

  it('says where norms were folded into the convolutions', () => {
    expect(findNormNotes(network(8), true, [])[0]).toMatch(/has no batch norms; exporters fold them/)
    expect(findNormNotes(network(7), true, [])).toEqual([])
    expect(findNormNotes(network(8, { norms: 1 }), true, [])).toEqual([])
  })

  it('says nothing of a network that starts anew, or whose norms all train', () => {
    expect(findNormNotes(network(9), false, ['*'])).toEqual([])
    expect(findNormNotes(network(3, { norms: 3 }), true, [])).toEqual([])
  })
})
