import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { classFolder, copyIntoClass, expandFolders, printPredictionTable } from './predictFolder'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-predict-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('takes the images of folders and below, in natural order, and files as they are named', async () => {
  await mkdir(join(folder, 'in/deep'), { recursive: true })
  for (const name of ['10.png', '9.png', 'deep/1.jpg', 'notes.txt']) await writeFile(join(folder, 'in', name), '')
  const files = await expandFolders([join(folder, 'in'), 'elsewhere.png'])
  expect(files.map((file) => file.replace(`${folder}/`, ''))).toEqual([
    'in/9.png',
    'in/10.png',
    'in/deep/1.jpg',
    'elsewhere.png',
  ])
  await mkdir(join(folder, 'empty'))
  await expect(expandFolders([join(folder, 'empty')])).rejects.toMatchObject({ code: 'dataset.empty' })
})

it('copies under the name of the class and never over another file', async () => {
  await writeFile(join(folder, 'a.png'), 'one')
  await mkdir(join(folder, 'out/cat'), { recursive: true })
  await writeFile(join(folder, 'out/cat/a.png'), 'mine')
  expect(await copyIntoClass(join(folder, 'a.png'), join(folder, 'out'), 'cat')).toBe(join(folder, 'out/cat/a-2.png'))
  await copyIntoClass(join(folder, 'a.png'), join(folder, 'out'), '../up')
  expect((await readdir(join(folder, 'out'))).sort()).toEqual(['-up', 'cat'])
  expect(await readFile(join(folder, 'out/cat/a.png'), 'utf8')).toBe('mine')
  expect(await readFile(join(folder, 'a.png'), 'utf8'), 'the image stays').toBe('one')
  expect(['a/b:c', '..', 'n02 dog', 'dot.'].map(classFolder)).toEqual(['a-b-c', 'class', 'n02 dog', 'dot'])
})

it('prints a table that spreadsheets take for nothing else', () => {
  const probabilities = [{ class: 'cat, "big"', probability: 0.5 }]
  expect(
    printPredictionTable([
      { file: '=1.png', class: 'cat, "big"', probability: 0.5, probabilities },
      { file: 'b.png', error: 'no image' },
    ]),
  ).toBe(`file,class,confidence,error\r\n'=1.png,"cat, ""big""",0.500000,\r\nb.png,,,no image\r\n`)
})
