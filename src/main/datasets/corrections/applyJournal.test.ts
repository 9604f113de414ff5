import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NotedCorrection } from '../../../shared/datasets/corrections'
import {
  beginJournal,
  journalName,
  moveFile,
  readApplyState,
  runJournal,
  turnJournal,
  type ApplyJournal,
} from './applyJournal'

let root = ''
let folder = ''
const files = ['cat/1.png', 'cat/2.png', 'cat/3.png', 'dog/1.png']
const moves = [
  { from: 'cat/1.png', to: 'dog/1-2.png' },
  { from: 'cat/2.png', to: '../pets-left-out/cat/2.png' },
  { from: 'cat/3.png', to: 'lynx/3.png' },
]
const leftOut: NotedCorrection = { kind: 'leaveOut', files: ['cat/2.png'], at: '2026-01-01T00:00:00.000Z' }
const journal: ApplyJournal = {
  version: 1,
  at: '2026-01-02T00:00:00.000Z',
  way: 'there',
  moves,
  before: [leftOut],
  after: [],
}
let corrections: readonly NotedCorrection[] = [leftOut]
const setCorrections = (entries: readonly NotedCorrection[]): Promise<void> => {
  corrections = entries
  return Promise.resolve()
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'netloom-apply-'))
  folder = join(root, 'pets')
  corrections = [leftOut]
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), file)
  }
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** Every image with its content, wherever it lies. */
async function listImages(): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.png')).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)),
  )
}
const before = {
  'pets/cat/1.png': 'cat/1.png',
  'pets/cat/2.png': 'cat/2.png',
  'pets/cat/3.png': 'cat/3.png',
  'pets/dog/1.png': 'dog/1.png',
}
const after = {
  'pets-left-out/cat/2.png': 'cat/2.png',
  'pets/dog/1-2.png': 'cat/1.png',
  'pets/dog/1.png': 'dog/1.png',
  'pets/lynx/3.png': 'cat/3.png',
}

it('moves, keeps the way back, and goes it', async () => {
  await beginJournal(folder, journal)
  expect(await runJournal(folder, { setCorrections })).toBe(3)
  expect(await listImages()).toEqual(after)
  expect(corrections).toEqual([])
  expect((await readdir(folder)).sort(), 'a folder that is empty now is gone').toEqual([
    'dog',
    'lynx',
    'netloom-applied-2026-01-02T00-00-00-000Z.json',
  ])
  const since: NotedCorrection = { kind: 'leaveOut', files: ['dog/1-2.png'], at: '2026-01-03T00:00:00.000Z' }
  expect(await turnJournal(folder, [since])).toBe(true)
  await runJournal(folder, { setCorrections })
  expect(await listImages()).toEqual(before)
  // What was corrected since names the files as they are called again.
  expect(corrections).toEqual([leftOut, { ...since, files: ['cat/1.png'] }])
  expect((await readdir(folder)).sort()).toEqual(['cat', 'dog'])
})

it.each([0, 1, 2, 3])('loses nothing when it ends after %i files, and is finished or taken back', async (count) => {
  for (const way of ['finish', 'takeBack'] as const) {
    await beginJournal(folder, journal)
    // As a kill leaves it: some files have moved, the journal stands.
    for (const { from, to } of moves.slice(0, count)) await moveFile(join(folder, from), join(folder, to))
    expect((await readApplyState(folder)).begun).toMatchObject({ way: 'there' })
    await expect(beginJournal(folder, journal)).rejects.toThrow('was not finished')
    if (way === 'takeBack') await turnJournal(folder, [])
    await runJournal(folder, { setCorrections })
    expect(await listImages()).toEqual(way === 'finish' ? after : before)
    expect(corrections).toEqual(way === 'finish' ? [] : [leftOut])
    if (way === 'takeBack') continue
    await turnJournal(folder, [])
    await runJournal(folder, { setCorrections })
  }
})

it('finishes a copy to another disk whose old file had not gone yet, and never writes over another file', async () => {
  await beginJournal(folder, journal)
  await mkdir(join(folder, 'lynx'))
  await writeFile(join(folder, 'lynx/3.png'), 'cat/3.png')
  await writeFile(join(folder, 'dog/1-2.png'), 'of somebody else')
  await expect(runJournal(folder, { setCorrections })).rejects.toMatchObject({ code: 'file.exists' })
  expect(await readFile(join(folder, 'dog/1-2.png'), 'utf8')).toBe('of somebody else')
  await rename(join(folder, 'dog/1-2.png'), join(folder, 'dog/7.png'))
  await runJournal(folder, { setCorrections })
  expect(await listImages()).toEqual({ ...after, 'pets/dog/7.png': 'of somebody else' })
})

it('moves nothing out of the folder and the one beside it, whatever a journal says', async () => {
  for (const to of ['../../etc/x', '/etc/x', 'a/../../x', '../other/x', '../a-left-out/../../x']) {
    await writeFile(join(folder, journalName), JSON.stringify({ ...journal, moves: [{ from: 'cat/1.png', to }] }))
    await expect(runJournal(folder, { setCorrections })).rejects.toMatchObject({ code: 'dataset.malformed' })
  }
})
