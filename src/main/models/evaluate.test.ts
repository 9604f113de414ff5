import { describe, expect, it } from 'vitest'
import { makeBlock } from '../../shared/edits/makeBlock'
import type { NetworkDocument } from '../../shared/graph/document'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { applyEdit } from '../../shared/graph/edits'
import { parseNodeId } from '../../shared/graph/nodeId'
import { outputKind } from './evaluate'

function classifier(hasSideBranch: boolean): NetworkDocument {
  const builder = new DocumentBuilder('classifier')
  builder.add('input', 'input', { shape: [1, 4, 4] })
  builder.add('flatten', 'flatten', {}, 'input')
  if (hasSideBranch) {
    builder.add('side', 'dense', { units: 3 }, 'flatten')
    builder.add('auxiliary', 'auxiliaryOutput', {}, 'side')
  }
  builder.add('fc', 'dense', { units: 3 }, 'flatten')
  builder.add('softmax', 'softmax', {}, 'fc')
  return builder.build()
}

describe('what a network gives', () => {
  it('is probabilities behind a softmax, whatever side branches it has', () => {
    expect(outputKind(classifier(false))).toBe('probabilities')
    expect(outputKind(classifier(true))).toBe('probabilities')
  })

  it('is probabilities where a block of the user ends in the softmax', () => {
    const document = classifier(false)
    const ids = ['fc', 'softmax'].map(parseNodeId)
    const { edit } = makeBlock(document, ids, { type: 'user/head', title: 'Head', exposed: [] })
    expect(outputKind(applyEdit(document, edit))).toBe('probabilities')
  })

  it('is logits behind a dense layer', () => {
    const document = classifier(false)
    const edit = { type: 'removeNode', id: parseNodeId('softmax') } as const
    expect(outputKind(applyEdit(document, edit))).toBe('logits')
  })
})
