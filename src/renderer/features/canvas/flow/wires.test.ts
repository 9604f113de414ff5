// What the canvas draws of whole architectures: no wire through a node, no pill on a pill or a node, no more crossings than ELK leaves.
import ELK from 'elkjs/lib/elk.bundled.js'
import { describe, expect, it } from 'vitest'
import { expandAllBlocks } from '../../../../shared/edits/expandBlock'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { applyEdit } from '../../../../shared/graph/edits'
import { findArchitecture } from '../../../../shared/lectures/architectures/index'
import { RandomStream } from '../../../../shared/training/randomStream'
import { inferDocument } from '../../../../shared/network/inferDocument'
import { findPlaces, nodeHeight, nodeWidth, type Box } from '../../../session/layout/canvasGeometry'
import { buildRequest, directionOf, readResult } from '../../../session/layout/documentLayout'
import { layoutGraph, type RunElk } from '../../../session/layout/layoutGraph'
import {
  boxesMeet,
  countCrossings,
  listPieces,
  pieceMeets,
  pillBox,
  pillSize,
} from '../../../session/layout/wireGeometry'
import { buildEdgeViews } from '../nodes/edgeViews'
import { buildViews } from '../nodes/nodeViews'
import { createWireFinder, type WireGround } from './wires'

const names = [
  'lenet5',
  'alexnet',
  'zfnet',
  'vgg16-bn',
  'googlenet',
  'googlenet-aux',
  'googlenet-torchvision-aux',
  'plain20-cifar',
  'resnet20-cifar',
  'resnet18',
  'resnet34',
  'resnet50',
  'resnext50-32x4d',
  'wide-resnet28-10',
  'densenet121',
  'squeezenet1.0',
  'squeezenet1.1',
  'mobilenet-v2',
  'se-resnet50',
  'efficientnet-b0',
]

const elk = new ELK()

type Style = 'down' | 'right' | 'columns'

/** A document laid out as the canvas does it, and how often ELK's own wires cross. */
async function layOut(document: NetworkDocument, style: Style) {
  let own = 0
  const run: RunElk = async (graph) => {
    const answer = await elk.layout(graph)
    const wires = (answer.edges ?? []).map((edge) => {
      const [section] = edge.sections ?? []
      const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : []
      return { port: edge.sources[0] ?? '', points }
    })
    own = countCrossings(wires)
    return answer
  }
  const request = buildRequest(document, style)
  const { moves, layout } = readResult(request, await layoutGraph(request, run), style)
  const edits = [
    { type: 'moveNodes', moves },
    { type: 'setLayout', layout },
  ] as const
  return { laid: applyEdit(document, { type: 'batch', edits }), own }
}

/** What the ways of the wires follow from. */
function groundOf(document: NetworkDocument, style: Style): WireGround {
  const inference = inferDocument(document)
  const edges = buildEdgeViews(document, inference, [], new Map())
  const views = buildViews(document, inference, [], new Map())
  return { document, places: findPlaces(document), views, edges, direction: directionOf(style) }
}

/** What the canvas draws of a document. */
function draw(document: NetworkDocument, style: Style, finder = createWireFinder()) {
  const ground = groundOf(document, style)
  const { edges, places } = ground
  const routes = finder.find(ground)
  const wires = edges.flatMap(({ id, view }) => {
    const route = routes.get(id)
    return route ? [{ id, port: `${view.edge.from.node}:${view.edge.from.port}`, shape: view.shape, ...route }] : []
  })
  const boxes = Array.from(places, ([id, { x, y }]) => ({ id, x, y, width: nodeWidth, height: nodeHeight }))
  return { edges, wires, boxes }
}

/** What is wrong with a drawing, in words. */
function listFaults({ wires, boxes }: ReturnType<typeof draw>): string[] {
  const faults: string[] = []
  const pills: (Box & { readonly id: string })[] = []
  for (const { id, points, pill, shape } of wires) {
    for (const [a, b] of listPieces(points)) {
      if (a.x !== b.x && a.y !== b.y) faults.push(`${id} runs aslant`)
      for (const box of boxes) if (pieceMeets(a, b, box)) faults.push(`${id} runs through ${box.id}`)
    }
    if (pill) pills.push({ id, ...pillBox(pill, pillSize(shape)) })
  }
  pills.forEach((pill, index) => {
    for (const other of pills.slice(index + 1)) if (boxesMeet(pill, other)) faults.push(`${pill.id} on ${other.id}`)
    for (const box of boxes) if (boxesMeet(pill, box)) faults.push(`the pill of ${pill.id} on ${box.id}`)
  })
  return faults
}

const build = (name: string): NetworkDocument => {
  const architecture = findArchitecture(name)
  if (!architecture) throw new Error(`no architecture ${name}`)
  return architecture.build()
}

const expand = (document: NetworkDocument): NetworkDocument => applyEdit(document, expandAllBlocks(document))

describe('the wires of architectures', () => {
  it('are those of twenty', () => {
    expect(new Set(names).size).toBe(20)
  })

  it.each(names)('%s, folded and expanded', { timeout: 60_000 }, async (name) => {
    const folded = build(name)
    for (const document of [folded, expand(folded)]) {
      const { laid, own } = await layOut(document, 'down')
      const drawing = draw(laid, 'down')
      expect(drawing.wires).toHaveLength(document.edges.length)
      expect(listFaults(drawing)).toEqual([])
      if (name === 'densenet121') continue
      expect(drawing.wires.every(({ pill }) => pill)).toBe(true)
      expect(countCrossings(drawing.wires)).toBeLessThanOrEqual(own)
    }
  })

  it('stay the same objects where they lead as before, so that only those at what was moved are drawn anew', async () => {
    const { laid } = await layOut(expand(build('resnet18')), 'down')
    const finder = createWireFinder()
    const before = finder.find(groundOf(laid, 'down'))
    const last = laid.nodes.at(-1)
    if (!last?.position) throw new Error('the node has no place')
    const moves = [{ id: last.id, position: { x: last.position.x + 264, y: last.position.y } }]
    const after = finder.find(groundOf(applyEdit(laid, { type: 'moveNodes', moves }), 'down'))
    const anew = [...after].filter(([id, route]) => before.get(id) !== route).map(([id]) => id)
    expect(anew).toHaveLength(1)
    expect(anew[0]).toContain(last.id)
  })

  it.each(['resnet18', 'googlenet'])(
    '%s stays without faults while nodes are moved, deleted and brought back',
    { timeout: 60_000 },
    async (name) => {
      let { laid: document } = await layOut(expand(build(name)), 'down')
      const random = new RandomStream(3)
      const finder = createWireFinder()
      const past: NetworkDocument[] = []
      for (let step = 0; step < 40; step++) {
        const node = document.nodes[random.below(document.nodes.length)]
        if (!node?.position) throw new Error('a node has no place')
        const before = document
        const kind = step % 4
        // Beside everything, where no node lies on another one.
        const position = { x: -600 - 260 * step, y: node.position.y + 7 }
        if (kind === 0) document = applyEdit(document, { type: 'removeNode', id: node.id })
        else if (kind === 3) document = past.pop() ?? document
        else document = applyEdit(document, { type: 'moveNodes', moves: [{ id: node.id, position }] })
        if (kind !== 3) past.push(before)
        const drawing = draw(document, 'down', finder)
        expect(drawing.wires).toHaveLength(drawing.edges.length)
        expect(listFaults(drawing)).toEqual(listFaults(draw(document, 'down')))
      }
    },
  )

  it.each(['resnet18', 'googlenet-aux'])('%s to the right and in columns', { timeout: 60_000 }, async (name) => {
    for (const style of ['right', 'columns'] as const) {
      const { laid } = await layOut(expand(build(name)), style)
      expect(listFaults(draw(laid, style))).toEqual([])
    }
  })

  it.each(['resnet18', 'googlenet', 'squeezenet1.0'])(
    '%s without the ways of the layout, and with a node that was moved',
    { timeout: 60_000 },
    async (name) => {
      const { laid } = await layOut(expand(build(name)), 'down')
      expect(listFaults(draw({ ...laid, layout: { style: 'down' } }, 'down'))).toEqual([])
      const moved = laid.nodes[Math.floor(laid.nodes.length / 2)]
      if (!moved?.position) throw new Error('the node has no place')
      const move = { id: moved.id, position: { x: moved.position.x + 264, y: moved.position.y + 40 } }
      const drawing = draw(applyEdit(laid, { type: 'moveNodes', moves: [move] }), 'down')
      const { x, y } = move.position
      const covered = drawing.boxes.some(
        (box) => box.id !== moved.id && boxesMeet(box, { x, y, width: nodeWidth, height: nodeHeight }),
      )
      if (!covered) expect(listFaults(drawing)).toEqual([])
    },
  )
})
