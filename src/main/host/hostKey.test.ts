// The kept key of the host: made once, for its user alone, renewed when asked for or when others could have read it.
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostKeyFile, keepHostKey } from './hostKey'

describe('the key of the host', () => {
  let folder = ''
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'netloom-key-')), 'state')
  })
  afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }))

  const modeOf = async () => (await stat(join(folder, hostKeyFile))).mode & 0o777

  it('is made once and kept for its user alone', async () => {
    const key = await keepHostKey(folder)
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(await keepHostKey(folder)).toBe(key)
    expect(JSON.parse(await readFile(join(folder, hostKeyFile), 'utf8'))).toEqual({ key })
    if (process.platform !== 'win32') expect(await modeOf()).toBe(0o600)
  })

  it('is one for two starts at the same time', async () => {
    await rm(join(folder, hostKeyFile))
    const [first, second] = await Promise.all([keepHostKey(folder), keepHostKey(folder)])
    expect(first).toBe(second)
  })

  it('is renewed where that is asked for', async () => {
    const old = await keepHostKey(folder)
    const renewed = await keepHostKey(folder, { renews: true })
    expect(renewed).not.toBe(old)
    expect(await keepHostKey(folder)).toBe(renewed)
  })

  it.skipIf(process.platform === 'win32')('is renewed where others could have read it', async () => {
    const old = await keepHostKey(folder)
    await chmod(join(folder, hostKeyFile), 0o644)
    expect(await keepHostKey(folder)).not.toBe(old)
    expect(await modeOf()).toBe(0o600)
  })

  it.each(['', 'null', '{"key":"short"}', '{"key":"../../../../../etc/passwd and more than 43 letters"}'])(
    'is made anew from a file that holds %j',
    async (text) => {
      await writeFile(join(folder, hostKeyFile), text)
      expect(await keepHostKey(folder)).toMatch(/^[\w-]{43}$/)
    },
  )
})
