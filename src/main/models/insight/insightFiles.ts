// Images and arrays of insight as files, marked so that later ones may replace them; not drawing them.
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { UniqueNames } from '../../../shared/graph/uniqueNames'
import { drawGrid, type ColourImage } from '../../../shared/insight/drawMaps'
import { encodeNpy } from '../../../shared/insight/npy'
import { encodePng } from '../../datasets/thumbnail'
import { FileWriter, writeFailure } from '../../files/durableFile'
import { makeFolders } from '../../files/makeFolders'
import { openRegular } from '../../files/readRegular'
import { requireReplaceable } from '../../files/replacing'
import type { LayerMaps } from './activationReader'

/** What an image says of its maker, in a text chunk behind its header. */
const mark = 'Software\0Netloom insight'
/** Signature and header of a PNG. */
const headerBytes = 33

/** A PNG that says who wrote it. @see PNG, third edition, 11.3.3.2 (tEXt) */
export async function encodeMarkedPng(image: ColourImage): Promise<Uint8Array> {
  const png = await encodePng(image.pixels, image)
  const text = Buffer.from(`tEXt${mark}`, 'latin1')
  const chunk = Buffer.alloc(text.length + 8)
  chunk.writeUInt32BE(text.length - 4, 0)
  chunk.set(text, 4)
  chunk.writeUInt32BE(crc32(text), 4 + text.length)
  return Buffer.concat([png.subarray(0, headerBytes), chunk, png.subarray(headerBytes)])
}

/** Whether a file is an image that was written here. */
async function isMarked(path: string): Promise<boolean> {
  const file = await openRegular(path).catch(() => undefined)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes + 8 + mark.length), 0)
    return buffer.subarray(0, bytesRead).includes(mark, 0, 'latin1')
  } finally {
    await file.close()
  }
}

/** @throws NetloomError file.exists for a file that was not written here; file.write */
export async function writeImage(path: string, image: ColourImage, force = false): Promise<void> {
  await requireReplaceable([path], { force, isOwn: isMarked, writer: 'this command' })
  await new FileWriter().writeWhole(path, [await encodeMarkedPng(image)])
}

/** A layer's name as the name of a file. */
function fileNameOf(id: string): string {
  return id.replaceAll(/[^\w.-]+/g, '_').replaceAll(/^[_.]+|_+$/g, '') || 'layer'
}

/**
 * Writes each layer's maps as `LAYER.npy`, [C, H, W], and as tiles in `LAYER.png`.
 * @param folder made where it is missing
 * @returns the paths
 * @throws NetloomError file.exists for files that were not written here; file.write
 */
export async function writeMaps(
  folder: string,
  layers: readonly LayerMaps[],
  force = false,
): Promise<readonly string[]> {
  const names = new UniqueNames([], '-')
  const files = layers.map((layer) => ({ layer, stem: join(folder, names.take(fileNameOf(layer.place.id))) }))
  const paths = files.flatMap(({ stem }) => [`${stem}.npy`, `${stem}.png`])
  await requireReplaceable(paths, {
    force,
    // An array says nothing of who wrote it: it is what its image is.
    isOwn: (path) => isMarked(path.replace(/\.npy$/, '.png')),
    writer: 'this command',
  })
  await makeFolders(folder).catch((cause: unknown) => {
    throw writeFailure(folder, cause)
  })
  const writer = new FileWriter()
  for (const { layer, stem } of files) {
    await writer.writeWhole(`${stem}.npy`, encodeNpy(layer.values, layer.shape))
    await writer.writeWhole(`${stem}.png`, [await encodeMarkedPng(drawGrid(layer.values, layer.shape))])
  }
  return paths
}
