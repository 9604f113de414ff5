// Renders resources/icon.svg into the icons that packages need: PNG of every size, .ico for Windows and .icns for macOS.
// usage: node scripts/icons.mjs
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const resources = join(dirname(dirname(fileURLToPath(import.meta.url))), 'resources')
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const windowsSizes = [16, 24, 32, 48, 64, 128, 256]
/** Kinds of images in an .icns file, with their sizes in pixels; the last four are for screens of double density. */
const appleKinds = {
  icp4: 16,
  icp5: 32,
  ic07: 128,
  ic08: 256,
  ic09: 512,
  ic11: 32,
  ic12: 64,
  ic13: 256,
  ic14: 512,
  ic10: 1024,
}

/** An .ico file of PNG images: a directory of 16 bytes each, then the images. */
function encodeIco(images) {
  const directoryBytes = 6 + 16 * images.length
  const head = Buffer.alloc(directoryBytes)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = directoryBytes
  for (const [index, { size, png }] of images.entries()) {
    const entry = 6 + 16 * index
    // 256 is written as 0.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

/** An .icns file of PNG images: blocks of a kind, a length and an image. */
function encodeIcns(blocks) {
  const block = (kind, bytes) => {
    const head = Buffer.alloc(8)
    head.write(kind, 0, 'ascii')
    head.writeUInt32BE(8 + bytes.length, 4)
    return Buffer.concat([head, bytes])
  }
  return block('icns', Buffer.concat(blocks.map(([kind, png]) => block(kind, png))))
}

const svg = await readFile(join(resources, 'icon.svg'))
const drawn = new Map()
for (const size of sizes) {
  // Drawn at its own density, so that small sizes are not shrunk images of large ones.
  const png = await sharp(svg, { density: (72 * size) / 1024 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toBuffer()
  drawn.set(size, png)
}
await mkdir(join(resources, 'icons'), { recursive: true })
for (const [size, png] of drawn) await writeFile(join(resources, 'icons', `${size}x${size}.png`), png)
const ico = encodeIco(windowsSizes.map((size) => ({ size, png: drawn.get(size) })))
await writeFile(join(resources, 'icon.ico'), ico)
await writeFile(
  join(resources, 'icon.icns'),
  encodeIcns(Object.entries(appleKinds).map(([kind, size]) => [kind, drawn.get(size)])),
)
