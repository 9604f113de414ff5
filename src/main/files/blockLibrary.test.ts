// Tests of the kept blocks: what is written, what is refused, what becomes of a damaged file.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeBlock } from '../../shared/edits/makeBlock'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { applyEdit } from '../../shared/graph/edits'
import { parseNodeId } from '../../shared/graph/nodeId'
import { parseDocument, serializeDocument } from '../../shared/graph/schema'
import { BlockLibrary } from './blockLibrary'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom blocks '))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A document without nodes that defines a block of a convolution. */
function blockText(type: string, title = 'Brick'): string {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  const document = builder.build()
  const { edit } = makeBlock(document, [parseNodeId('conv')], { type, title, exposed: [] })
  return serializeDocument({ ...applyEdit(document, edit), nodes: [], edges: [] })
}

it('keeps blocks over a restart, one for each type, and takes them out again', async () => {
  const library = new BlockLibrary(folder)
  await library.save('user/brick', blockText('user/brick'), 1)
  await library.save('user/arch', blockText('user/arch'), 2)
  await library.save('user/brick', blockText('user/brick', 'Better brick'), 3)
  const { blocks, problem } = await new BlockLibrary(folder).list()
  expect(problem).toBeNull()
  expect(blocks.map(({ type, savedMs }) => [type, savedMs])).toEqual([
    ['user/arch', 2],
    ['user/brick', 3],
  ])
  expect(parseDocument(blocks[1]!.text).blocks?.[0]?.title).toBe('Better brick')
  await library.remove('user/brick')
  await library.remove('user/unknown')
  expect((await library.list()).blocks.map(({ type }) => type)).toEqual(['user/arch'])
})

it('writes changes that come at once one after the other', async () => {
  const library = new BlockLibrary(folder)
  const types = ['a', 'b', 'c', 'd'].map((name) => `user/${name}`)
  await Promise.all(types.map((type, index) => library.save(type, blockText(type), index)))
  expect((await library.list()).blocks.map(({ type }) => type)).toEqual(types)
})

it('refuses a text that is no definition of the block', async () => {
  const library = new BlockLibrary(folder)
  await expect(library.save('user/other', blockText('user/brick'), 1)).rejects.toMatchObject({
    code: 'document.schema',
  })
  await expect(library.save('user/brick', '{', 1)).rejects.toMatchObject({ code: 'document.syntax' })
  expect(await readdir(folder)).toEqual([])
})

it('puts a damaged file aside, tells of it once and begins anew', async () => {
  await writeFile(join(folder, 'blocks.json'), '{"format": "netloom-blocks", "version": 1, "blocks": [{}]}')
  const library = new BlockLibrary(folder)
  const first = await library.list()
  expect(first.blocks).toEqual([])
  expect(first.problem).toContain(join(folder, 'blocks.json.damaged'))
  expect((await library.list()).problem).toBeNull()
  await library.save('user/brick', blockText('user/brick'), 1)
  await writeFile(join(folder, 'blocks.json'), 'half a fi')
  expect((await library.list()).problem).toContain('blocks.json.damaged-2')
  expect(await readFile(join(folder, 'blocks.json.damaged-2'), 'utf8')).toBe('half a fi')
  expect(await readFile(join(folder, 'blocks.json.damaged'), 'utf8')).toContain('netloom-blocks')
})
