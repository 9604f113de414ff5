import { expect, it } from 'vitest'
import type { NodeId } from '../../../../shared/graph/document'
import { rangeTo } from './Outline'

it('selects from the row selected first, down, up, and shorter again', () => {
  const order = ['a', 'b', 'c', 'd', 'e'] as NodeId[] // names of layers
  const down = rangeTo(order, ['b'], 3)
  expect(down).toEqual(['b', 'c', 'd'])
  expect(rangeTo(order, down, 2)).toEqual(['b', 'c'])
  const up = rangeTo(order, down, 0)
  expect(up).toEqual(['b', 'a'])
  expect(rangeTo(order, up, 4)).toEqual(['b', 'c', 'd', 'e'])
})
