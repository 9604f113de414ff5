// What is remembered between two starts: places, concurrent changes, damaged files.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findStateFolder, StateFile } from './stateFolder'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-state-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const numbers = () => new StateFile(join(folder, 'deep', 'er'), 'numbers.json', z.array(z.number()), [])

describe('findStateFolder', () => {
  it('prefers NETLOOM_STATE to the place of the platform', () => {
    expect(findStateFolder({ NETLOOM_STATE: '/elsewhere' })).toBe('/elsewhere')
  })

  it.runIf(process.platform === 'linux')('follows XDG_STATE_HOME on Linux', () => {
    expect(findStateFolder({ XDG_STATE_HOME: '/x' })).toBe(join('/x', 'netloom'))
    expect(findStateFolder({})).toMatch(/\.local\/state\/netloom$/)
  })
})

describe('StateFile', () => {
  it('is empty at first, and loses no change of many at once', async () => {
    const file = numbers()
    expect(await file.read()).toEqual([])
    await Promise.all(Array.from({ length: 20 }, (_, index) => file.update((all) => [...all, index])))
    expect(await numbers().read()).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('begins anew where the file is damaged', async () => {
    const path = join(folder, 'deep', 'er', 'numbers.json')
    await writeFile(path, '[1, 2')
    expect(await numbers().read()).toEqual([])
    await writeFile(path, '["one"]')
    expect(await numbers().update((all) => [...all, 5])).toEqual([5])
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([5])
  })
})
