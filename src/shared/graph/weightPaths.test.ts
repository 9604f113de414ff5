import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NodeId } from './document'
import { DocumentBuilder } from './documentBuilder'
import { applyEdit } from './edits'
import { findFilePath, moveWeightPaths } from './weightPaths'

const id = (text: string): NodeId => text as NodeId

function pretrained(): NetworkDocument {
  const builder = new DocumentBuilder('pretrained')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  builder.add('conv1/bn', 'batchNorm', {}, 'conv1')
  return { ...builder.build(), weights: 'weights.safetensors' }
}

describe('weights of renamed layers', () => {
  it('are found under their old names, also after several renamings', () => {
    let document = pretrained()
    document = applyEdit(document, { type: 'renameNode', id: id('conv1'), to: 'stem' })
    document = applyEdit(document, { type: 'renameNode', id: id('stem'), to: 'first/conv' })
    expect(findFilePath(document.weightPaths, 'first/conv')).toBe('conv1')
    expect(findFilePath(document.weightPaths, 'conv1/bn')).toBe('conv1/bn')
    expect(findFilePath(document.weightPaths, 'conv1')).toBeUndefined()
    expect(findFilePath(document.weightPaths, 'stem')).toBeUndefined()
  })

  it('are found where a layer is named like what every object has', () => {
    const renamed = applyEdit(pretrained(), { type: 'renameNode', id: id('conv1'), to: 'constructor' })
    expect(findFilePath(renamed.weightPaths, 'constructor')).toBe('conv1')
    expect(findFilePath(renamed.weightPaths, 'toString')).toBe('toString')
    const moved = moveWeightPaths(pretrained(), new Map([['conv1', '__proto__']]))
    expect(Object.entries(moved ?? {})).toContainEqual(['__proto__', 'conv1'])
  })

  it('are not noted where there is no weights file', () => {
    const { weights: _, ...document } = pretrained()
    const renamed = applyEdit(document, { type: 'renameNode', id: id('conv1'), to: 'stem' })
    expect(renamed.weightPaths).toBeUndefined()
  })

  it('follow layers that are moved into a block', () => {
    const moved = moveWeightPaths(
      pretrained(),
      new Map([
        ['conv1', 'block/conv'],
        ['conv1/bn', 'block/bn'],
      ]),
    )
    expect(findFilePath(moved, 'block/conv')).toBe('conv1')
    expect(findFilePath(moved, 'block/bn')).toBe('conv1/bn')
    expect(findFilePath(moved, 'conv1')).toBeUndefined()
    expect(findFilePath(moved, 'fc')).toBe('fc')
  })

  it('may change places', () => {
    const swapped = moveWeightPaths(
      pretrained(),
      new Map([
        ['a', 'b'],
        ['b', 'a'],
      ]),
    )
    expect(swapped).toEqual({ a: 'b', b: 'a' })
  })

  it('follow a block with all that it holds', () => {
    const document = { ...pretrained(), weightPaths: { 'stage/conv': 'layer1/conv' } }
    const builder = new DocumentBuilder('b')
    builder.add('stage', 'convBnRelu', { filters: 4 })
    const withStage = { ...document, nodes: [...document.nodes, ...builder.build().nodes] }
    const renamed = applyEdit(withStage, { type: 'renameNode', id: id('stage'), to: 'body' })
    expect(findFilePath(renamed.weightPaths, 'body/conv')).toBe('layer1/conv')
    expect(findFilePath(renamed.weightPaths, 'body/bn')).toBe('stage/bn')
  })
})
