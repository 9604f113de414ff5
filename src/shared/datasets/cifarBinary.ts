// The binary versions of CIFAR-10 and CIFAR-100 as typed arrays: bytes in, arrays out; not finding the files.
import { NetloomError } from '../graph/errors'

export type CifarKind = 'cifar10' | 'cifar100'

export interface CifarImages {
  readonly count: number
  /** Class of each image: [N]; for CIFAR-100 the fine class. */
  readonly labels: Int32Array
  /** Red, green and blue planes: [N, 3, 32, 32], 0 ... 255. */
  readonly pixels: Uint8Array
}

/** Height and width of every CIFAR image, in pixels. */
export const cifarExtent = 32

const pixelBytes = 3 * cifarExtent * cifarExtent
const layouts = {
  cifar10: { title: 'CIFAR-10', labelBytes: 1, labelAt: 0, classes: 10 },
  cifar100: { title: 'CIFAR-100', labelBytes: 2, labelAt: 1, classes: 100 },
} as const

/** Length in bytes of one record: the label bytes, then the three planes. */
export function cifarRecordBytes(kind: CifarKind): number {
  return layouts[kind].labelBytes + pixelBytes
}

/**
 * Parses one file of records: one label byte (CIFAR-100: coarse, then fine), then 3 planes of 32 x 32.
 * @param file its name, for messages
 * @throws NetloomError `dataset.malformed` when the length is no multiple of a record or a label is out of range
 * @see https://www.cs.toronto.edu/~kriz/cifar.html "Binary version"
 */
export function parseCifarBinary(bytes: Uint8Array, file: string, kind: CifarKind): CifarImages {
  const { title, labelBytes, labelAt, classes } = layouts[kind]
  const recordBytes = labelBytes + pixelBytes
  const refuse = (message: string, hint: string): never => {
    throw new NetloomError('dataset.malformed', `${title} file "${file}": ${message}.`, { path: file, hint })
  }
  const rest = bytes.length % recordBytes
  if (rest !== 0 || bytes.length === 0) {
    refuse(
      `holds ${bytes.length} bytes, ${Math.floor(bytes.length / recordBytes)} records of ${recordBytes} and ${rest} bytes more`,
      'The file is cut off or of another kind: copy or download the binary version again.',
    )
  }
  const count = bytes.length / recordBytes
  const labels = new Int32Array(count)
  const pixels = new Uint8Array(count * pixelBytes)
  for (let n = 0; n < count; n++) {
    const at = n * recordBytes
    const label = bytes[at + labelAt] ?? 0
    if (label >= classes) {
      refuse(
        `record ${n} has class ${label}, the classes are 0 ... ${classes - 1}`,
        'It may be a file of another kind.',
      )
    }
    labels[n] = label
    pixels.set(bytes.subarray(at + labelBytes, at + recordBytes), n * pixelBytes)
  }
  return { count, labels, pixels }
}
