// Tests of the nodes that hold paths.
import { expect, it } from 'vitest'
import { DocumentBuilder } from '../../../shared/graph/documentBuilder'
import { ownerOf } from './owners'

function network() {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('vgg', 'vggBlock', { convolutions: 20, filters: 8 }, 'input')
  builder.add('stem', 'convBnRelu', { filters: 16 }, 'vgg')
  builder.add('pool', 'globalAveragePool', {}, 'stem')
  return builder.build()
}

it('finds the node that holds a path', () => {
  const document = network()
  expect(ownerOf(document, 'stem/conv')).toBe('stem')
  expect(ownerOf(document, 'pool')).toBe('pool')
  expect(ownerOf(document, 'elsewhere/conv')).toBeUndefined()
})
