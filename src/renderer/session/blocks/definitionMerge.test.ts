// Tests of definitions that go from one document to another.
import { expect, it } from 'vitest'
import type { UserBlock } from '../../../shared/graph/document'
import { makeBlock } from '../../../shared/edits/makeBlock'
import type { NetworkDocument } from '../../../shared/graph/document'
import { DocumentBuilder } from '../../../shared/graph/documentBuilder'
import { applyEdit } from '../../../shared/graph/edits'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { collectDefinitions, isSameDefinition, mergeDefinitions } from './definitionMerge'

/** A document with a block inside a block. */
function nested(filters = 4): NetworkDocument {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv', 'conv2d', { filters, kernel: 3 }, 'input')
  const start = builder.build()
  const inner = makeBlock(start, [parseNodeId('conv')], { type: 'user/inner', title: 'Inner', exposed: [] })
  const middle = applyEdit(start, inner.edit)
  const outer = makeBlock(middle, [inner.node.id], { type: 'user/outer', title: 'Outer', exposed: [] })
  return applyEdit(middle, outer.edit)
}

const typesOf = (blocks: readonly UserBlock[] = []) => blocks.map(({ type }) => type)

it('takes what a block uses along, first', () => {
  expect(typesOf(collectDefinitions(nested(), ['user/outer', 'relu']))).toEqual(['user/inner', 'user/outer'])
  expect(collectDefinitions(nested(), ['relu'])).toEqual([])
})

it('brings no definition twice', () => {
  const { blocks } = nested()
  const merged = mergeDefinitions(blocks, collectDefinitions(nested(), ['user/outer']))
  expect(merged.blocks).toBe(blocks)
  expect(merged.typeOf('user/outer')).toBe('user/outer')
})

it('gives a definition another name where its own stands for something else, and its users follow', () => {
  const { blocks } = nested()
  const merged = mergeDefinitions(blocks, collectDefinitions(nested(16), ['user/outer']))
  expect(typesOf(merged.blocks)).toEqual(['user/inner', 'user/outer', 'user/inner-2', 'user/outer-2'])
  expect(merged.blocks?.at(-1)?.nodes.map(({ type }) => type)).toEqual(['user/inner-2'])
  expect(merged.typeOf('user/outer')).toBe('user/outer-2')
  // The same once more finds what came the first time.
  const again = mergeDefinitions(merged.blocks, collectDefinitions(nested(16), ['user/outer']))
  expect(again.blocks).toBe(merged.blocks)
})

it('sees no difference in where the layers of a definition lie', () => {
  const [block] = nested().blocks ?? []
  const moved = { ...block!, nodes: block!.nodes.map((node) => ({ ...node, position: { x: 1, y: 2 } })) }
  expect(isSameDefinition(block!, moved)).toBe(true)
  expect(isSameDefinition(block!, { ...moved, title: 'Other' })).toBe(false)
})
