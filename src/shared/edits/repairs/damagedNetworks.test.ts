// Repairs of networks that were damaged at random: one finding per cause, and no repair that makes things worse.
import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../lectures/architectures/index'
import type { NetworkDocument, NodeId } from '../../graph/document'
import { applyEdit } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import { checkDocument } from '../../network/checkDocument'
import { findRepairs } from './repairs'

function architecture(id: string): NetworkDocument {
  const found = findArchitecture(id)
  if (!found) throw new Error(`there is no architecture ${id}`)
  return found.build()
}

describe('a layer that is deleted', () => {
  const lenet = architecture('lenet5')
  const inner = lenet.nodes.slice(1, -1).map(({ id }) => id)

  it.each(inner)('is one error, whose first repair makes the network sound: %s', (id) => {
    const broken = applyEdit(lenet, { type: 'removeNode', id })
    const errors = checkDocument(broken).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    const [first] = findRepairs(broken, errors[0]!)
    expect(first?.label).toMatch(/^Join /)
    expect(checkDocument(applyEdit(broken, first!.edit)).filter(({ level }) => level === 'error')).toEqual([])
  })

  it('is joined with what else is missing, where joining alone would not fit', () => {
    const broken = applyEdit(lenet, { type: 'removeNode', id: 'flatten' as NodeId })
    const labels = findRepairs(
      broken,
      checkDocument(broken).find(({ code }) => code === 'graph.missingInput')!,
    ).map(({ label }) => label)
    expect(labels[0]).toMatch(/^Join "relu3" to it; insert a flatten layer/)
  })
})

describe('any damage', () => {
  const documents = ['lenet5', 'alexnet', 'vgg-a', 'resnet20-cifar', 'squeezenet1.1', 'googlenet'].map(architecture)
  let seed = 11
  const below = (count: number): number => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % count
  }
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!

  /** One thing that a slip of the hand does. */
  function damage(document: NetworkDocument): NetworkDocument {
    const node = pick(document.nodes)
    const edge = pick(document.edges)
    const index = document.edges.indexOf(edge)
    const ways: readonly (() => NetworkDocument)[] = [
      () => applyEdit(document, { type: 'removeNode', id: node.id }),
      () => applyEdit(document, { type: 'disconnect', edge, index }),
      () => applyEdit(document, { type: 'connect', edge: { from: pick(document.edges).from, to: edge.to } }),
      () => ({
        ...document,
        nodes: document.nodes.map((each) => (each === node ? { ...node, type: `${node.type}x` } : each)),
      }),
      () => applyEdit(document, { type: 'setParams', id: node.id, params: { ...node.params, kernel: 1 + below(40) } }),
      () => applyEdit(document, { type: 'setParams', id: node.id, params: { ...node.params, filters: below(9) } }),
      () => applyEdit(document, { type: 'setParams', id: node.id, params: { ...node.params, stride: 1 + below(9) } }),
      () => ({
        ...document,
        edges: document.edges.map((each) =>
          each === edge ? { from: each.from, to: { ...each.to, port: 'side' } } : each,
        ),
      }),
    ]
    return pick(ways)()
  }

  const keysOf = (issues: readonly Issue[]) =>
    issues
      .filter(({ level }) => level === 'error')
      .map(({ code, nodeId }) => `${code} ${nodeId ?? ''}`)
      .toSorted()

  it('is never made worse by a repair: it takes its error away and brings none', { timeout: 60_000 }, () => {
    let offered = 0
    for (let round = 0; round < 300; round++) {
      const times = 1 + below(2)
      let broken = documents[round % documents.length]!
      for (let time = 0; time < times; time++) broken = damage(broken)
      const issues = checkDocument(broken)
      for (const issue of issues.slice(0, 3)) {
        for (const { label, edit } of findRepairs(broken, issue)) {
          offered++
          const before = keysOf(issues)
          const after = keysOf(checkDocument(applyEdit(broken, edit)))
          for (const key of after) {
            expect(before, `${broken.name}: ${label}`).toContain(key)
            before.splice(before.indexOf(key), 1)
          }
          if (issue.level === 'error') expect(before, label).toContain(`${issue.code} ${issue.nodeId ?? ''}`)
        }
      }
    }
    expect(offered).toBeGreaterThan(100)
  })
})
