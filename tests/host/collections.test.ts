// Making an image folder through the contract: files under numbers of their own, classes, what is taken away and put back, what is refused.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addImage } from '../../src/main/datasets/collect/addImage'
import { openCollection } from '../../src/main/datasets/collect/openCollection'
import { openDataset } from '../../src/main/datasets/openDataset'
import { FileWriter } from '../../src/main/files/durableFile'
import { noisyJpeg, plain, plainBmp, plainPng } from '../datasets/imageFiles'
import { refusalOf, useHost } from './hostFixture'

const fixture = useHost()

/** A new folder with classes of a name each, and the calls on it. */
async function begin(name: string, classes: readonly string[] = []) {
  const { root, connect } = fixture()
  const folder = join(root, name)
  await mkdir(folder)
  const { collections } = (await connect()).client
  for (const each of classes) await collections.addClass({ folder, name: each })
  const add = (to: string, bytes: Uint8Array, file = 'a.png') =>
    collections.addImage({ folder, class: to, name: file, image: Buffer.from(bytes).toString('base64') })
  return { folder, collections, add }
}

it('keeps images as they are, each under the next free number, and opens as a dataset', async () => {
  const { folder, collections, add } = await begin('kept', ['dog', 'cat'])
  const jpeg = await noisyJpeg()
  const webp = await plain(6, 5, [1, 2, 3]).webp().toBuffer()
  expect(await add('dog', jpeg, 'IMG_4711.JPEG')).toEqual({ file: '0001.jpg' })
  // The name of a file does not say what it is.
  expect(await add('dog', webp, 'b.png')).toEqual({ file: '0002.webp' })
  expect(await add('dog', plainBmp(3, [9, 9, 9]))).toEqual({ file: '0003.bmp' })
  await add('cat', await plainPng([1, 2, 3]))
  expect(await readFile(join(folder, 'dog', '0001.jpg'))).toEqual(jpeg)
  expect(await readdir(join(folder, 'dog'))).toEqual(['0001.jpg', '0002.webp', '0003.bmp'])
  expect(await collections.open({ folder })).toMatchObject({
    name: 'kept',
    classes: [
      { name: 'dog', images: ['0001.jpg', '0002.webp', '0003.bmp'] },
      { name: 'cat', images: ['0001.png'] },
    ],
    notes: [],
  })
  const { description } = await openDataset(folder)
  expect(description.classes).toEqual(['dog', 'cat'])
  expect(description.notes?.filter((note) => note.includes('ignored'))).toEqual([])
})

it('never writes over a file, whoever wrote it and however many come at once', async () => {
  const { folder, add } = await begin('full', ['a'])
  const place = join(folder, 'a')
  await writeFile(join(place, '0007.png'), 'mine')
  await writeFile(join(place, '20260101123456.png'), 'mine')
  const png = await plainPng([5, 5, 5])
  const files = await Promise.all(Array.from({ length: 20 }, () => add('a', png)))
  expect(new Set(files.map(({ file }) => file)).size).toBe(20)
  expect(files.map(({ file }) => file).sort()[0]).toBe('0008.png')
  await writeFile(join(place, '0028.png'), 'mine too')
  expect(await add('a', png)).toEqual({ file: '0029.png' })
  expect(await readFile(join(place, '0028.png'), 'utf8')).toBe('mine too')
  expect((await readdir(place)).filter((name) => name.startsWith('.'))).toEqual([])
})

it('names what cannot be read, and keeps none of it', async () => {
  const { folder, add } = await begin('damaged', ['a'])
  const jpeg = await noisyJpeg()
  for (const [file, bytes, reason] of [
    ['cut.jpg', jpeg.subarray(0, jpeg.length / 2), /"cut.jpg": /],
    ['text.png', Buffer.from('hello'), /"text.png": is no JPEG, PNG/],
    ['none.png', new Uint8Array(), /"none.png": the file is empty/],
    ['page.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /"page.svg": is no JPEG/],
  ] as const) {
    const { code, message } = await refusalOf(add('a', bytes, file))
    expect(code).toBe('dataset.unreadable')
    expect(message).toMatch(reason)
  }
  expect(await readdir(join(folder, 'a'))).toEqual([])
})

it('says that the disk is full, and leaves nothing half', async () => {
  const { folder } = await begin('disk', ['a'])
  const full = new FileWriter(() => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })))
  const adding = addImage(join(folder, 'a'), 'a.png', await plainPng([1, 1, 1]), full)
  await expect(adding).rejects.toMatchObject({
    code: 'file.write',
    message: expect.stringContaining('the disk is full'),
  })
  expect(await readdir(join(folder, 'a'))).toEqual([])
  const { collections } = await begin('disk 2', [])
  const gone = await refusalOf(collections.addClass({ folder: join(folder, 'gone'), name: 'x' }))
  expect(gone).toMatchObject({ code: 'file.read' })
})

it('puts away what a killed program left', async () => {
  const { folder } = await begin('killed', ['a'])
  await writeFile(join(folder, 'a', '.0001.png.999999999-12345678.part'), 'half')
  await writeFile(join(folder, 'a', `.0002.png.${process.pid}-12345678.part`), 'under way')
  expect((await openCollection(folder, Date.now())).classes).toEqual([{ name: 'a', images: [] }])
  expect(await readdir(join(folder, 'a'))).toEqual([`.0002.png.${process.pid}-12345678.part`])
})

it('takes images away and puts them back, at their place or under another number', async () => {
  const { folder, collections, add } = await begin('removed', ['a'])
  for (const value of [1, 2, 3]) await add('a', await plainPng([value, value, value]))
  const second = await readFile(join(folder, 'a', '0002.png'))
  const { removed } = await collections.removeImages({
    folder,
    class: 'a',
    files: ['0002.png', '0003.png', 'gone.png'],
  })
  expect((await collections.open({ folder })).classes).toEqual([{ name: 'a', images: ['0001.png'] }])
  await writeFile(join(folder, 'a', '0003.png'), await plainPng([9, 9, 9]))
  const { classes } = await collections.restore({ folder, removed })
  expect(classes).toEqual([{ name: 'a', images: ['0001.png', '0002.png', '0003.png', '0004.png'] }])
  expect(await readFile(join(folder, 'a', '0002.png'))).toEqual(second)
  expect(await readFile(join(folder, 'a', '0003.png'))).toEqual(await plainPng([9, 9, 9]))
  expect(existsSync(join(folder, '.netloom-removed'))).toBe(false)
  expect(await refusalOf(collections.restore({ folder, removed }))).toMatchObject({ code: 'request.invalid' })
})

it('adds, renames and orders classes, and takes one away with all that is in it', async () => {
  const { folder, collections, add } = await begin('classes', ['b', 'a', 'c'])
  await add('b', await plainPng([1, 1, 1]))
  await writeFile(join(folder, 'b', 'notes.txt'), 'mine')
  const names = async () => (await collections.open({ folder })).classes.map(({ name }) => name)
  expect(await names()).toEqual(['b', 'a', 'c'])
  await collections.orderClasses({ folder, order: ['c', 'b', 'a'] })
  await collections.renameClass({ folder, from: 'b', to: '  Größe ' })
  expect(await names()).toEqual(['c', 'Größe', 'a'])
  const { collection, removed } = await collections.removeClass({ folder, name: 'Größe' })
  expect(collection.classes.map(({ name }) => name)).toEqual(['c', 'a'])
  const back = await collections.restore({ folder, removed })
  expect(back.classes.map(({ name, images }) => [name, images.length])).toEqual([
    ['c', 0],
    ['Größe', 1],
    ['a', 0],
  ])
  expect(await readFile(join(folder, 'Größe', 'notes.txt'), 'utf8')).toBe('mine')
  await collections.renameClass({ folder, from: 'a', to: 'A' })
  expect(await names()).toEqual(['c', 'Größe', 'A'])
  for (const name of ['a', 'a/b', '', 'con', '..'])
    expect([name, await refusalOf(collections.addClass({ folder, name }))]).toMatchObject([
      name,
      { code: 'request.invalid' },
    ])
  expect(await refusalOf(collections.renameClass({ folder, from: 'A', to: 'C' }))).toMatchObject({
    code: 'request.invalid',
    message: expect.stringContaining('There is a class "c" already.'),
  })
})

it('takes up a folder that is there, with images deeper inside; one that is divided into splits is told', async () => {
  const { root, connect } = fixture()
  const { collections } = (await connect()).client
  const write = async (path: string) => {
    await mkdir(join(root, 'there', path, '..'), { recursive: true })
    await writeFile(join(root, 'there', path), await plainPng([1, 2, 3]))
  }
  for (const path of ['wrapped/cat/x/1.png', 'wrapped/dog/2.png', 'wrapped/loose.png']) await write(path)
  const folder = join(root, 'there', 'wrapped')
  expect(await collections.open({ folder })).toEqual({
    folder,
    name: 'wrapped',
    classes: [
      { name: 'cat', images: ['x/1.png'] },
      { name: 'dog', images: ['2.png'] },
    ],
    notes: ['1 image outside of class folders has no class.'],
  })
  const [drawn, damaged] = await collections.thumbnails({ folder, class: 'cat', files: ['x/1.png'], size: 32 })
  expect([drawn?.png?.length, damaged]).toEqual([expect.any(Number), undefined])
  for (const path of ['split/train/cat/1.png', 'split/train/dog/1.png', 'split/val/cat/2.png']) await write(path)
  const refused = await refusalOf(collections.open({ folder: join(root, 'there', 'split') }))
  expect(refused).toMatchObject({ code: 'dataset.reference', message: expect.stringContaining(join('split', 'train')) })
  // A class may be called like a split.
  for (const path of ['trains/train/1.png']) await write(path)
  const { classes } = await collections.open({ folder: join(root, 'there', 'trains') })
  expect(classes).toEqual([{ name: 'train', images: ['1.png'] }])
})

it('reaches nothing outside of the opened folders', async () => {
  const { folder: all, root } = fixture()
  const outside = join(all, 'outside')
  await mkdir(join(outside, 'cat'), { recursive: true })
  await writeFile(join(outside, 'cat', '1.png'), await plainPng([1, 2, 3]))
  const { folder, collections, add } = await begin('gate', ['a'])
  await add('a', await plainPng([1, 2, 3]))
  expect(await refusalOf(collections.open({ folder: outside }))).toMatchObject({ code: 'file.outside' })
  expect(await refusalOf(collections.addClass({ folder: outside, name: 'x' }))).toMatchObject({ code: 'file.outside' })
  const up = { folder, class: '../../outside/cat', files: ['1.png'] }
  expect(await refusalOf(collections.removeImages(up))).toMatchObject({ code: 'request.invalid' })
  const file = { folder, class: 'a', files: ['../../../outside/cat/1.png'] }
  expect(await refusalOf(collections.removeImages(file))).toMatchObject({ code: 'request.invalid' })
  expect(await refusalOf(collections.thumbnails({ ...file, size: 32 }))).toMatchObject({ code: 'request.invalid' })
  expect(await refusalOf(collections.restore({ folder, removed: '../../outside' }))).toMatchObject({
    code: 'request.invalid',
  })
  await symlink(outside, join(root, 'gate', 'link'))
  expect(await refusalOf(collections.open({ folder }))).toMatchObject({ code: 'dataset.outside' })
  expect(await refusalOf(add('link', await plainPng([1, 2, 3])))).toMatchObject({ code: 'file.outside' })
  expect(await readdir(outside)).toEqual(['cat'])
  await rm(join(root, 'gate', 'link'))
})
