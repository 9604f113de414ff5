// Images of files and uploads as arrays in the form a network wants: small ones here, large ones in a process that can be ended; not lists of files.
import { createHash } from 'node:crypto'
import type { ImageFormat } from '../../shared/datasets/dataset'
import type { ImageHeader } from '../../shared/datasets/imageHeader'
import { internalError, NetloomError } from '../../shared/graph/errors'
import { describeFileError } from '../files/fileErrors'
import { measureRegular, readMeasured, readRegular } from '../files/readRegular'
import { ApartDecoder, type HeavyJob } from './apartDecoder'
import { heavyBytes, isHeavy, largestFileBytes, lightFileBytes, lightPixels } from './decoderLimits'
import { checkedHeader, decodePixels, inspectPixels, TooManyPixels, type SeenImage } from './decodePixels'

export { inspectHeader, type InspectedImage } from './decodePixels'

/** The process for large images, one for all. */
const apart = new ApartDecoder()

async function decodeApart(job: HeavyJob, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const answer = await apart.run(job, signal)
  if (answer.kind !== 'pixels') throw internalError('pixels were asked for')
  return answer.pixels
}

async function inspectApart(job: HeavyJob, signal: AbortSignal | undefined): Promise<SeenFile> {
  const answer = await apart.run(job, signal)
  if (answer.kind !== 'seen') throw internalError('a look was asked for')
  return answer.seen
}

/** Does small work here, and large work in the process for it. */
async function atItsPlace<T>(
  bytes: Uint8Array,
  here: (header: ImageHeader) => Promise<T>,
  there: (job: HeavyJob) => Promise<T>,
): Promise<T> {
  const header = checkedHeader(bytes)
  const goThere = (): Promise<T> => there({ source: bytes, bytes: heavyBytes(header, bytes.length) })
  if (bytes.length > lightFileBytes || isHeavy(header)) return goThere()
  try {
    return await here(header)
  } catch (error) {
    if (error instanceof TooManyPixels) return goThere()
    throw error
  }
}

/**
 * Decodes the bytes of one image: JPEG, PNG, BMP, WebP, GIF, TIFF and PNM; of several frames or pages the first.
 * Turned as its EXIF orientation says, colours converted to sRGB, 16 bits scaled to 8, transparency laid on white.
 * `crop` takes the centre; `letterbox` puts black around.
 * @returns [C, H, W] of the format
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone, without a file name. The reason of the signal
 */
export function decodeImageBytes(bytes: Uint8Array, format: ImageFormat, signal?: AbortSignal): Promise<Uint8Array> {
  return atItsPlace(
    bytes,
    () => decodePixels(bytes, format, lightPixels),
    (job) => decodeApart({ ...job, format }, signal),
  )
}

/** What a whole file showed. */
export interface SeenFile extends SeenImage {
  /** Of its bytes: SHA-1, base64. */
  readonly digest: string
}

/**
 * Reads all of an image file, so that damage anywhere in it shows.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone. The reason of the signal
 */
export async function inspectImageFile(file: string, signal?: AbortSignal): Promise<SeenFile> {
  const bytes = await readOrLeave(file)
  if (!(bytes instanceof Uint8Array)) return inspectApart(bytes, signal)
  return atItsPlace(
    bytes,
    async () => ({
      digest: createHash('sha1').update(bytes).digest('base64'),
      ...(await inspectPixels(bytes, lightPixels)),
    }),
    (there) => inspectApart(there, signal),
  )
}

/** The bytes of a file; of a large one, the work for the process that reads it too. */
async function readOrLeave(file: string): Promise<Uint8Array | HeavyJob> {
  try {
    const size = await measureRegular(file, largestFileBytes)
    return size > lightFileBytes ? { source: file, bytes: heavyBytes(undefined, size) } : await readMeasured(file)
  } catch (error) {
    throw unreadFile(error)
  }
}

function unreadFile(cause: unknown): NetloomError {
  return new NetloomError('dataset.unreadable', describeFileError(cause), { cause })
}

/**
 * Reads the bytes of an image file.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export async function readImageFile(file: string): Promise<Uint8Array> {
  try {
    return await readRegular(file, largestFileBytes)
  } catch (error) {
    throw unreadFile(error)
  }
}

/**
 * Decodes one image file, as `decodeImageBytes` does.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone, without a file name. The reason of the signal
 */
export async function decodeImageFile(file: string, format: ImageFormat, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = await readOrLeave(file)
  if (bytes instanceof Uint8Array) return decodeImageBytes(bytes, format, signal)
  return decodeApart({ ...bytes, format }, signal)
}

/**
 * Decodes one image file, as `decodeImageBytes` does.
 * @returns [C, H, W] of the format
 * @throws NetloomError `dataset.unreadable` naming the file and the reason; the reason of the signal
 */
export async function decodeImage(file: string, format: ImageFormat, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await decodeImageFile(file, format, signal)
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    throw new NetloomError('dataset.unreadable', `Image "${file}": ${error.message}.`, { path: file, cause: error })
  }
}
