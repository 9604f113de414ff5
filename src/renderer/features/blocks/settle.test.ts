// Tests of where nodes come to stand, of the inside of blocks and of changes of definitions.
import ELK from 'elkjs/lib/elk.bundled.js'
import { describe, expect, it } from 'vitest'
import { expandBlock } from '../../../shared/edits/expandBlock'
import { inferDocument } from '../../../shared/network/inferDocument'
import { makeBlock } from '../../../shared/edits/makeBlock'
import type { NetworkDocument } from '../../../shared/graph/document'
import { DocumentBuilder } from '../../../shared/graph/documentBuilder'
import { applyEdit } from '../../../shared/graph/edits'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { layoutGraph } from '../../session/layout/layoutGraph'
import { editInner, findExposed, findUserBlock, listAffected } from '../../session/blocks/definitionEdits'
import { followPath, viewInside } from '../../session/blocks/insideView'
import { findExchange, requestExchange, settleExchange } from './settle'

const [input, block, after] = ['input', 'block', 'after'].map(parseNodeId)

/** Input, a residual block and a layer behind it, in a column. */
function column(): NetworkDocument {
  const builder = new DocumentBuilder('column')
  builder.add('input', 'input', { shape: [64, 8, 8] })
  builder.add('block', 'residualBasic', { filters: 64 }, 'input')
  builder.add('after', 'relu', {}, 'block')
  const document = builder.build()
  const nodes = document.nodes.map((node, row) => ({ ...node, position: { x: 80, y: row * 96 } }))
  return { ...document, nodes }
}

const elk = new ELK()

async function settle(before: NetworkDocument, after: NetworkDocument): Promise<NetworkDocument> {
  const exchange = findExchange(before, after)
  const request = requestExchange(exchange, 'down')
  const { positions } = await layoutGraph(request, (graph) => elk.layout(graph))
  const places = new Map(request.nodes.map(({ id }, index) => [id, positions[index] ?? { x: 0, y: 0 }]))
  const moves = settleExchange(exchange, 'down', places)
  return applyEdit(after, { type: 'moveNodes', moves })
}

function placeOf(document: NetworkDocument, id: string | undefined) {
  return document.nodes.find((node) => node.id === id)?.position
}

describe('settleExchange', () => {
  it('lays what came where the block stood and moves what lies behind it on', async () => {
    const before = column()
    const opened = await settle(before, applyEdit(before, expandBlock(before, block!)))
    const inner = opened.nodes.filter(({ id }) => id.startsWith('block/'))
    const rows = inner.map(({ position }) => position?.y ?? Number.NaN)
    expect(inner).toHaveLength(7)
    expect(Math.min(...rows)).toBe(96)
    // Seven layers in a column, 96 from one to the next, a little more where the shortcut bends: what follows keeps its
    // distance to the last.
    const last = Math.max(...rows)
    expect(last).toBeGreaterThanOrEqual(96 + 6 * 96)
    expect(last).toBeLessThan(96 + 6 * 96 + 60)
    expect(new Set(inner.map(({ position }) => position?.x))).toEqual(new Set([80]))
    expect(placeOf(opened, 'after')).toEqual({ x: 80, y: last + 96 })
    expect(placeOf(opened, 'input')).toEqual(placeOf(before, input))
  })

  it('closes up again when the layers become a block', async () => {
    const before = column()
    const opened = await settle(before, applyEdit(before, expandBlock(before, block!)))
    const closed = await settle(opened, before)
    expect(closed.nodes.map(({ position }) => position)).toEqual(before.nodes.map(({ position }) => position))
  })
})

describe('viewInside', () => {
  it('shows the inputs and outputs of a block as its ends, with the shortcut', () => {
    const document = column()
    const [found] = followPath(inferDocument(document), [block!])
    const view = found && viewInside(document, found)
    expect(view?.ends.map(({ side, from }) => [side, from])).toEqual([
      ['input', 'input'],
      ['output', undefined],
    ])
    const fromStart = view?.document.edges.filter(({ from }) => from.node === view.ends[0]?.id).map(({ to }) => to.node)
    expect(fromStart).toEqual(['block/conv1', 'block/add'])
    expect(view?.inference.nodes.get(view.ends[0]!.id)?.outputs).toEqual([[64, 8, 8]])
  })

  it('follows a path of blocks as far as there are blocks', () => {
    const document = column()
    const ids = ['block', 'block/conv1'].map(parseNodeId)
    expect(followPath(inferDocument(document), ids).map(({ node }) => node.id)).toEqual(['block'])
    expect(followPath(inferDocument(document), [after!])).toEqual([])
  })
})

describe('definitions', () => {
  it('changes every use of a block, also inside another one', () => {
    const start = column()
    const exposed = [{ name: 'filters', title: 'Filters', targets: [{ node: block!, param: 'filters' }] }]
    const made = makeBlock(start, [block!, after!], { type: 'user/pair', title: 'Pair', exposed })
    const document = applyEdit(start, made.edit)
    const pair = findUserBlock(document, 'user/pair')
    expect(pair && findExposed(pair, pair.nodes[0]!.id, 'filters')?.title).toBe('Filters')
    expect(listAffected(document, 'user/pair')).toEqual([made.node.id])
    const inner = pair!.nodes[1]!
    const changed = applyEdit(document, editInner(document, pair!, inner.id, { a: 1 }))
    expect(findUserBlock(changed, 'user/pair')?.nodes[1]?.params).toEqual({ a: 1 })
    const outer = makeBlock(document, [made.node.id], { type: 'user/outer', title: 'Outer', exposed: [] })
    expect(listAffected(applyEdit(document, outer.edit), 'user/pair')).toEqual([outer.node.id])
  })
})
