// ONNX models as files, with the data files beside them; their bytes are onnx/bytes.ts, running them is engines/ort.
import { closeSync, existsSync, fstatSync, readSync, realpathSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import {
  decodeModel,
  encodeModel,
  largestModelBytes,
  type DecodeOptions,
  type ReadExternal,
} from '../../shared/onnx/bytes'
import { writtenProducer, type OnnxModel } from '../../shared/onnx/model'
import { FileWriter, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { measureRegular, NoRegularFile, openRegular, openRegularSync } from '../files/readRegular'
import { requireMemory } from '../files/requireMemory'
import { readBytes } from '../runs/runFolder'

/** Weights of more bytes than this go into a file beside the model; protobuf ends at 2 GiB, the rest is for the graph. */
const largestInnerBytes = 1.9e9

/** Tensors smaller than this stay inside the model in any case. */
const smallestOuterBytes = 4096

/** Tensors in a data file begin at multiples of this, so that programs can map them into memory. */
const alignmentBytes = 4096

/** The most that one call reads (Linux ends one at 2 GiB). */
const largestReadBytes = 2 ** 30

/**
 * Reads a model and the data files that it names, which must lie in its folder or below.
 * @param options `anyType`: for what only counts tensors, whatever they hold
 * @throws NetloomError file.read, onnx.malformed, onnx.unsupported, onnx.externalData; all name the file
 */
export async function readOnnxModel(path: string, options: Pick<DecodeOptions, 'anyType'> = {}): Promise<OnnxModel> {
  await requireModelSize(path)
  const bytes = await readBytes(path)
  try {
    return decodeModel(bytes, { ...options, readExternal: openDataBeside(path) })
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    const { code, nodeId, expected, received } = error
    throw new NetloomError(code, `${path}: ${error.message}`, { nodeId, path, expected, received, cause: error })
  }
}

/** A longer file is none of one message, and is not read to find that out. @throws NetloomError file.read */
async function requireModelSize(path: string): Promise<void> {
  const size = await measureRegular(path).catch((cause: unknown) => {
    throw readFailure(path, cause)
  })
  if (size <= largestModelBytes) return
  throw new NetloomError(
    'file.read',
    `"${path}" has ${size} bytes; an ONNX file has at most ${largestModelBytes}, and larger weights lie in a file beside it.`,
    { path, expected: largestModelBytes, received: size },
  )
}

/**
 * Reads parts of files in the folder of a model, and nothing outside of it. Tensors that share a part share its memory; all
 * parts of a file together are no more than the file.
 */
function openDataBeside(path: string): ReadExternal {
  const parts = new Map<string, Uint8Array>()
  const takenBytes = new Map<string, number>()
  return (location, offset, length) => {
    const file = findBeside(path, location)
    const key = `${offset} ${length} ${file}`
    const known = parts.get(key)
    if (known) return known
    try {
      const taken = (takenBytes.get(file) ?? 0) + length
      const bytes = readPart(file, { location, offset, length, taken })
      takenBytes.set(file, taken)
      parts.set(key, bytes)
      return bytes
    } catch (cause) {
      if (cause instanceof NoRegularFile)
        throw new NetloomError('onnx.externalData', `The data file "${location}" ${cause.message}.`, { cause })
      throw cause instanceof NetloomError ? cause : readFailure(file, cause)
    }
  }
}

/** The real path of a data file. A name that leads out of the folder, by itself or by a link, is refused. */
function findBeside(path: string, location: string): string {
  const leavesByName = isAbsolute(location) || location.split(/[\\/]/).includes('..')
  const outside = (): NetloomError =>
    new NetloomError('onnx.externalData', `The data file "${location}" lies outside the folder of the model.`, {
      received: location,
    })
  if (leavesByName) throw outside()
  const folder = realpathSync(dirname(path))
  let file: string
  try {
    file = realpathSync(join(folder, location))
  } catch (cause) {
    throw new NetloomError('onnx.externalData', `The data file "${location}" is not beside the model.`, {
      cause,
      hint: 'Put it into the folder of the model.',
    })
  }
  const inside = relative(folder, file)
  if (inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..') throw outside()
  return file
}

interface Part {
  readonly location: string
  readonly offset: number
  readonly length: number
  /** Of the file, by this part and those before it. */
  readonly taken: number
}

/** Reads `length` bytes from `offset`; the file's size is compared before memory is taken. */
function readPart(path: string, { location, offset, length, taken }: Part): Uint8Array {
  const file = openRegularSync(path)
  try {
    const facts = fstatSync(file)
    if (facts.size < offset + length)
      throw new NetloomError(
        'onnx.externalData',
        `The data file "${location}" has ${facts.size} bytes; the model wants bytes ${offset} to ${offset + length}.`,
        { expected: offset + length, received: facts.size, hint: 'It is cut short or belongs to another model.' },
      )
    if (taken > facts.size)
      throw new NetloomError(
        'onnx.externalData',
        `The data file "${location}" has ${facts.size} bytes; the tensors of the model want ${taken}, some of them several times.`,
        { expected: facts.size, received: taken, hint: 'The model is damaged.' },
      )
    requireMemory(`The data file "${location}"`, length)
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const read = readSync(file, bytes, done, Math.min(length - done, largestReadBytes), offset + done)
      if (read === 0) break
      done += read
    }
    return bytes.subarray(0, done)
  } finally {
    closeSync(file)
  }
}

/**
 * Whether a file is a model that an export wrote, by its first bytes; the model of a run folder is not.
 * A data file (`NAME.onnx.data`) is what its model is.
 */
export async function isExportedModel(path: string): Promise<boolean> {
  const model = path.replace(/\.data$/, '')
  if (existsSync(join(dirname(model), 'run.json')) && basename(model) === 'model.onnx') return false
  const file = await openRegular(model).catch(() => undefined)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
    const head = buffer.toString('latin1', 0, bytesRead)
    // ir_version is field 1, and producer_name field 2 with its length.
    return (
      head.startsWith('\x08') && head.includes(`\x12${String.fromCodePoint(writtenProducer.length)}${writtenProducer}`)
    )
  } finally {
    await file.close()
  }
}

/** The files that a model is written to: itself and, where its weights are too large for it, its data file. */
export function onnxModelFiles(path: string, model: OnnxModel, innerBytes = largestInnerBytes): readonly string[] {
  let weightBytes = 0
  for (const { data } of model.graph.initializers.values()) if ('byteLength' in data) weightBytes += data.byteLength
  return weightBytes <= innerBytes ? [path] : [path, `${path}.data`]
}

/**
 * Writes a model, in one file or, above about 2 GB, with a data file beside it (`NAME.data`).
 * Everything is on the disk before a file takes its name: a model that cannot be written leaves what was there before.
 * @param innerBytes weights of more bytes than this go into the data file
 * @param writer tests put one with a full disk in its place
 * @returns the files written
 * @throws NetloomError file.write
 */
export async function writeOnnxModel(
  path: string,
  model: OnnxModel,
  innerBytes: number = largestInnerBytes,
  writer: FileWriter = new FileWriter(),
): Promise<readonly string[]> {
  const [, dataPath] = onnxModelFiles(path, model, innerBytes)
  if (dataPath === undefined) {
    await writer.writeWhole(path, [encodeModel(model)])
    return [path]
  }
  const data = new DataPieces()
  const externalise = { location: basename(dataPath), minimumBytes: smallestOuterBytes, write: data.write }
  const bytes = encodeModel(model, { externalise })
  const [newModel, newData] = [`${path}.new`, `${dataPath}.new`]
  try {
    await writer.writeWhole(newData, data.pieces)
    await writer.writeWhole(newModel, [bytes])
    await rename(newData, dataPath)
    await rename(newModel, path)
  } catch (cause) {
    await Promise.all([newData, newModel].map(async (file) => rm(file, { force: true })))
    throw writeFailure(path, cause instanceof NetloomError && cause.cause !== undefined ? cause.cause : cause)
  }
  return [path, dataPath]
}

/** The content of a data file as references to the tensors' own memory, with zeros between them. */
class DataPieces {
  readonly pieces: Uint8Array[] = []
  private sizeBytes = 0

  /** Puts a tensor at the next aligned place, and returns the place. */
  readonly write = (bytes: Uint8Array): number => {
    const gap = (alignmentBytes - (this.sizeBytes % alignmentBytes)) % alignmentBytes
    if (gap > 0) this.pieces.push(new Uint8Array(gap))
    const start = this.sizeBytes + gap
    this.pieces.push(bytes)
    this.sizeBytes = start + bytes.byteLength
    return start
  }
}
