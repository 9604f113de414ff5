// Tests of layers as clipboard text.
import { expect, it } from 'vitest'
import { makeBlock } from '../../../../shared/edits/makeBlock'
import { applyEdit } from '../../../../shared/graph/edits'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { isClipboardText, pasteClipboard, printClipboard } from './clipboard'

function chain() {
  const builder = new DocumentBuilder('chain')
  builder.add('input', 'input', { shape: [1, 8, 8] })
  builder.add('conv1', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  builder.add('relu', 'relu', {}, 'conv1')
  return builder.build()
}

it('pastes copied layers with the edges between them under the first free names', () => {
  const text = printClipboard(chain(), new Set(['conv1', 'relu']))
  const { edit, ids } = pasteClipboard(chain(), text)
  expect(ids).toEqual(['conv2', 'relu1'])
  const document = applyEdit(chain(), edit)
  expect(document.nodes.map(({ id }) => id)).toEqual(['input', 'conv1', 'relu', 'conv2', 'relu1'])
  expect(document.edges.at(-1)).toEqual({ from: { node: 'conv2', port: 'out' }, to: { node: 'relu1', port: 'in' } })
})

it('keeps names that are free in another document', () => {
  const text = printClipboard(chain(), new Set(['conv1']))
  const other = new DocumentBuilder('other').build()
  expect(pasteClipboard(other, text).ids).toEqual(['conv1'])
})

it('shifts pastes so that none lies exactly on another', () => {
  const text = printClipboard(chain(), new Set(['conv1']))
  const first = applyEdit(chain(), pasteClipboard(chain(), text).edit)
  const second = applyEdit(first, pasteClipboard(first, text).edit)
  const places = second.nodes.map(({ position }) => `${position?.x}:${position?.y}`)
  expect(new Set(places).size).toBe(places.length)
})

it('puts the corner of the copied layers where it is told to', () => {
  const text = printClipboard(chain(), new Set(['conv1', 'relu']))
  const document = applyEdit(chain(), pasteClipboard(chain(), text, { x: 800, y: 400 }).edit)
  expect(document.nodes[3]?.position).toEqual({ x: 800, y: 400 })
  expect(document.nodes[4]?.position).toEqual({ x: 800, y: 488 })
})

it('knows its own text from others', () => {
  expect(isClipboardText(printClipboard(chain(), new Set(['relu'])))).toBe(true)
  expect(isClipboardText('{"name": "something else"}')).toBe(false)
  expect(isClipboardText('hello')).toBe(false)
})

it('pastes notes beside the originals, under ids of their own', () => {
  const note = { id: 'note1', text: 'stem', position: { x: 16, y: 0 }, color: 'blue' } as const
  const document = { ...chain(), notes: [note] }
  const text = printClipboard(document, new Set(), [note])
  const { edit, ids, notes } = pasteClipboard(document, text)
  expect([ids, notes]).toEqual([[], ['note2']])
  expect(applyEdit(document, edit).notes).toEqual([note, { ...note, id: 'note2', position: { x: 48, y: 32 } }])
  expect(pasteClipboard(chain(), text).notes).toEqual(['note1'])
})

it('takes the definitions of blocks along, and uses those that are there already', () => {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  const start = builder.build()
  const made = makeBlock(start, [parseNodeId('conv')], { type: 'user/brick', title: 'Brick', exposed: [] })
  const document = applyEdit(start, made.edit)
  const text = printClipboard(document, new Set([made.node.id]))
  const elsewhere = applyEdit(start, pasteClipboard(start, text).edit)
  expect(elsewhere.blocks).toEqual(document.blocks)
  expect(elsewhere.nodes.at(-1)?.type).toBe('user/brick')
  const here = applyEdit(document, pasteClipboard(document, text).edit)
  expect(here.blocks).toBe(document.blocks)
})
