import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../src/main/datasets/decodeImage'
import type { ImageFormat } from '../../src/shared/datasets/dataset'
import { ImageResizer } from '../../src/shared/datasets/resize'
import { fromValues, noisyJpeg, plain, plainBmp, plainPng } from './imageFiles'
import { TemporaryFolder } from './temporaryFolder'

const folder = new TemporaryFolder()
const colour8: ImageFormat = { channels: 3, height: 8, width: 8, resize: 'stretch' }
const grey8: ImageFormat = { ...colour8, channels: 1 }

/** The one value of each plane of an image of one colour. */
function planesOf(pixels: Uint8Array, channels: number): number[][] {
  const plane = pixels.length / channels
  return Array.from({ length: channels }, (_, c) => [...new Set(pixels.subarray(c * plane, (c + 1) * plane))])
}

async function decode(name: string, bytes: Uint8Array | string, format: ImageFormat = colour8): Promise<Uint8Array> {
  return decodeImage(folder.write(name, bytes), format)
}

describe('decoding image files', () => {
  it('gives planes of red, green and blue from PNG, BMP, GIF, TIFF and lossless WebP', async () => {
    const red = [200, 30, 60] as const
    const files = {
      'a.png': await plainPng(red),
      'a.bmp': plainBmp(8, red),
      'a.gif': await plain(8, 8, red).gif().toBuffer(),
      'a.TIFF': await plain(8, 8, red).tiff({ compression: 'lzw' }).toBuffer(),
      'a.webp': await plain(8, 8, red).webp({ lossless: true }).toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      expect({ name, planes: planesOf(await decode(name, bytes), 3) }).toEqual({ name, planes: [[200], [30], [60]] })
    }
  })

  it('reads Netpbm images', async () => {
    const ppm = Buffer.concat([
      Buffer.from('P6\n8 8\n255\n'),
      Buffer.from(Array.from({ length: 64 }, () => [200, 30, 60]).flat()),
    ])
    expect(planesOf(await decode('a.ppm', ppm), 3)).toEqual([[200], [30], [60]])
    const pgm = Buffer.concat([Buffer.from('P5\n4 4\n255\n'), Buffer.from(Array.from({ length: 16 }, () => 77))])
    expect(planesOf(await decode('a.pgm', pgm), 3)).toEqual([[77], [77], [77]])
  })

  it('shows inks without a profile as viewers do: R = (1 - C)(1 - K)', async () => {
    const inks = plain(16, 16, [200, 30, 60]).toColourspace('cmyk')
    for (const [name, image] of [
      ['inks.jpg', inks.clone().jpeg({ quality: 100 })],
      ['inks.tif', inks.clone().tiff()],
    ] as const) {
      const bytes = await image.toBuffer()
      const stored = await sharp(bytes).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer()
      const [c = 0, m = 0, y = 0, k = 0] = stored
      const expected = [c, m, y].map((ink) => [Math.round(((255 - ink) * (255 - k)) / 255)])
      expect({ name, planes: planesOf(await decode(name, bytes), 3) }).toEqual({ name, planes: expected })
      expect(m).toBeGreaterThan(200)
    }
  })

  it('decodes JPEG to within its quality', async () => {
    const pixels = await decode('a.jpg', await plain(8, 8, [200, 30, 60]).jpeg({ quality: 100 }).toBuffer())
    for (const [c, value] of [200, 30, 60].entries()) expect(Math.abs((pixels[64 * c] ?? 0) - value)).toBeLessThan(4)
  })

  it('keeps every pixel where the size is right already', async () => {
    const values = Array.from({ length: 192 }, (_, i) => (i * 37) % 256)
    const pixels = await decode('exact.png', await fromValues(values, 8, 8, 3).png().toBuffer())
    const expected = [0, 1, 2].flatMap((c) => values.filter((_, i) => i % 3 === c))
    expect([...pixels]).toEqual(expected)
  })

  it('makes grey by luma, and colour of grey by copying', async () => {
    // 0.299 * 200 + 0.587 * 30 + 0.114 * 60 = 84.25
    expect(planesOf(await decode('g.png', await plainPng([200, 30, 60]), grey8), 1)).toEqual([[84]])
    const grey = await fromValues(
      Array.from({ length: 64 }, () => 77),
      8,
      8,
      1,
    )
      .toColourspace('b-w')
      .png()
      .toBuffer()
    expect((await sharp(grey).metadata()).channels).toBe(1)
    expect(planesOf(await decode('h.png', grey), 3)).toEqual([[77], [77], [77]])
    expect(planesOf(await decode('h.png', grey, grey8), 1)).toEqual([[77]])
  })

  it('scales 16 bits to 8', async () => {
    const raw = { width: 8, height: 8, channels: 1 } as const
    const grey16 = sharp(new Uint16Array(64).fill(0x80ff), { raw }).toColourspace('grey16')
    const png = await grey16.clone().png().toBuffer()
    expect((await sharp(png).metadata()).depth).toBe('ushort')
    expect(planesOf(await decode('16.png', png, grey8), 1)).toEqual([[0x80]])
    expect(planesOf(await decode('16.tif', await grey16.clone().tiff().toBuffer(), grey8), 1)).toEqual([[0x80]])
  })

  it('lays transparency on white', async () => {
    const half = Array.from({ length: 64 }, () => [0, 0, 0, 51]).flat()
    // Black at 20%: 255 * 0.8 = 204.
    expect(planesOf(await decode('t.png', await fromValues(half, 8, 8, 4).png().toBuffer(), grey8), 1)).toEqual([[204]])
    const clear = Array.from({ length: 64 }, () => [10, 20, 30, 0]).flat()
    expect(planesOf(await decode('u.png', await fromValues(clear, 8, 8, 4).png().toBuffer(), grey8), 1)).toEqual([
      [255],
    ])
  })

  it('turns as EXIF says, before resizing', async () => {
    // Left half black, right half white, to be shown turned by 90 degrees clockwise: black on top.
    const values = Array.from({ length: 128 }, (_, i) => (i % 16 < 8 ? 0 : 255))
    const bytes = await fromValues(values, 16, 8, 1).withMetadata({ orientation: 6 }).png().toBuffer()
    const pixels = await decode('exif.png', bytes, { channels: 1, height: 16, width: 8, resize: 'stretch' })
    expect([...new Set(pixels.subarray(0, 64))]).toEqual([0])
    expect([...new Set(pixels.subarray(64))]).toEqual([255])
  })

  it('decodes CMYK', async () => {
    const bytes = await plain(8, 8, [250, 250, 250]).toColourspace('cmyk').jpeg().toBuffer()
    expect((await sharp(bytes).metadata()).space).toBe('cmyk')
    const pixels = await decode('cmyk.jpg', bytes)
    expect(pixels).toHaveLength(192)
    expect(Math.min(...pixels)).toBeGreaterThan(235)
  })

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(192, 10), Buffer.alloc(192, 200)])
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer()
    expect((await sharp(gif).metadata()).pages).toBe(2)
    expect(planesOf(await decode('animated.gif', gif, grey8), 1)).toEqual([[10]])
  })

  it('crops the centre or puts black around', async () => {
    // Four columns: 1, 2, 3, 4, two rows.
    const bytes = await fromValues([10, 20, 30, 40, 10, 20, 30, 40], 4, 2, 1).png().toBuffer()
    const crop = await decode('wide.png', bytes, { channels: 1, height: 2, width: 2, resize: 'crop' })
    expect([...crop]).toEqual([20, 30, 20, 30])
    const box = await decode('wide.png', bytes, { channels: 1, height: 4, width: 4, resize: 'letterbox' })
    expect([...box]).toEqual([0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0])
  })

  it.each(['stretch', 'crop', 'letterbox'] as const)('resizes files as raw arrays are resized: %s', async (resize) => {
    const values = Array.from({ length: 40 * 24 }, (_, i) => {
      const [x, y] = [i % 40, Math.floor(i / 40)]
      return Math.round(127 + 120 * Math.sin(x / 5) * Math.cos(y / 4))
    })
    const format = { channels: 1, height: 16, width: 16, resize } as const
    const file = await decode('smooth.png', await fromValues(values, 40, 24, 1).png().toBuffer(), format)
    const raw = new ImageResizer({ channels: 1, height: 24, width: 40 }, format).resize(Uint8Array.from(values))
    const differences = file.map((value, i) => Math.abs(value - (raw[i] ?? 0)))
    // libvips rounds the cut to whole pixels, a third of a pixel here, and the steepest slope is 24 a pixel.
    expect(Math.max(...differences)).toBeLessThanOrEqual(24)
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(
      resize === 'crop' ? 8 : 2,
    )
  })

  it('goes by the bytes, not by the name', async () => {
    expect(planesOf(await decode('really-a-bmp.jpg', plainBmp(8, [1, 2, 3])), 3)).toEqual([[1], [2], [3]])
  })

  it('reads names of any kind', async () => {
    const png = await plainPng([9, 9, 9])
    for (const name of [
      'sp ace.png',
      'ünï-日本.png',
      'a[page=3].png',
      '-rf.png',
      'qu\'o"te.png',
      'new\nline.png',
      '%20.png',
    ]) {
      expect(planesOf(await decode(name, png, grey8), 1)).toEqual([[9]])
    }
  })

  it('tolerates stray bytes between JPEG segments', async () => {
    const jpeg = await plain(8, 8, [100, 100, 100]).jpeg().toBuffer()
    // After the start marker and the first segment, whose length follows its marker.
    const end = 4 + jpeg.readUInt16BE(4)
    const stray = Buffer.concat([jpeg.subarray(0, end), Buffer.of(1, 2, 3), jpeg.subarray(end)])
    expect(await decode('stray.jpg', stray)).toHaveLength(192)
  })
})

describe('images that cannot be decoded', () => {
  async function reasonOf(name: string, bytes: Uint8Array | string): Promise<string> {
    return decode(name, bytes).then(
      () => 'decoded',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
  }

  it('are named with the reason', async () => {
    expect(await reasonOf('empty.png', '')).toBe(`Image "${folder.path('empty.png')}": the file is empty.`)
    expect(await reasonOf('text.png', 'hello')).toContain('is no JPEG, PNG, BMP, WebP, GIF, TIFF or PNM image')
    await expect(decodeImage(folder.path('none.png'), colour8)).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringContaining('none.png": does not exist.'),
    })
    await expect(decodeImage(folder.folder('folder.png'), colour8)).rejects.toThrow('is a folder')
  })

  it('include vector images under a false name', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>'
    expect(await reasonOf('vector.png', svg)).toContain('is no JPEG')
  })

  it('include every format cut off in the middle', async () => {
    const jpeg = await noisyJpeg()
    const files = {
      'cut.jpg': jpeg,
      'cut.png': await sharp(jpeg).png().toBuffer(),
      'cut.webp': await sharp(jpeg).webp().toBuffer(),
      'cut.gif': await sharp(jpeg).gif().toBuffer(),
      'cut.tif': await sharp(jpeg).tiff({ compression: 'none' }).toBuffer(),
      'cut.bmp': plainBmp(64, [1, 2, 3]),
    }
    for (const [name, bytes] of Object.entries(files)) {
      expect(await reasonOf(name, bytes.subarray(0, bytes.length * 0.6))).toMatch(/damaged or cut off|is cut off/)
    }
    expect(await reasonOf('end.jpg', jpeg.subarray(0, jpeg.length - 2))).toContain('premature end of JPEG')
  })

  it('include a JPEG with damaged data', async () => {
    const jpeg = await noisyJpeg()
    for (let i = 800; i < 900; i++) jpeg[i] = (i * 7) % 256
    expect(await reasonOf('damaged.jpg', jpeg)).toContain('the JPEG data is damaged or cut off (Corrupt JPEG data')
  })

  it('are told apart in the same way whatever else is decoded at the same time', async () => {
    const whole = await noisyJpeg()
    const damaged = Buffer.from(whole)
    for (let i = 800; i < 900; i++) damaged[i] = (i * 7) % 256
    const end = 4 + whole.readUInt16BE(4)
    const stray = Buffer.concat([whole.subarray(0, end), Buffer.of(1, 2, 3), whole.subarray(end)])
    const kinds = { whole, damaged, stray, cut: whole.subarray(0, 900) }
    const names = Array.from(
      { length: 80 },
      (_, i) => (['whole', 'damaged', 'stray', 'cut'] as const)[i % 4] ?? 'whole',
    )
    const reasons = await Promise.all(names.map((name) => reasonOf(`${name}.jpg`, kinds[name])))
    const seen = new Set(names.map((name, i) => `${name}: ${reasons[i]?.replace(/^Image "[^"]*": /, '')}`))
    expect([...seen].toSorted()).toEqual([
      'cut: the JPEG data is damaged or cut off (premature end of JPEG image).',
      'damaged: the JPEG data is damaged or cut off (Corrupt JPEG data: premature end of data segment).',
      'stray: decoded',
      'whole: decoded',
    ])
  })

  it('include a header that states a huge image', async () => {
    const png = await plainPng([1, 2, 3])
    png.writeUInt32BE(60_000, 16)
    png.writeUInt32BE(60_000, 20)
    expect(await reasonOf('bomb.png', png)).toContain('its header states 60000 x 60000 pixels, more than')
    png.writeUInt32BE(70_000_000, 16)
    png.writeUInt32BE(2, 20)
    expect(await reasonOf('row.png', png)).toContain('70000000 x 2 pixels, and a side may have 65535 at most')
    const bmp = plainBmp(8, [1, 2, 3])
    new DataView(bmp.buffer).setInt32(18, 100_000, true)
    new DataView(bmp.buffer).setInt32(22, 100_000, true)
    expect(await reasonOf('bomb.bmp', bmp)).toContain('its header states 100000 x 100000 pixels')
  })

  it('include pixels without a fixed range', async () => {
    const floats = await sharp(new Float32Array(64), { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('b-w')
      .tiff()
      .toBuffer()
    const header = await sharp(floats).metadata()
    if (header.depth === 'float') expect(await reasonOf('float.tif', floats)).toContain('its pixels are of type float')
  })
})
