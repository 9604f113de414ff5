// Handing a file to the core in parts, for files that have no path there; not what is done with it.
import { largestUploadBytes, uploadPartBytes } from '../../../shared/contract/uploadCalls'
import { NetloomError } from '../../../shared/graph/errors'
import { printBytes } from '../../../shared/graph/printNumbers'
import { client } from '../core/client'
import { readBase64 } from './readBase64'

export interface SendOptions {
  readonly signal?: AbortSignal
  /** Told the part that is over there, in [0, 1]. */
  readonly onProgress?: (fraction: number) => void
}

/** Forgets a file that was handed over; a core that is not there has forgotten it already. */
export function discardUpload(upload: string): void {
  client.uploads.discard({ upload }).catch(() => undefined)
}

/**
 * Hands a file over.
 * @returns what stands for it in calls that take a path or an image, until it is discarded
 * @throws NetloomError file.read where it is too large; what the core refuses; the reason of the signal
 */
export async function sendFile(file: Blob, name: string, { signal, onProgress }: SendOptions = {}): Promise<string> {
  if (file.size > largestUploadBytes)
    throw new NetloomError(
      'file.read',
      `"${name}" has ${printBytes(file.size)}; up to ${printBytes(largestUploadBytes)} can be handed over.`,
      { expected: largestUploadBytes, received: file.size, hint: 'Open it by its path instead.' },
    )
  const { upload } = await client.uploads.begin({ name: name.slice(-300), sizeBytes: file.size }, { signal })
  try {
    for (let offset = 0; offset < file.size; offset += uploadPartBytes) {
      const part = file.slice(offset, offset + uploadPartBytes)
      await client.uploads.append({ upload, offset, base64: await readBase64(part) }, { signal })
      onProgress?.(Math.min(1, (offset + part.size) / file.size))
    }
    return upload
  } catch (error) {
    discardUpload(upload)
    throw error
  }
}
