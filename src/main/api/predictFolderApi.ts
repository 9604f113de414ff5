// The calls `models` about the images of a folder: predicting them, showing them small, copying them by class; not the predicting.
import { basename, join } from 'node:path'
import type { InputScaling } from '../../shared/graph/document'
import { drawFile } from '../datasets/thumbnail'
import { openModel } from '../models/openModel'
import { predictFiles } from '../models/prediction'
import { copyIntoClass, expandFolders } from '../models/predictFolder'
import { streamOf } from '../process/eventQueue'
import type { Core } from './core'
import { os, withTypedErrors } from './implementer'
import { isScalingUnknown } from './modelScaling'
import { findModelPath } from './stagedWeights'

type PredictFolderInput = Parameters<Parameters<typeof os.models.predictFolder.handler>[0]>[0]['input']

interface Row {
  readonly file: string
  readonly class: string | null
  readonly confidence: number
  readonly error: string | null
}
interface Rows {
  readonly total: number
  readonly rows: Row[]
}

/** Rows that are told at once, and the time after which fewer are. */
const rowsAtOnce = 200
const tellMs = 250

/** Implements the calls about the images of a folder. */
export function implementPredictFolder(core: Core) {
  return {
    predictFolder: os.models.predictFolder.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<Rows>(signal, (push, left) =>
          core.work.during('evaluation', basename(input.folder), left, (entry) =>
            predictAll(core, input, left, (rows, done) => {
              entry.report(done / Math.max(1, rows.total))
              push(rows)
            }),
          ),
        ),
      ),
    ),
    folderImages: os.models.folderImages.handler(async ({ input, signal }) => {
      const folder = await core.roots.require(input.folder)
      return Promise.all(
        input.files.map(async (file) => {
          const png = await drawFile(await core.roots.require(join(folder, file)), input.size, signal)
          return png && Buffer.from(png).toString('base64')
        }),
      )
    }),
    copyPredicted: os.models.copyPredicted.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<{ done: number; total: number }>(signal, async (push, left) => {
          const folder = await core.roots.require(input.folder)
          const into = await core.roots.require(input.into)
          const total = input.rows.length
          for (const [done, { file, class: name }] of input.rows.entries()) {
            left.throwIfAborted()
            await copyIntoClass(await core.roots.require(join(folder, file)), into, name)
            if (done % 20 === 0) push({ done, total })
          }
          return { done: total, total }
        }),
      ),
    ),
  }
}

async function openScaled(path: string, otherwise: InputScaling | undefined) {
  try {
    return await openModel(path)
  } catch (error) {
    if (!isScalingUnknown(error) || !otherwise) throw error
    return openModel(path, { scaling: otherwise })
  }
}

async function predictAll(
  core: Core,
  input: PredictFolderInput,
  signal: AbortSignal,
  tell: (rows: Rows, done: number) => void,
): Promise<Rows> {
  const folder = await core.roots.require(input.folder)
  const files = await expandFolders([folder])
  const total = files.length
  const model = await openScaled(await findModelPath(core, input.model), input.otherwiseScaling)
  try {
    tell({ total, rows: [] }, 0)
    let [rows, done, toldMs]: [Row[], number, number] = [[], 0, performance.now()]
    for await (const each of predictFiles(model, files)) {
      signal.throwIfAborted()
      const file = each.file.slice(folder.length + 1)
      done++
      rows.push(
        'error' in each
          ? { file, class: null, confidence: 0, error: each.error }
          : { file, class: each.class, confidence: each.probability, error: null },
      )
      if (rows.length < rowsAtOnce && performance.now() - toldMs < tellMs) continue
      tell({ total, rows }, done)
      rows = []
      toldMs = performance.now()
    }
    return { total, rows }
  } finally {
    await model.dispose()
  }
}
