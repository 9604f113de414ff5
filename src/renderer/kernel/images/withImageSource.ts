// How an image file gets to the core: a small one within the call, a larger one handed over before it and forgotten after it.
import type { ImageSource } from '../../../shared/contract/call'
import { largestImageBytes, uploadPartBytes } from '../../../shared/contract/uploadCalls'
import { NetloomError } from '../../../shared/graph/errors'
import { printBytes } from '../../../shared/graph/printNumbers'
import { readBase64 } from '../files/readBase64'
import { discardUpload, sendFile, type SendOptions } from '../files/sendFile'

/**
 * Makes a call with an image.
 * @throws NetloomError dataset.unreadable where the file is too large; what handing over and the call find
 */
export async function withImageSource<T>(
  file: Blob,
  name: string,
  work: (source: ImageSource) => Promise<T>,
  options: SendOptions = {},
): Promise<T> {
  if (file.size > largestImageBytes)
    throw new NetloomError(
      'dataset.unreadable',
      `"${name}" has ${printBytes(file.size)}; images of up to ${printBytes(largestImageBytes)} are taken.`,
      { expected: largestImageBytes, received: file.size, hint: 'Save it smaller first.' },
    )
  if (file.size <= uploadPartBytes) return work(await readBase64(file))
  const upload = await sendFile(file, name, options)
  try {
    return await work({ upload })
  } finally {
    discardUpload(upload)
  }
}
