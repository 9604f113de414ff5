// A file's bytes as base64, as the contract carries images.
import { NetloomError } from '../../../shared/graph/errors'

/** Larger images would not pass the connection to the core, and no network sees that many pixels. */
const largestBytes = 30_000_000

/** @throws NetloomError `dataset.unreadable` for files that are too large or cannot be read */
export function readBase64(file: Blob): Promise<string> {
  if (file.size > largestBytes) {
    const message = `The image has ${Math.round(file.size / 1e6)} MB; up to ${largestBytes / 1e6} MB are taken.`
    return Promise.reject(new NetloomError('dataset.unreadable', message, { hint: 'Save it smaller first.' }))
  }
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      const { result } = reader
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : '')
    })
    reader.addEventListener('error', () =>
      reject(new NetloomError('dataset.unreadable', 'The image cannot be read.', { cause: reader.error })),
    )
    reader.readAsDataURL(file)
  })
}
