// The bytes of a file, or of a part of one, as base64, as the contract carries them.
import { NetloomError } from '../../../shared/graph/errors'

/** @throws NetloomError `file.read` for what cannot be read */
export function readBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      const { result } = reader
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : '')
    })
    reader.addEventListener('error', () =>
      reject(new NetloomError('file.read', 'The file cannot be read.', { cause: reader.error })),
    )
    reader.readAsDataURL(file)
  })
}
