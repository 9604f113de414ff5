import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from './documentBuilder'
import { applyEdit } from './edits'
import { parseNodeId } from './nodeId'
import { printGraph } from './printGraph'

describe('printGraph', () => {
  it('prints layers in computing order with unusual ports, frozen layers and shapes', () => {
    const builder = new DocumentBuilder('net')
    builder.add('b', 'relu')
    builder.add('a', 'split', { at: 2, mode: 'even' })
    builder.connect('a', 'b', 'in', 'left')
    const document = applyEdit(builder.build(), { type: 'setFrozen', id: parseNodeId('a'), frozen: true })
    const shapes = new Map([
      ['a', [[2, 4, 4], [6]]],
      ['b', [[2, 4, 4]]],
    ])
    expect(printGraph(document, shapes)).toBe(
      [
        'net: 2 layers, 1 edge',
        'a = split() at: 2, mode: "even", frozen -> [N, 2, 4, 4], [N, 6]',
        'b = relu(a.left) -> [N, 2, 4, 4]',
      ].join('\n'),
    )
  })
})
