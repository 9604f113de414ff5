// Bytes of small test images and number files, each with known content.
import { gzipSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { RandomStream } from '../../src/shared/training/randomStream'

export type Colour = readonly [number, number, number]

/** An image of one colour. */
export function plain(width: number, height: number, [r, g, b]: Colour): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
}

/** The PNG bytes of an image of one colour. */
export function plainPng(colour: Colour, extent = 8): Promise<Buffer> {
  return plain(extent, extent, colour).png().toBuffer()
}

/** An image from interleaved values. */
export function fromValues(values: readonly number[], width: number, height: number, channels: 1 | 3 | 4): Sharp {
  return sharp(Uint8Array.from(values), { raw: { width, height, channels } })
}

/** A noisy JPEG whose data is long enough to be cut anywhere. */
export function noisyJpeg(extent = 64): Promise<Buffer> {
  const stream = new RandomStream(1, 'noisy JPEG')
  const values = Uint8Array.from({ length: extent * extent * 3 }, () => stream.below(256))
  return sharp(values, { raw: { width: extent, height: extent, channels: 3 } })
    .jpeg()
    .toBuffer()
}

/** 24-bit BMP of one colour. */
export function plainBmp(extent: number, [r, g, b]: Colour): Uint8Array {
  const rowBytes = Math.ceil((extent * 3) / 4) * 4
  const bytes = new Uint8Array(54 + rowBytes * extent)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(10, 54, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, extent, true)
  view.setInt32(22, extent, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
  for (let y = 0; y < extent; y++) {
    for (let x = 0; x < extent; x++) bytes.set([b, g, r], 54 + y * rowBytes + 3 * x)
  }
  return bytes
}

/** IDX images and labels: image n is `extent` x `extent` pixels of value n % 256, its class is n % classes. */
export function idxFiles(count: number, extent = 2, classes = 10): { images: Uint8Array; labels: Uint8Array } {
  const images = new Uint8Array(16 + count * extent * extent)
  const labels = new Uint8Array(8 + count)
  const imageView = new DataView(images.buffer)
  const values = [0x0803, count, extent, extent]
  for (const [at, value] of values.entries()) imageView.setUint32(4 * at, value)
  const labelView = new DataView(labels.buffer)
  labelView.setUint32(0, 0x0801)
  labelView.setUint32(4, count)
  for (let n = 0; n < count; n++) {
    images.fill(n % 256, 16 + n * extent * extent, 16 + (n + 1) * extent * extent)
    labels[8 + n] = n % classes
  }
  return { images, labels }
}

/** The same, packed. */
export function packedIdxFiles(count: number): { images: Uint8Array; labels: Uint8Array } {
  const { images, labels } = idxFiles(count)
  return { images: gzipSync(images), labels: gzipSync(labels) }
}

/** CIFAR-10 records: record n has class n % 10 and all pixels n % 256. */
export function cifarFile(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 3073)
  for (let n = 0; n < count; n++) {
    bytes.fill(n % 256, n * 3073 + 1, (n + 1) * 3073)
    bytes[n * 3073] = n % 10
  }
  return bytes
}
