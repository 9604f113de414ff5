// What decoding an image may take, and from which size on it has a process of its own; not enforcing it.
import { decodingBytes, type ImageHeader } from '../../shared/datasets/imageHeader'

/** Pixels up to which an image is decoded where it is asked for: within a few tenths of a second, and 64 MiB. */
export const lightPixels = 2 ** 24
/** Of what is stored in many passes, such as a progressive JPEG, each of which goes over all of it. */
const lightPassedPixels = 2 ** 22
/** A larger file is read by the process that decodes it. */
export const lightFileBytes = 2 ** 25
/** A larger file is refused. */
export const largestFileBytes = 2 ** 29

/** What the process for large images may take. */
export const largestMemoryBytes = 1.5 * 2 ** 30
export const memoryLookMs = 20
/** How long one image may take there. */
export const longestMs = 60_000

/** Whether an image is decoded in the process for large ones. What a header does not say, decoding shows. */
export function isHeavy({ size, hasPasses = false }: ImageHeader): boolean {
  const pixels = hasPasses ? lightPassedPixels : lightPixels
  return size !== undefined && size.width * size.height > pixels
}

/** Bytes that an image takes in the process for large ones, with the bytes of its file. */
export function heavyBytes(header: ImageHeader | undefined, fileBytes: number): number {
  return fileBytes + (header?.size ? decodingBytes(header.size) : 8 * fileBytes)
}
