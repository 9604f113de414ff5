// The calls `imports`: opening trained files of other programs for a screen; the import is runImport.ts, what is kept importShelf.ts.
import { readImageSource } from './uploadsApi'
import { writeFile } from 'node:fs/promises'
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
import { imageChannels, requireFinite } from '../models/prediction'
import { nameOf } from '../files/projects'
import { runImport } from '../exchange/runImport'
import { rememberFile } from './projectsApi'

type OpenInput = Parameters<Parameters<typeof os.imports.open.handler>[0]>[0]['input']

/** Implements `imports.*`. */
export function implementImports(core: Core) {
  return {
    open: os.imports.open.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<ImportEvent>(signal, (push, left) =>
          core.work.during('import', basename(input.path), left, () => openFile(core, input, push, left)),
        ),
      ),
    ),
    preview: os.imports.preview.handler(async ({ input }) => {
      const path = await findModelPath(core, `${keptPrefix}${input.id}`)
      const bytes = await readImageSource(core, input.image)
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
    const image = input.image && (await keepImage(core, folder, input.image))
    const { flat, inputShape, output } = input
    const weights = `${keptPrefix}${id}`
    await runImport(
      { path, name: nameOf(path), folder, weights, flat, inputShape, output, image },
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
  if (!core.uploads.isUpload(input.path)) await rememberFile(core, path)
  if (!last) throw new NetloomError('internal', 'internal: an import ended without a receipt')
  return last
}

/** A path inside the roots, or a file that was handed over. @throws NetloomError file.outside, file.upload */
async function findFile(core: Core, path: string): Promise<string> {
  return core.uploads.isUpload(path) ? core.uploads.pathOf(path) : core.roots.require(path)
}

async function keepImage(core: Core, folder: string, { name, source }: NonNullable<OpenInput['image']>) {
  const path = join(folder, 'image')
  const bytes = await readImageSource(core, source)
  try {
    await writeFile(path, bytes)
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  return { path, name }
}

async function predict(model: OpenedModel, bytes: Uint8Array) {
  const [channels, height, width] = model.inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  const pixels = await decodeImageBytes(bytes, format)
  const row = await model.predict(pixels, 1)
  requireFinite(model, row)
  return { row, outputs: model.outputs }
}
