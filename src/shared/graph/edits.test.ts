import { describe, expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import type { CanvasLayout, NetworkDocument, NetworkEdge, NodeId } from './document'
import { DocumentBuilder } from './documentBuilder'
import { applyEdit, type Edit } from './edits'
import { parseNodeId } from './nodeId'
import { parseDocument, serializeDocument } from './schema'

function startDocument(): NetworkDocument {
  const builder = new DocumentBuilder('start')
  builder.add('input', 'input', { shape: [1, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4 }, 'input')
  builder.add('conv2', 'conv2d', { filters: 4 }, 'conv1')
  builder.add('sum', 'add', {}, 'conv1', 'conv2')
  return { ...builder.build(), recipe: { epochs: 3, freeze: ['conv1', 'conv*'] } }
}

const id = parseNodeId

/** Applies an edit, checks that the document itself stays as it was, and returns the changed one. */
function applyPurely(document: NetworkDocument, edit: Edit): NetworkDocument {
  const before = serializeDocument(document)
  const result = applyEdit(document, edit)
  expect(serializeDocument(document)).toBe(before)
  expect(serializeDocument(applyEdit(document, edit))).toBe(serializeDocument(result))
  return result
}

describe('applyEdit', () => {
  it('removes a node with its edges', () => {
    const changed = applyPurely(startDocument(), { type: 'removeNode', id: id('conv1') })
    expect(changed.nodes.map((node) => node.id)).toEqual(['input', 'conv2', 'sum'])
    expect(changed.edges).toEqual([{ from: { node: 'conv2', port: 'out' }, to: { node: 'sum', port: 'in1' } }])
  })

  it('renames a node in its edges and in the recipe', () => {
    const changed = applyPurely(startDocument(), { type: 'renameNode', id: id('conv1'), to: 'stem/conv' })
    expect(changed.edges.map(({ from, to }) => `${from.node}>${to.node}`)).toEqual([
      'input>stem/conv',
      'stem/conv>conv2',
      'stem/conv>sum',
      'conv2>sum',
    ])
    expect(changed.recipe?.freeze).toEqual(['stem/conv', 'conv*'])
  })

  it('takes fields away without a trace', () => {
    const document = startDocument()
    const changed = applyPurely(document, { type: 'setRecipe', recipe: undefined })
    expect('recipe' in changed).toBe(false)
    const unplaced = applyPurely(document, { type: 'moveNodes', moves: [{ id: id('sum') }] })
    expect(unplaced.nodes[3] && 'position' in unplaced.nodes[3]).toBe(false)
  })

  it('keeps the objects of nodes that it does not touch', () => {
    const document = startDocument()
    const changed = applyEdit(document, { type: 'setParams', id: id('conv1'), params: { filters: 8 } })
    expect(changed.nodes[1]).not.toBe(document.nodes[1])
    expect(changed.nodes[2]).toBe(document.nodes[2])
  })

  it('removes one of two equal edges', () => {
    const document = startDocument()
    const [edge] = document.edges
    const twice = applyPurely(document, { type: 'connect', edge: edge!, index: 2 })
    expect(applyPurely(twice, { type: 'disconnect', edge: edge! }).edges).toEqual(document.edges)
  })

  it('applies a batch whole or not at all', () => {
    const document = startDocument()
    const edits: Edit[] = [
      { type: 'removeNode', id: id('sum') },
      { type: 'renameNode', id: id('conv2'), to: 'last' },
      { type: 'setName', name: 'shorter' },
    ]
    expect(applyPurely(document, { type: 'batch', edits }).nodes.map((node) => node.id)).toEqual([
      'input',
      'conv1',
      'last',
    ])
    const failing: Edit = { type: 'batch', edits: [...edits, { type: 'removeNode', id: id('sum') }] }
    expect(() => applyEdit(document, failing)).toThrow('The document has no layer "sum".')
  })

  it.each([
    [{ type: 'removeNode', id: id('x') }, 'The document has no layer "x".'],
    [{ type: 'addNode', node: { id: id('sum'), type: 'relu', params: {} } }, 'A layer is already named "sum".'],
    [
      { type: 'addNode', node: { id: id('x'), type: 'relu', params: {} }, index: 9 },
      'There is no place 9 in a list of 4.',
    ],
    [{ type: 'renameNode', id: id('sum'), to: 'conv1' }, 'A layer is already named "conv1".'],
    [{ type: 'renameNode', id: id('sum'), to: 'a b' }, '"a b" cannot name a layer.'],
    [{ type: 'moveNodes', moves: [{ id: id('x'), position: { x: 0, y: 0 } }] }, 'The document has no layer "x".'],
    [
      { type: 'disconnect', edge: { from: { node: id('sum'), port: 'out' }, to: { node: id('conv1'), port: 'in' } } },
      'The document has no edge from "sum" (out) to "conv1" (in).',
    ],
    [
      { type: 'connect', edge: { from: { node: id('x'), port: 'out' }, to: { node: id('sum'), port: 'in2' } } },
      'The document has no layer "x".',
    ],
  ] satisfies [Edit, string][])('refuses %j', (edit, message) => {
    expect(() => applyEdit(startDocument(), edit)).toThrow(message)
  })
})

/** A random edit that fits the document. */
/** A layout with the way of one wire. */
function layoutOf(wire: NetworkEdge): CanvasLayout {
  const points = [
    { x: 0, y: 0 },
    { x: 0, y: 40 },
  ]
  return { style: 'columns', wires: [{ ...wire, points, pill: { x: 0, y: 20 } }] }
}

function randomEdit(document: NetworkDocument, random: RandomStream, depth = 0): Edit {
  const node = document.nodes[random.below(document.nodes.length)]
  const other = document.nodes[random.below(document.nodes.length)]
  const fresh = id(`n${random.nextUint32()}`)
  const edge = (from: NodeId, to: NodeId): NetworkEdge => ({
    from: { node: from, port: 'out' },
    to: { node: to, port: `in${random.below(3)}` },
  })
  const maybe = <T>(value: T): T | undefined => (random.below(3) === 0 ? undefined : value)
  if (!node || !other) return { type: 'addNode', node: { id: fresh, type: 'relu', params: {} } }
  const edits: (() => Edit)[] = [
    () => ({
      type: 'addNode',
      node: { id: fresh, type: 'relu', params: { slope: random.uniform() } },
      index: maybe(random.below(document.nodes.length + 1)),
      edges: [{ index: random.below(document.edges.length + 1), edge: edge(node.id, fresh) }],
    }),
    () => ({ type: 'removeNode', id: node.id }),
    () => ({ type: 'renameNode', id: node.id, to: random.below(4) === 0 ? node.id : fresh }),
    () => ({
      type: 'moveNodes',
      moves: [node.id, other.id].map((id) => ({ id, position: maybe({ x: random.below(900), y: random.below(900) }) })),
    }),
    () => ({ type: 'setParams', id: node.id, params: { kernel: [random.below(9), 3], '2': 1, b: { c: null } } }),
    () => ({ type: 'setFrozen', id: node.id, frozen: maybe(random.below(2) === 0) }),
    () => ({ type: 'connect', edge: edge(node.id, other.id), index: maybe(random.below(document.edges.length + 1)) }),
    () => {
      const edge = document.edges[random.below(document.edges.length)]
      return edge ? { type: 'disconnect', edge } : { type: 'setName', name: 'no edges left' }
    },
    () => ({ type: 'setName', name: `name ${random.below(100)}` }),
    () => ({ type: 'setRecipe', recipe: maybe({ freeze: [node.id, other.id], epochs: random.below(9) }) }),
    () => ({ type: 'setDataset', dataset: maybe({ source: 'builtin:digits' }) }),
    () => ({ type: 'setClasses', classes: maybe(['a', `b${random.below(9)}`]) }),
    () => ({ type: 'setScaling', scaling: maybe({ mean: [random.uniform()], deviation: [1] }) }),
    () => ({ type: 'setLayout', layout: maybe(layoutOf(edge(node.id, other.id))) }),
    () => ({ type: 'setWeights', weights: maybe('w.safetensors') }),
    () => (depth > 1 ? { type: 'setName', name: '' } : randomBatch(document, random, depth + 1)),
  ]
  return edits[random.below(edits.length)]!()
}

function randomBatch(document: NetworkDocument, random: RandomStream, depth: number): Edit {
  const edits: Edit[] = []
  let state = document
  for (let count = random.below(5); count >= 0; count--) {
    const edit = randomEdit(state, random, depth)
    edits.push(edit)
    state = applyEdit(state, edit)
  }
  return { type: 'batch', edits }
}

describe('the layout of the canvas', () => {
  it('is kept in the file, follows a layer to its new name, and is left out where there is none', () => {
    const start = startDocument()
    const [first, second] = start.nodes
    const wire = { from: { node: first!.id, port: 'out' }, to: { node: second!.id, port: 'in' } }
    const laid = applyPurely(start, { type: 'setLayout', layout: layoutOf(wire) })
    const renamed = parseDocument(
      serializeDocument(applyPurely(laid, { type: 'renameNode', id: second!.id, to: 'new' })),
    )
    expect(renamed.layout).toEqual(layoutOf({ ...wire, to: { node: 'new' as NodeId, port: 'in' } }))
    const plain = applyPurely(laid, { type: 'setLayout', layout: undefined })
    expect(serializeDocument(plain)).toBe(serializeDocument(start))
  })
})

describe('random sequences of edits', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('leave documents that are read as they were written (seed %d)', (seed) => {
    const random = new RandomStream(seed, 'edits')
    let document = startDocument()
    for (let count = 0; count < 60; count++) {
      document = applyPurely(document, randomEdit(document, random))
      const text = serializeDocument(document)
      expect(serializeDocument(parseDocument(text))).toBe(text)
    }
  })
})
