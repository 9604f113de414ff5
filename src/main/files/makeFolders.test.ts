import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FileWriter, writeFailure } from './durableFile'
import { makeFolders } from './makeFolders'
import { replaceFile } from './sharedFile'
import { shortName } from './shortName'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netloom-folders-'))
})
afterAll(() => rm(root, { recursive: true }))

it('makes a folder with those above it, also where some are there', async () => {
  await makeFolders(join(root, 'a', 'b', 'c'))
  await makeFolders(join(root, 'a', 'b', 'c'))
  await makeFolders(join(root, 'a', 'd'), 0o700)
  expect((await stat(join(root, 'a', 'b', 'c'))).isDirectory()).toBe(true)
  expect((await stat(join(root, 'a', 'd'))).mode & 0o777).toBe(0o700)
})

it('says of a read-only disk that it is one, and of other failures what they are', async () => {
  const readOnly = async (path: string, options: { readonly mode?: number }): Promise<void> => {
    if (basename(path) === 'disk') throw Object.assign(new Error('read-only'), { code: 'EROFS' })
    await mkdir(path, options)
  }
  const failure = await makeFolders(join(root, 'disk', 'runs', 'one'), undefined, readOnly).catch(
    (cause: unknown) => cause,
  )
  expect(writeFailure(join(root, 'disk', 'runs', 'one'), failure).message).toContain('the disk is read-only (EROFS)')
  await writeFile(join(root, 'file'), '')
  await expect(makeFolders(join(root, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeFolders(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  const long = await makeFolders(join(root, 'x'.repeat(300))).catch((cause: unknown) => cause)
  expect(writeFailure('x', long).message).toContain(
    'its name is too long (ENAMETOOLONG). File systems take names of 255',
  )
  const longer = 'a/'.repeat(2500)
  await expect(makeFolders(join(root, longer))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
})

it('writes files of the longest names there are, also in other letters', async () => {
  for (const name of ['n'.repeat(255), 'é'.repeat(127)]) {
    const path = join(root, name)
    await new FileWriter().writeWhole(path, [Buffer.from('one')])
    await replaceFile(path, Buffer.from('three'))
    expect((await stat(path)).size).toBe(5)
  }
  expect(shortName('a')).toBe('a')
  expect(shortName('n'.repeat(255))).toHaveLength(16)
})
