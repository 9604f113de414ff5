import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from './document'
import { parseNodeId } from './nodeId'
import { orderNodes } from './order'

/** A document from ids and `from>to` pairs. */
function graphOf(ids: string, edges: string): NetworkDocument {
  const end = (id: string | undefined, port: string) => ({ node: parseNodeId(id ?? ''), port })
  return {
    format: 'netloom',
    version: 1,
    name: 'test',
    nodes: ids.split(' ').map((id) => ({ id: parseNodeId(id), type: 'relu', params: {} })),
    edges: edges
      .split(' ')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [from, to] = pair.split('>')
        return { from: end(from, 'out'), to: end(to, 'in') }
      }),
  }
}

describe('orderNodes', () => {
  it('keeps the order of a document whose nodes already stand after their sources', () => {
    expect(orderNodes(graphOf('a b c d', 'a>c a>b b>d c>d'))).toEqual({ order: ['a', 'b', 'c', 'd'], cycles: [] })
  })

  it('puts sources first, whatever the order of the document', () => {
    expect(orderNodes(graphOf('d c b a', 'a>b b>c c>d')).order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('names the ids along a cycle in the direction of its edges', () => {
    const { order, cycles } = orderNodes(graphOf('a b c d', 'a>b b>c c>d d>b'))
    expect(cycles).toEqual([['b', 'c', 'd']])
    expect([...order].sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('finds a layer that is joined to itself', () => {
    expect(orderNodes(graphOf('a b', 'a>b b>b')).cycles).toEqual([['b']])
  })

  it('finds two separate cycles', () => {
    expect(orderNodes(graphOf('a b c d', 'a>b b>a c>d d>c')).cycles).toHaveLength(2)
  })

  it('passes over edges to layers that are not there', () => {
    expect(orderNodes(graphOf('a b', 'a>b x>b b>y'))).toEqual({ order: ['a', 'b'], cycles: [] })
  })

  it('orders a chain of 100,000 layers without running out of stack', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `n${99_999 - index}`)
    const edges = Array.from({ length: 99_999 }, (_, index) => `n${index}>n${index + 1}`)
    const { order } = orderNodes(graphOf(ids.join(' '), edges.join(' ')))
    expect(order[0]).toBe('n0')
    expect(order.at(-1)).toBe('n99999')
  })
})
