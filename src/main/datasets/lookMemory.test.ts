import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LookMemory } from './lookMemory'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-looks-'))
})
afterAll(() => rm(folder, { recursive: true }))

const file = { path: '/images/a.png', sizeBytes: 100, changedMs: 12.5 }
const look = { digest: 'd', width: 3, height: 2, channels: 1, print: Uint8Array.of(1, 2, 255) } as const

describe('what was seen of files', () => {
  it('is remembered while size and time are the same', async () => {
    const first = await LookMemory.open('set', 1000, folder)
    expect(first.find(file)).toBeUndefined()
    first.keep(file, look)
    first.keep({ ...file, path: '__proto__' }, { reason: 'cut off' })
    await first.save()
    const second = await LookMemory.open('set', 1000, folder)
    const found = second.find(file)
    expect({ ...found, print: [...(found && 'print' in found ? found.print : [])] }).toEqual({
      ...look,
      print: [1, 2, 255],
    })
    expect(second.find({ ...file, path: '__proto__' })).toEqual({ reason: 'cut off' })
    expect(second.find({ ...file, changedMs: 13 })).toBeUndefined()
    expect(second.find({ ...file, sizeBytes: 101 })).toBeUndefined()
    expect((await LookMemory.open('other set', 1000, folder)).find(file)).toBeUndefined()
  })

  it('is kept of a few datasets, begins anew where it is damaged, and not kept of small ones', async () => {
    for (let n = 0; n < 10; n++) {
      const memory = await LookMemory.open(`set ${n}`, 1000, folder)
      memory.keep(file, look)
      await memory.save()
    }
    const names = await readdir(folder)
    expect(names).toHaveLength(8)
    for (const name of names) await writeFile(join(folder, name), '{')
    expect((await LookMemory.open('set 9', 1000, folder)).find(file)).toBeUndefined()
    const small = await LookMemory.open('small', 10, folder)
    small.keep(file, look)
    await small.save()
    expect(await readdir(folder)).toHaveLength(8)
  })
})
