// Tests of the choice between sharp's builds; the native one is tested wherever an image is decoded.
import { describe, expect, it } from 'vitest'
import { importSharp, needsPortableSharp } from './sharpLibrary'

describe('needsPortableSharp', () => {
  it('takes the portable build on Linux inside Electron only', () => {
    expect(needsPortableSharp('linux', { electron: '45.4.1' })).toBe(true)
    expect(needsPortableSharp('linux', {})).toBe(false)
    expect(needsPortableSharp('darwin', { electron: '45.4.1' })).toBe(false)
    expect(needsPortableSharp('win32', { electron: '45.4.1' })).toBe(false)
    expect(needsPortableSharp(process.platform, process.versions)).toBe(false)
  })
})

describe('importSharp', () => {
  it('decodes and resizes with the portable build', async () => {
    const sharp = await importSharp(true)
    expect(sharp.versions).toHaveProperty('emscripten')
    // Left half black, right half white: an image whose halves are known after any resize.
    const raw = Buffer.alloc(8 * 4, 0)
    for (let row = 0; row < 4; row += 1) raw.fill(255, row * 8 + 4, row * 8 + 8)
    const png = await sharp(raw, { raw: { width: 8, height: 4, channels: 1 } })
      .png()
      .toBuffer()
    const { data, info } = await sharp(png)
      .resize(4, 2, { kernel: 'nearest' })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 4, height: 2, channels: 1 })
    expect([...data]).toEqual([0, 0, 255, 255, 0, 0, 255, 255])
  })
})
