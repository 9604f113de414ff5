// The IDX files of MNIST and its relatives as typed arrays: bytes in, arrays out; not finding or unpacking the files.
import { NetloomError } from '../graph/errors'

export interface IdxImages {
  readonly count: number
  readonly height: number
  readonly width: number
  /** Grey pixels: [N, H, W], row-major, 0 ... 255. A view of the bytes given, not a copy. */
  readonly pixels: Uint8Array
}

const unsignedByte = 0x08
const typeNames: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte',
  0x09: 'signed byte',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
}

/** How many bytes a file has by its header: the header itself and one byte per value; undefined where it is no such header. */
export function statedIdxBytes(head: Uint8Array): number | undefined {
  const rank = head[3] ?? 0
  const headerBytes = 4 + 4 * rank
  const isIdx = head[0] === 0 && head[1] === 0 && head[2] === unsignedByte && rank >= 1 && head.length >= headerBytes
  if (!isIdx) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return headerBytes + dims.reduce((product, extent) => product * extent, 1)
}

/**
 * Reads the header (0, 0, type, rank, then one big-endian uint32 per axis) and checks the length of what follows.
 * @see http://yann.lecun.com/exdb/mnist/ "The IDX file format"
 */
function parseIdx(bytes: Uint8Array, file: string, rank: number, holds: string): { dims: number[]; body: Uint8Array } {
  const refuse = (message: string, hint: string): never => {
    throw new NetloomError('dataset.malformed', `IDX file "${file}": ${message}.`, { path: file, hint })
  }
  const headerBytes = 4 + 4 * rank
  if (bytes.length < headerBytes) {
    refuse(`holds ${bytes.length} bytes, a header of ${holds} alone takes ${headerBytes}`, 'Copy or download it again.')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  if (magic >>> 16 !== 0) {
    const shown = magic.toString(16).padStart(8, '0')
    refuse(`starts with 0x${shown}, an IDX file starts with 0x0000`, 'It is no IDX file, or it is still packed.')
  }
  const type = (magic >>> 8) & 0xff
  if (type !== unsignedByte) {
    const name = typeNames[type] ?? `unknown type 0x${type.toString(16)}`
    refuse(`holds values of ${name}, only unsigned bytes are read`, 'Convert it to unsigned bytes (0 ... 255).')
  }
  const foundRank = magic & 0xff
  if (foundRank !== rank) {
    refuse(`has ${foundRank} axes, ${holds} have ${rank}`, 'Images and labels may be swapped.')
  }
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const expected = dims.reduce((product, extent) => product * extent, 1)
  const received = bytes.length - headerBytes
  if (received !== expected) {
    const state = received < expected ? 'The file is cut off' : 'The file has bytes too many'
    refuse(
      `its header states ${dims.join(' x ')} = ${expected} bytes, ${received} follow`,
      `${state}: copy or download it again.`,
    )
  }
  // A plain view: the `slice` of a Node Buffer would not copy.
  return { dims, body: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, expected) }
}

/**
 * Parses an IDX file of grey images (three axes of unsigned bytes).
 * @param file its name, for messages
 * @throws NetloomError `dataset.malformed` with the numbers compared
 */
export function parseIdxImages(bytes: Uint8Array, file: string): IdxImages {
  const { dims, body } = parseIdx(bytes, file, 3, 'images')
  const [count = 0, height = 0, width = 0] = dims
  if (count > 0 && (height === 0 || width === 0)) {
    throw new NetloomError('dataset.malformed', `IDX file "${file}": its images are ${width} x ${height} pixels.`, {
      path: file,
      hint: 'An image has at least one pixel.',
    })
  }
  return { count, height, width, pixels: body }
}

/**
 * Parses an IDX file of labels (one axis of unsigned bytes): [N].
 * @param file its name, for messages
 * @throws NetloomError `dataset.malformed` with the numbers compared
 */
export function parseIdxLabels(bytes: Uint8Array, file: string): Int32Array {
  return new Int32Array(parseIdx(bytes, file, 1, 'labels').body)
}
