// Two programs on one state folder: nothing that one remembers is lost by the other, and neither takes away what the other uses.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import { z } from 'zod'
import { openCore } from '../../src/main/api/core'
import { withFileLock } from '../../src/main/files/lockFile'
import { RecoveryShelf } from '../../src/main/files/recoveryShelf'
import { replaceFile } from '../../src/main/files/sharedFile'
import { UploadShelf } from '../../src/main/files/uploadShelf'
import { buildLenet } from './lenet'

const project = join(import.meta.dirname, '..', '..')
const built = join(project, 'out', 'state-writer')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-shared-'))
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: join(import.meta.dirname, 'stateWriter.ts'), outDir: built, emptyOutDir: true, target: 'node20' },
  })
})
afterAll(() => Promise.all([rm(folder, { recursive: true, force: true }), rm(built, { recursive: true, force: true })]))

async function makeFolder(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = fork(join(built, 'stateWriter.js'), [folder, 'none', '0'])
  await once(child, 'exit')
  return child.pid ?? 0
}

describe('two programs on one state folder', () => {
  it('lose no change of each other', async () => {
    const state = await makeFolder('changes')
    const names = ['one', 'two', 'three']
    const ends = names.map(async (name) => once(fork(join(built, 'stateWriter.js'), [state, name, '40']), 'exit'))
    expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0])
    const numbers = z.array(z.string()).parse(JSON.parse(await readFile(join(state, 'numbers.json'), 'utf8')))
    expect(numbers.sort()).toEqual(
      names.flatMap((name) => Array.from({ length: 40 }, (_, round) => `${name}-${round}`)).sort(),
    )
    expect(await new RecoveryShelf(state).list()).toHaveLength(15)
    // Neither locks nor half-written files are left.
    expect((await readdir(state)).sort()).toEqual(['numbers.json', 'recoveries'])
  })

  it('each keep their models and uploads while the other starts and ends', async () => {
    const state = await makeFolder('models')
    const options = { roots: [folder], stateFolder: state }
    const first = openCore(options)
    const model = await first.imports.stage(buildLenet())
    const upload = await first.uploads.begin('a.png', 3)
    await first.uploads.append(upload, 0, Uint8Array.of(1, 2, 3))
    const second = openCore(options)
    await second.imports.tidy([], Date.now())
    await second.uploads.tidy()
    const other = await second.imports.stage(buildLenet())
    await second.close()
    expect(existsSync(await first.imports.findModel(model))).toBe(true)
    expect([...(await first.uploads.read(upload))]).toEqual([1, 2, 3])
    await expect(first.imports.findModel(other)).rejects.toMatchObject({ code: 'model.unknown' })
    await first.close()
    expect(await readdir(join(state, 'imports'))).toEqual([])
    expect(await readdir(join(state, 'uploads'))).toEqual([])
  })

  it('take away what a program left that was killed', async () => {
    const state = await makeFolder('left')
    const pid = await deadProcess()
    const owner = JSON.stringify({ pid, began: '' })
    const ids = ['imports/stage-0011aabb-0123456789abcdef0123456789abcdef01234567', `uploads/upload-${'0'.repeat(36)}`]
    for (const id of ids) {
      await mkdir(join(state, id), { recursive: true })
      await writeFile(join(state, id, 'owner.json'), owner)
    }
    const core = openCore({ roots: [folder], stateFolder: state })
    await core.imports.tidy([], Date.now())
    await core.uploads.tidy()
    expect(ids.map((id) => existsSync(join(state, id)))).toEqual([false, false])
    await core.close()
  })
})

describe('a lock', () => {
  it('of a dead process, and one that was never written, is taken over', async () => {
    const path = join(await makeFolder('locks'), 'file')
    for (const content of [JSON.stringify({ pid: await deadProcess(), began: '' }), '']) {
      await writeFile(`${path}.lock`, content)
      expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done')
    }
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('is given back where the work fails', async () => {
    const path = join(folder, 'failing')
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withFileLock(path, () => Promise.resolve(1))).toBe(1)
  })
})

describe('copies of unsaved work', () => {
  it('are kept under any id, the newest twenty of them, with the former file read too', async () => {
    const state = await makeFolder('recoveries')
    const former = { id: 'old', path: null, name: 'n', savedMs: 1, text: 'old text' }
    await writeFile(join(state, 'recoveries.json'), JSON.stringify([former]))
    const shelf = new RecoveryShelf(state)
    const copy = (id: string, savedMs: number) => ({ id, path: '/a', name: 'n', savedMs, seenMs: 7, text: id })
    for (let number = 0; number < 25; number++) await shelf.keep(copy(`../../id ${number}`, 100 + number))
    const kept = await shelf.list()
    expect(kept).toHaveLength(21)
    expect(kept[0]).toEqual(copy('../../id 24', 124))
    expect(kept.at(-1)).toEqual({ ...former, seenMs: null })
    await shelf.discard('old')
    await shelf.discard('../../id 24')
    expect((await shelf.list()).map(({ id }) => id)).toEqual(Array.from({ length: 19 }, (_, k) => `../../id ${23 - k}`))
    expect(await readdir(state)).toEqual(['recoveries'])
  })
})

describe('an upload', () => {
  it('takes parts in their order and no byte more than it was begun with', async () => {
    const shelf = new UploadShelf(join(folder, 'parts'))
    const upload = await shelf.begin('../x.onnx', 10)
    const part = new Uint8Array(4).fill(5)
    await expect(shelf.append(upload, 2_000_000_000, part)).rejects.toMatchObject({ code: 'file.upload' })
    expect(await shelf.append(upload, 0, part)).toBe(4)
    await expect(shelf.append(upload, 0, part)).rejects.toMatchObject({ code: 'file.upload' })
    expect(() => shelf.pathOf(upload)).toThrow('4 of 10 bytes')
    expect(await shelf.append(upload, 4, part)).toBe(8)
    await expect(shelf.append(upload, 8, part)).rejects.toMatchObject({ code: 'file.upload' })
    expect(await shelf.append(upload, 8, part.subarray(0, 2))).toBe(10)
    expect(await readFile(shelf.pathOf(upload))).toHaveLength(10)
    expect(() => shelf.pathOf('upload:../../etc')).toThrow('not here any more')
    await shelf.close()
    expect(await readdir(join(folder, 'parts'))).toEqual([])
  })
})

describe('replacing a file', () => {
  it('takes away what killed programs left beside it, and nothing else', async () => {
    const place = await makeFolder('parts-left')
    const pid = await deadProcess()
    const left = `.a.json.${pid}-0123abcd.part`
    const others = [`.a.json.${process.pid}-0123abcd.part`, `.b.json.${pid}-0123abcd.part`]
    for (const name of [left, ...others]) await writeFile(join(place, name), '')
    await replaceFile(join(place, 'a.json'), Uint8Array.of(1))
    expect((await readdir(place)).sort()).toEqual([...others, 'a.json'].sort())
  })
})
