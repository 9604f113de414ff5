import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NodeId } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit } from '../graph/edits'
import { parseDocument, serializeDocument } from '../graph/schema'
import { analyzeDocument } from '../network/analyze'
import { architectures } from '../lectures/architectures/index'
import { expandAllBlocks, expandBlock, expandBlocks } from './expandBlock'
import { changeBlock, listUses, makeBlock } from './makeBlock'
import { pickWeights } from '../network/fileWeights'
import { inferDocument } from '../network/inferDocument'
import { initialiseWeights } from '../network/initialise'

const id = (text: string): NodeId => text as NodeId

function twoStems(): NetworkDocument {
  const builder = new DocumentBuilder('stems')
  builder.add('input', 'input', { shape: [3, 16, 16] })
  builder.add('stem', 'convBnRelu', { filters: 8 }, 'input')
  builder.add('body', 'convBnRelu', { filters: 8 }, 'stem')
  builder.add('sum', 'add', {}, 'stem', 'body')
  builder.add('pool', 'globalAveragePool', {}, 'sum')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 4 }, 'flatten')
  return { ...builder.build(), weights: 'w.safetensors' }
}

/** A chain of blocks, and how often the ids of its nodes are read while all are opened. */
function countReads(blocks: number): { readonly document: NetworkDocument; readonly reads: number } {
  const builder = new DocumentBuilder('chain')
  builder.add('input', 'input', { shape: [1, 4, 4] })
  for (let at = 0; at < blocks; at += 1) {
    builder.add(`b${at}`, 'convBnRelu', { filters: 1 }, at === 0 ? 'input' : `b${at - 1}`)
  }
  const document = builder.build()
  let reads = 0
  const nodes = document.nodes.map(({ id, type, params }) => ({
    get id() {
      reads += 1
      return id
    },
    type,
    params,
  }))
  expandAllBlocks({ ...document, nodes })
  return { document, reads }
}

const counts = (document: NetworkDocument) => {
  const { parameters, macs, activationBytes, issues } = analyzeDocument(document)
  return { parameters, macs, activationBytes, issues }
}

/** Names of the document's weights with where they lie in the file, in the order of the layers. */
const paths = (document: NetworkDocument) => [...initialiseWeights(document, 1).keys()]

const exposedFilters = (node: string) => [
  { name: 'filters', title: 'Filters', targets: [{ node: id(node), param: 'filters' }] },
]

describe('opening a block in place', () => {
  it('keeps counts, weights and their names', () => {
    const document = twoStems()
    const opened = applyEdit(document, expandBlock(document, id('stem')))
    expect(opened.nodes.map(({ id }) => id).slice(0, 5)).toEqual(['input', 'stem/conv', 'stem/bn', 'stem/relu', 'body'])
    expect(counts(opened)).toEqual(counts(document))
    expect(paths(opened)).toEqual(paths(document))
  })

  it('opens all blocks at once', () => {
    const document = twoStems()
    const opened = applyEdit(document, expandAllBlocks(document))
    expect(opened.nodes.some(({ type }) => type === 'convBnRelu')).toBe(false)
    expect(counts(opened)).toEqual(counts(document))
  })

  it('places nothing on anything else, on every architecture', () => {
    for (const architecture of architectures) {
      const document = architecture.build()
      const { nodes } = applyEdit(document, expandAllBlocks(document))
      const places = new Set(nodes.map(({ position }) => `${position?.x},${position?.y}`))
      expect([architecture.id, places.size]).toEqual([architecture.id, nodes.length])
    }
  })

  it('makes room behind every row of blocks, once for blocks side by side', () => {
    const builder = new DocumentBuilder('rows')
    builder.add('input', 'input', { shape: [3, 16, 16] })
    builder.add('left', 'convBnRelu', { filters: 8 }, 'input')
    builder.add('right', 'convBnRelu', { filters: 8 }, 'input')
    builder.add('sum', 'add', {}, 'left', 'right')
    const document = builder.build()
    const rowOf = (from: NetworkDocument, node: string) =>
      from.nodes.find((held) => held.id === node)?.position?.y ?? NaN
    const opened = applyEdit(document, expandAllBlocks(document))
    // Three rows where one was: two more of 96.
    expect(rowOf(opened, 'sum') - rowOf(document, 'sum')).toBe(2 * 96)
    expect(rowOf(opened, 'left/conv')).toBe(rowOf(document, 'left'))
    expect(rowOf(opened, 'right/relu')).toBe(rowOf(document, 'right') + 2 * 96)
  })

  it('looks at each node a fixed number of times, and opens one block after another in 2,000', () => {
    const few = countReads(200)
    const many = countReads(2000)
    expect(many.reads / few.reads).toBeLessThan(11)
    const opened = applyEdit(many.document, expandAllBlocks(many.document))
    expect(opened.nodes).toHaveLength(6001)
    expect(opened.edges).toHaveLength(6000)
    const before = new Map(opened.edges.map(({ from, to }) => [to.node, from.node]))
    expect([before.get(id('b1999/conv')), before.get(id('b1999/bn'))]).toEqual(['b1998/relu', 'b1999/conv'])
  })

  it('opens chosen blocks as it opens them one after another', () => {
    const document = twoStems()
    const both = applyEdit(document, expandBlocks(document, [id('stem'), id('body')]))
    const first = applyEdit(document, expandBlock(document, id('stem')))
    expect(both).toEqual(applyEdit(first, expandBlock(first, id('body'))))
  })

  it('refuses a layer', () => {
    expect(() => expandBlock(twoStems(), id('fc'))).toThrow('"fc" is a layer, not a block.')
  })
})

describe('making a block', () => {
  it('puts one node in the place of several, which counts the same and keeps their weights', () => {
    const document = twoStems()
    const file = initialiseWeights(document, 7)
    const wish = { type: 'user/twice', title: 'Twice', exposed: [] }
    const made = makeBlock(document, [id('body'), id('sum')], wish)
    const changed = applyEdit(document, made.edit)
    expect(changed.nodes.map(({ id }) => id)).toEqual(['input', 'stem', 'twice1', 'pool', 'flatten', 'fc'])
    expect(made.block.inputs).toEqual([
      {
        name: 'in',
        to: [
          { node: 'body', port: 'in' },
          { node: 'sum', port: 'in0' },
        ],
      },
    ])
    expect(counts(changed)).toEqual(counts(document))
    const picked = pickWeights(changed, file)
    expect([picked.missing, picked.unused]).toEqual([[], []])
    expect(picked.weights.get('twice1/body/conv/weight')).toBe(file.get('body/conv/weight'))
    expect(parseDocument(serializeDocument(changed))).toEqual(changed)
  })

  it('gives back the same network when it is opened again', () => {
    const document = twoStems()
    const opened = applyEdit(document, expandBlock(document, id('body')))
    const inner = ['body/conv', 'body/bn', 'body/relu'].map(id)
    const made = makeBlock(opened, inner, { type: 'user/mine', title: 'Mine', exposed: [] })
    const closed = applyEdit(opened, made.edit)
    expect(made.node.id).toBe('body')
    expect(paths(closed)).toEqual(paths(document))
    expect(closed.weightPaths).toBeUndefined()
    expect(paths(applyEdit(closed, expandBlock(closed, id('body'))))).toEqual(paths(document))
  })

  it('exposes parameters that each use sets for itself', () => {
    const document = twoStems()
    const wish = { type: 'user/narrow', title: 'Narrow', exposed: exposedFilters('stem') }
    const changed = applyEdit(document, makeBlock(document, [id('stem')], wish).edit)
    const use = changed.nodes.find(({ type }) => type === 'user/narrow')
    expect(inferDocument(changed).nodes.get(id(use?.id ?? ''))?.outputs).toEqual([[8, 16, 16]])
    const set = applyEdit(changed, { type: 'setParams', id: id(use?.id ?? ''), params: { filters: 5 } })
    expect(inferDocument(set).nodes.get(id(use?.id ?? ''))?.outputs).toEqual([[5, 16, 16]])
    const wrong = applyEdit(changed, { type: 'setParams', id: id(use?.id ?? ''), params: { filters: 0 } })
    expect(inferDocument(wrong).issues[0]?.code).toBe('layer.parameter')
  })

  it('changes all uses with the definition', () => {
    const document = twoStems()
    const made = makeBlock(document, [id('stem')], { type: 'user/stem', title: 'Stem', exposed: [] })
    const changed = applyEdit(document, made.edit)
    expect(listUses(changed, 'user/stem')).toEqual([made.node.id])
    const [node] = made.block.nodes
    if (!node) throw new Error('the block holds a node')
    const block = { ...made.block, nodes: [{ ...node, params: { filters: 6 } }] }
    const after = applyEdit(changed, changeBlock(changed, block))
    expect(inferDocument(after).nodes.get(made.node.id)?.outputs).toEqual([[6, 16, 16]])
  })

  it('refuses a path that leaves and comes back, and the input', () => {
    const document = twoStems()
    const wish = { type: 'user/x', title: 'X', exposed: [] }
    expect(() => makeBlock(document, [id('stem'), id('sum')], wish)).toThrow(
      'A path leaves the chosen layers at "body" and comes back at "sum".',
    )
    expect(() => makeBlock(document, [id('input'), id('stem')], wish)).toThrow('"input" is the network\'s input')
  })

  it('says that a block holds itself', () => {
    const document = twoStems()
    const made = makeBlock(document, [id('stem')], { type: 'user/loop', title: 'Loop', exposed: [] })
    const changed = applyEdit(document, made.edit)
    const [node] = made.block.nodes
    if (!node) throw new Error('the block holds a node')
    const loop = { ...made.block, nodes: [{ ...node, type: 'user/loop', params: {} }] }
    const issues = inferDocument(applyEdit(changed, changeBlock(changed, loop))).issues
    expect(issues.map(({ code }) => code)).toContain('graph.cycle')
  })
})
