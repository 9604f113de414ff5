// Tests of the cells of blocks.
import { expect, it } from 'vitest'
import { inferDocument } from '../../../../shared/network/inferDocument'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { listCells, mostCells, readRepeat } from './blockCells'

function network() {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('vgg', 'vggBlock', { convolutions: 20, filters: 8 }, 'input')
  builder.add('stem', 'convBnRelu', { filters: 16 }, 'vgg')
  builder.add('pool', 'globalAveragePool', {}, 'stem')
  return builder.build()
}

it('draws no more cells than fit', () => {
  const block = inferDocument(network()).nodes.get(parseNodeId('vgg'))
  const cells = block ? listCells(block) : []
  expect(cells).toHaveLength(mostCells)
  expect(cells.at(-1)).toBe('more')
})

it('reads a repeat count only where it is a whole number above 1', () => {
  expect([3, 1, 0, 2.5, '4', undefined].map((repeat) => readRepeat({ repeat }))).toEqual([3, 1, 1, 1, 1, 1])
})
