// ONNX models as files, with the data files beside them; their bytes are onnx/bytes.ts, running them is engines/ort.
import { closeSync, openSync, readSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { decodeModel, encodeModel, type Externalise, type ReadExternal } from '../../shared/onnx/bytes'
import type { OnnxModel } from '../../shared/onnx/model'
import { FileWriter, writeFailure } from '../trainer/durableFile'
import { readBytes } from './runFolder'

/** Weights of more bytes than this go into a file beside the model; protobuf ends at 2 GiB, the rest is for the graph. */
const largestInnerBytes = 1.9e9

/** Tensors smaller than this stay inside the model in any case. */
const smallestOuterBytes = 4096

/**
 * Reads a model and the data files that it names.
 * @throws NetloomError file.read, onnx.malformed, onnx.unsupported, onnx.externalData; all name the file
 */
export async function readOnnxModel(path: string): Promise<OnnxModel> {
  const bytes = await readBytes(path)
  try {
    return decodeModel(bytes, { readExternal: openDataBeside(path) })
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    const { code, nodeId, expected, received } = error
    throw new NetloomError(code, `${path}: ${error.message}`, { nodeId, path, expected, received })
  }
}

/** Reads parts of files in the folder of a model, and nothing outside of it. */
function openDataBeside(path: string): ReadExternal {
  return (location, offset, length) => {
    const folder = realpathSync(dirname(path))
    let file: string
    try {
      file = realpathSync(join(folder, location))
    } catch (cause) {
      throw new NetloomError('onnx.externalData', `The data file "${location}" is not beside the model.`, { cause })
    }
    const inside = relative(folder, file)
    if (isAbsolute(location) || isAbsolute(inside) || inside.split(sep)[0] === '..')
      throw new NetloomError('onnx.externalData', `The data file "${location}" lies outside the folder of the model.`)
    return readPart(file, offset, length)
  }
}

/** Up to `length` bytes from `offset`; fewer where the file ends. */
function readPart(path: string, offset: number, length: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const read = readSync(file, bytes, done, Math.min(length - done, 2 ** 30), offset + done)
      if (read === 0) break
      done += read
    }
    return bytes.subarray(0, done)
  } finally {
    closeSync(file)
  }
}

/**
 * Writes a model, in one file or, above about 2 GB, with a data file beside it (`NAME.data`).
 * A model that cannot be written leaves what was there before.
 * @returns the files written
 * @throws NetloomError file.write
 */
export async function writeOnnxModel(
  path: string,
  model: OnnxModel,
  innerBytes: number = largestInnerBytes,
): Promise<readonly string[]> {
  let weightBytes = 0
  for (const { data } of model.graph.initializers.values()) if ('byteLength' in data) weightBytes += data.byteLength
  if (weightBytes <= innerBytes) {
    await new FileWriter().writeWhole(path, [encodeModel(model)])
    return [path]
  }
  const dataPath = `${path}.data`
  const temporary = `${dataPath}.tmp`
  let bytes: Uint8Array
  try {
    bytes = encodeWithData(model, basename(dataPath), temporary)
    renameSync(temporary, dataPath)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw writeFailure(dataPath, cause)
  }
  await new FileWriter().writeWhole(path, [bytes])
  return [path, dataPath]
}

/** Encodes a model while its weights go into the file `dataPath`, each at a multiple of 4,096 bytes. */
function encodeWithData(model: OnnxModel, location: string, dataPath: string): Uint8Array {
  const file = openSync(dataPath, 'w')
  let end = 0
  const write: Externalise['write'] = (bytes) => {
    const start = Math.ceil(end / 4096) * 4096
    for (let done = 0; done < bytes.length;)
      done += writeSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30), start + done)
    end = start + bytes.length
    return start
  }
  try {
    return encodeModel(model, { externalise: { location, minimumBytes: smallestOuterBytes, write } })
  } finally {
    closeSync(file)
  }
}
