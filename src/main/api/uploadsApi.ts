// The calls `uploads`, and the bytes of images that calls bring themselves or that were handed over before; not keeping them (files/uploadShelf.ts).
import { NetloomError } from '../../shared/graph/errors'
import { printBytes } from '../../shared/graph/printNumbers'
import type { ImageSource } from '../../shared/contract/call'
import { largestImageBytes } from '../../shared/contract/uploadCalls'
import type { Core } from './core'
import { os } from './implementer'

/** Implements `uploads.*`. */
export function implementUploads(core: Core) {
  return {
    begin: os.uploads.begin.handler(async ({ input }) => ({
      upload: await core.uploads.begin(input.name, input.sizeBytes),
    })),
    append: os.uploads.append.handler(async ({ input }) => ({
      receivedBytes: await core.uploads.append(input.upload, input.offset, Buffer.from(input.base64, 'base64')),
    })),
    discard: os.uploads.discard.handler(({ input }) => core.uploads.discard(input.upload)),
  }
}

/** The file of an image. @throws NetloomError file.upload, file.read, dataset.unreadable where it is too large */
export async function readImageSource(core: Core, image: ImageSource): Promise<Uint8Array> {
  const bytes = typeof image === 'string' ? Buffer.from(image, 'base64') : await core.uploads.read(image.upload)
  if (bytes.length <= largestImageBytes) return bytes
  throw new NetloomError(
    'dataset.unreadable',
    `The image has ${printBytes(bytes.length)}; up to ${printBytes(largestImageBytes)} are taken.`,
    { expected: largestImageBytes, received: bytes.length, hint: 'Save it smaller first.' },
  )
}
