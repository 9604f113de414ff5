import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NetworkEdge, NodeId, UserBlock } from '../graph/document'
import { inferDocument } from './inferDocument'

function edge(from: string, to: string): NetworkEdge {
  return { from: { node: from as NodeId, port: 'out' }, to: { node: to as NodeId, port: 'in' } }
}

const target = { node: 'conv' as NodeId, param: 'filters' }
const pair: UserBlock = {
  type: 'user/pair',
  title: 'Pair',
  nodes: [
    { id: 'conv' as NodeId, type: 'conv2d', params: { filters: 8, kernel: [1, 1] } },
    { id: 'relu' as NodeId, type: 'relu', params: {} },
  ],
  edges: [edge('conv', 'relu')],
  inputs: [{ name: 'in', to: [{ node: 'conv' as NodeId, port: 'in' }] }],
  outputs: [{ name: 'out', from: { node: 'relu' as NodeId, port: 'out' } }],
  exposed: [{ name: 'filters', title: 'Filters', targets: [target] }],
}

function network(blocks: readonly UserBlock[], params: Readonly<Record<string, unknown>> = {}): NetworkDocument {
  return {
    format: 'netloom',
    version: 1,
    name: 'uses',
    nodes: [
      { id: 'input' as NodeId, type: 'input', params: { shape: [3, 4, 4] } },
      { id: 'a' as NodeId, type: blocks[0]?.type ?? '', params },
      { id: 'flat' as NodeId, type: 'flatten', params: {} },
    ],
    edges: [edge('input', 'a'), edge('a', 'flat')],
    blocks,
  }
}

function messages(...blocks: readonly UserBlock[]): readonly string[] {
  return inferDocument(network(blocks)).issues.map(({ message }) => message)
}

describe('the definitions of user-made blocks', () => {
  it('are found sound, also where one uses another that stands after it', () => {
    expect(messages(pair)).toEqual([])
    const outer: UserBlock = {
      ...pair,
      type: 'user/outer',
      nodes: [{ id: 'conv' as NodeId, type: 'user/pair', params: {} }, ...pair.nodes.slice(1)],
    }
    const { issues, nodes } = inferDocument(network([outer, pair], { filters: 5 }))
    expect(issues).toEqual([])
    expect(nodes.get('a' as NodeId)?.outputs).toEqual([[5, 4, 4]])
  })

  it.each<[string, Partial<UserBlock>, string]>([
    ['a cycle', { edges: [edge('relu', 'conv'), edge('conv', 'relu')], inputs: [] }, 'cycle'],
    ['an edge from a layer that is missing', { edges: [edge('gone', 'relu')] }, 'names no layer "gone"'],
    [
      'an input to a layer that is missing',
      { inputs: [{ name: 'in', to: [{ node: 'gone' as NodeId, port: 'in' }] }] },
      '"gone"',
    ],
    [
      'an output of a layer that is missing',
      { outputs: [{ name: 'out', from: { node: 'gone' as NodeId, port: 'out' } }] },
      '"gone"',
    ],
    [
      'an output port that is missing',
      { outputs: [{ name: 'out', from: { node: 'relu' as NodeId, port: 'zz' } }] },
      'has no output "zz"',
    ],
    ['a layer without its input', { edges: [] }, '"relu"'],
    ['two layers of one name', { nodes: [...pair.nodes, ...pair.nodes.slice(1)] }, 'Two layers are named "relu"'],
    [
      'an image input',
      { nodes: [...pair.nodes, { id: 'in2' as NodeId, type: 'input', params: { shape: [1, 2, 2] } }] },
      'holds the input "in2"',
    ],
    [
      'a parameter of a missing layer',
      { exposed: [{ name: 'n', title: 'N', targets: [{ node: 'gone' as NodeId, param: 'x' }] }] },
      'no layer inside has this name',
    ],
    [
      'a parameter that the layer lacks',
      { exposed: [{ name: 'n', title: 'N', targets: [{ node: 'conv' as NodeId, param: 'x' }] }] },
      'has no such parameter',
    ],
    ['a parameter twice', { exposed: [...pair.exposed, ...pair.exposed] }, 'is there twice'],
  ])('say what is wrong with %s', (_, change, text) => {
    const found = messages({ ...pair, ...change })
    expect(found.join('\n')).toContain('Block "user/pair": ')
    expect(found.join('\n')).toContain(text)
    expect(found.join('\n')).not.toContain('internal')
  })

  it('may not grow without bounds, each of twenty blocks holding the one before it twice', () => {
    const blocks = [pair]
    for (let level = 0; level < 20; level++) {
      const type = blocks[0]?.type ?? ''
      const nodes = pair.nodes.map(({ id }) => ({ id, type, params: {} }))
      blocks.unshift({ ...pair, type: `user/level${level}`, nodes, exposed: [] })
    }
    // Level k holds 2^(k + 2) layers: above 100,000 from k = 15 on, which are five of them.
    const found = messages(...blocks)
    expect(found).toHaveLength(5)
    expect(found[0]).toBe(
      'Block "user/level19": it holds more than 100,000 layers in the blocks inside it. Take some of them out.',
    )
  })

  it('are left alone where nothing uses them', () => {
    expect(messages(pair, { ...pair, type: 'user/broken', edges: [edge('gone', 'relu')] })).toEqual([])
    expect(messages(pair, pair)).toEqual(['Block "user/pair": another block has this name. Give it another name.'])
  })
})
