// The calls `imports`: opening trained files of other programs for a screen; the import is runImport.ts, what is kept importShelf.ts.
import { open, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import type { ImportEvent } from '../../shared/contract/importCalls'
import { largestClasses, softmax } from '../../shared/training/metrics'
import { decodeImageBytes } from '../datasets/decodeImage'
import { writeFailure } from '../files/durableFile'
import type { Core } from './core'
import { findModelPath } from './stagedWeights'
import { streamOf } from '../process/eventQueue'
import { os, withTypedErrors } from './implementer'
import { keptPrefix } from '../exchange/importShelf'
import type { OpenedModel } from '../models/openModel'
import { imageChannels } from '../models/prediction'
import { nameOf } from '../files/projects'
import { runImport } from '../exchange/runImport'
import { rememberFile } from './projectsApi'

type OpenInput = Parameters<Parameters<typeof os.imports.open.handler>[0]>[0]['input']

/** Files that a screen hands over are no larger than a file of protobuf can be. */
const largestUploadBytes = 2 ** 31

/** Implements `imports.*`. */
export function implementImports(core: Core) {
  return {
    open: os.imports.open.handler(({ input, signal }) =>
      withTypedErrors(streamOf<ImportEvent>(signal, (push, left) => openFile(core, input, push, left))),
    ),
    receive: os.imports.receive.handler(({ input }) => receive(core, input)),
    preview: os.imports.preview.handler(async ({ input }) => {
      const path = await findModelPath(core, `${keptPrefix}${input.id}`)
      const bytes = Buffer.from(input.image, 'base64')
      const outputs = await core.models.use(path, (model) => predict(model, bytes), { scaling: input.scaling })
      const { outputs: kind, row } = outputs
      const probabilities = kind === 'probabilities' ? row : softmax(row, row.length)
      return largestClasses(probabilities, Math.min(input.count, row.length)).map((index) => ({
        index,
        probability: probabilities[index] ?? 0,
      }))
    }),
    discard: os.imports.discard.handler(({ input }) => core.imports.discard(input.id)),
  }
}

/** What `receive` puts a file under, in the folder of an import. */
const uploadSeparator = '/'

async function openFile(
  core: Core,
  input: OpenInput,
  push: (event: ImportEvent) => void,
  signal: AbortSignal,
): Promise<ImportEvent> {
  const path = await findFile(core, input.path)
  const { id, folder } = await core.imports.begin()
  let last: ImportEvent | undefined
  try {
    const image = input.image && (await keepImage(folder, input.image))
    const { flat, inputShape } = input
    const weights = `${keptPrefix}${id}`
    await runImport(
      { path, name: nameOf(path), folder, weights, flat, inputShape, image },
      (message) => {
        if (message.kind === 'receipt') last = message
        else push(message.kind === 'network' ? { ...message, id } : message)
      },
      signal,
    )
  } catch (error) {
    await core.imports.discard(id)
    throw error
  }
  if (!core.imports.isKept(input.path)) await rememberFile(core, path)
  if (!last) throw new NetloomError('internal', 'internal: an import ended without a receipt')
  return last
}

/** A path inside the roots, or a file that was received. @throws NetloomError file.outside, model.unknown */
async function findFile(core: Core, path: string): Promise<string> {
  if (!core.imports.isKept(path)) return core.roots.require(path)
  const [id = '', name = ''] = path.slice(keptPrefix.length).split(uploadSeparator)
  return join(core.imports.folderOf(id), basename(name))
}

async function keepImage(folder: string, { name, base64 }: { readonly name: string; readonly base64: string }) {
  const path = join(folder, 'image')
  try {
    await writeFile(path, Buffer.from(base64, 'base64'))
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  return { path, name }
}

async function receive(
  core: Core,
  input: { readonly name: string; readonly upload?: string; readonly offset: number; readonly base64: string },
): Promise<{ upload: string }> {
  const bytes = Buffer.from(input.base64, 'base64')
  if (input.offset + bytes.length > largestUploadBytes)
    throw new NetloomError('file.read', `"${input.name}" is larger than ${largestUploadBytes} bytes.`, {
      expected: largestUploadBytes,
      hint: 'Open it by its path instead.',
    })
  const upload =
    input.upload ?? `${keptPrefix}${(await core.imports.begin()).id}${uploadSeparator}${plainName(input.name)}`
  const path = await findFile(core, upload)
  try {
    const file = await open(path, input.upload === undefined ? 'w' : 'r+')
    try {
      await file.write(bytes, 0, bytes.length, input.offset)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  return { upload }
}

/** A file's name without what a path could make of it. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^\.+/, '')
  return plain === '' ? 'model.onnx' : plain
}

async function predict(model: OpenedModel, bytes: Uint8Array) {
  const [channels, height, width] = model.inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  const pixels = await decodeImageBytes(bytes, format)
  return { row: await model.predict(pixels, 1), outputs: model.outputs }
}
