// Large images in a process of their own: ended by a signal, by time, by memory, and replaced; the host stays small.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { ApartDecoder } from '../../src/main/datasets/apartDecoder'
import { decodeImageBytes, decodeImageFile } from '../../src/main/datasets/decodeImage'
import { plain } from './imageFiles'

const folder = mkdtempSync(join(tmpdir(), 'netloom-apart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let scripts = 0
/** A decoder of the test's own: `answer(command)` says or does something for each image. */
function makeDecoder(answer: string, patienceMs = 20_000): ApartDecoder {
  const script = join(folder, `decoder-${scripts++}.mjs`)
  writeFileSync(
    script,
    `const pixels = (job) => process.send({ kind: 'pixels', job, pixels: Uint8Array.of(job) })
     process.on('disconnect', () => process.exit())
     process.on('message', ({ job, source }) => { ${answer} })`,
  )
  return new ApartDecoder({ script, patienceMs, idleMs: 50 })
}

const asked = { bytes: 1 }

describe('large images', () => {
  it('spoil no other when their process ends: each is tried again alone', async () => {
    const decoder = makeDecoder(`
      if (source === 'bad') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
      else setTimeout(() => pixels(job), 100)`)
    const answers = await Promise.allSettled(
      ['good', 'bad', 'good', 'bad'].map((source) => decoder.run({ ...asked, source })),
    )
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(answers[1]).toMatchObject({
      reason: { code: 'dataset.unreadable', message: 'the process that decodes it was ended by SIGKILL' },
    })
  })

  it('are given up after their time, and for their memory, with the reason', async () => {
    const slow = makeDecoder(`if (source !== 'slow') pixels(job)`, 300)
    await expect(slow.run({ ...asked, source: 'slow' })).rejects.toThrow('decoding it takes more than 0.3 s')
    expect(await slow.run({ ...asked, source: 'next' })).toMatchObject({ kind: 'pixels' })
    const full = makeDecoder(`process.send({ kind: 'full' }, () => process.kill(process.pid, 'SIGKILL'))`)
    await expect(full.run({ ...asked, source: 'full' })).rejects.toThrow(
      'decoding it takes more than 1536 MiB of memory',
    )
  })

  it('are let go at once when a signal says so, and with them their process', async () => {
    const decoder = makeDecoder(`if (source === 'quick') pixels(process.pid % 256)`)
    const stop = new AbortController()
    const held = decoder.run({ ...asked, source: 'held' }, stop.signal)
    const other = decoder.run({ ...asked, source: 'other' }, AbortSignal.timeout(3000))
    setTimeout(() => stop.abort(new Error('not wanted')), 200)
    const from = performance.now()
    await expect(held).rejects.toThrow('not wanted')
    expect(performance.now() - from).toBeLessThan(1000)
    await expect(other).rejects.toThrow()
  })
})

const isBuilt = existsSync(fileURLToPath(new URL('../../out/main/decoder.js', import.meta.url)))

describe.skipIf(!isBuilt)('the process for large images', () => {
  it('gives the pixels that decoding here gives', async () => {
    const large = await plain(4200, 4200, [200, 30, 60]).png().toBuffer()
    const format = { channels: 3, height: 2, width: 2, resize: 'stretch' } as const
    const before = process.memoryUsage.rss()
    const expected = [200, 200, 200, 200, 30, 30, 30, 30, 60, 60, 60, 60]
    expect([...(await decodeImageBytes(large, format))]).toEqual(expected)
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6)
    const passes = await plain(2100, 2100, [200, 30, 60]).jpeg({ progressive: true, quality: 100 }).toBuffer()
    expect((await sharp(passes).metadata()).isProgressive).toBe(true)
    const pixels = await decodeImageBytes(passes, format)
    expect([...pixels].every((value, at) => Math.abs(value - (expected[at] ?? 0)) < 4)).toBe(true)
  })

  it('refuses a damaged one with the reason, and reads a large file itself', async () => {
    const large = await plain(4200, 4200, [200, 30, 60]).png({ compressionLevel: 0 }).toBuffer()
    const format = { channels: 1, height: 1, width: 1, resize: 'stretch' } as const
    const [whole, cut] = [join(folder, 'whole.png'), join(folder, 'cut.png')]
    writeFileSync(whole, large)
    writeFileSync(cut, large.subarray(0, 40_000_000))
    expect([...(await decodeImageFile(whole, format))]).toEqual([84])
    await expect(decodeImageFile(cut, format)).rejects.toThrow('the PNG data is damaged or cut off')
  })
})
