// Short names for temporary files beside files of long names.
import { createHash } from 'node:crypto'

/** Bytes that a name of a temporary file may take, so that what is added to it fits into the 255 of most file systems. */
const longestName = 180

/** A name, or where it is long a short one that stands for it. */
export function shortName(name: string): string {
  return Buffer.byteLength(name) <= longestName ? name : createHash('sha256').update(name).digest('hex').slice(0, 16)
}
