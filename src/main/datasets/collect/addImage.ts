// Keeping one image in the folder of a class: looked at whole, its bytes as they are, under a number of its own.
import { readImageHeader, type ImageKind } from '../../../shared/datasets/imageHeader'
import { NetloomError } from '../../../shared/graph/errors'
import { readFailure } from '../../files/fileErrors'
import { FileWriter } from '../../files/durableFile'
import { decodeImageBytes } from '../decodeImage'
import { imageNumbers } from './imageNumbers'

const extensions: Readonly<Record<ImageKind, string>> = {
  JPEG: 'jpg',
  PNG: 'png',
  BMP: 'bmp',
  WebP: 'webp',
  GIF: 'gif',
  TIFF: 'tif',
  PNM: 'pnm',
}

/** Decoding to this size shows damage anywhere in an image. */
const lookedAt = { channels: 3, height: 32, width: 32, resize: 'stretch' } as const

/** @throws NetloomError dataset.unreadable, naming the file as the person knows it */
async function findExtension(bytes: Uint8Array, name: string): Promise<string> {
  try {
    const { kind } = readImageHeader(bytes)
    await decodeImageBytes(bytes, lookedAt)
    return extensions[kind]
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'dataset.unreadable') throw error
    throw new NetloomError('dataset.unreadable', `"${name}": ${error.message}.`, { path: name, cause: error })
  }
}

/**
 * Keeps an image.
 * @param folder of the class, which is there
 * @param name of the file that it comes from, for messages
 * @returns its name in the folder
 * @throws NetloomError dataset.unreadable, file.write
 */
export async function addImage(
  folder: string,
  name: string,
  bytes: Uint8Array,
  writer = new FileWriter(),
): Promise<string> {
  const extension = await findExtension(bytes, name)
  return imageNumbers
    .use(folder, extension, (path) => writer.writeNew(path, [bytes]))
    .catch((cause: unknown) => {
      // The folder went, or may not be looked into.
      throw cause instanceof NetloomError ? cause : readFailure(folder, cause)
    })
}
