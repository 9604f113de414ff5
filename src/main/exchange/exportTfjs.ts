// Writing a model in TensorFlow.js's format and proving it: the files are read again, run by TensorFlow.js and compared with the engine.
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { exporter } from '../../shared/targets/tfjs/exporter'
import { analyzeDocument } from '../../shared/network/analyze'
import { requireScaling } from '../../shared/network/checkScaling'
import { NetloomError } from '../../shared/graph/errors'
import { version } from '../../../package.json'
import { FileWriter, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { requireReplaceable } from '../files/replacing'
import {
  compareModels,
  exportTolerance,
  replacingOf,
  statedScaling,
  type ExportOptions,
  type ExportResult,
  type Receipt,
} from './exportOnnx'
import { openLoaded, type NetworkModel } from '../models/openModel'
import { printCount } from '../../shared/graph/printNumbers'
import { makeFolders } from '../files/makeFolders'
import { readRegular, readRegularText } from '../files/readRegular'

/** Plain JavaScript takes seconds for so many multiplications. */
const mostCheckedMacs = 3e9

/** The folder that a path names: itself, or that of its model.json. */
function folderOf(path: string): string {
  return basename(path) === 'model.json' ? dirname(path) : path
}

/**
 * Writes `model.json` and its shards into a folder, and checks them.
 * @param path the folder, or the `model.json` in it
 * @throws NetloomError file.write, file.exists; export.unsupported for a layer that TensorFlow.js does not have; export.mismatch;
 * as statedScaling
 */
export async function exportTfjs(
  model: NetworkModel,
  path: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  const { encodeTfjsModel } = await import('../engines/tfjs/modelFormat')
  const { document, weights, classes } = model
  const scaling = statedScaling(model, options)
  const scalingInside = options.scalingInside === true
  const files = await encodeTfjsModel(document, { weights, scaling, scalingInside, classes, version })
  const folder = folderOf(path)
  const earlier = await filesOfEarlier(folder)
  await requireReplaceable(
    files.map(({ name }) => join(folder, name)),
    { ...replacingOf(model, options), isOwn: async (file) => earlier.has(basename(file)) },
  )
  await makeFolders(folder).catch((cause: unknown) => {
    throw writeFailure(folder, cause)
  })
  const writer = new FileWriter()
  for (const { name, bytes } of files) await writer.writeWhole(join(folder, name), [bytes])
  const paths = files.map(({ name }) => join(folder, name))
  const receipt = await checkFiles(model, paths, scalingInside)
  if (!(receipt.maxRel <= exportTolerance))
    throw new NetloomError(
      'export.mismatch',
      `The exported "${folder}" differs from the engine by ${receipt.maxRel.toExponential(1)} on ${printCount(receipt.images)} images; ${exportTolerance} is allowed.`,
      { path: folder, expected: exportTolerance, received: receipt.maxRel, hint: 'Do not use it, and report this.' },
    )
  let sizeBytes = 0
  for (const file of paths) sizeBytes += (await stat(file)).size
  return { format: 'tfjs', files: paths.toReversed(), sizeBytes, receipt }
}

const earlierSchema = z.object({
  convertedBy: z.literal(exporter),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()) })),
})

/** The names of what an earlier export wrote into a folder; none where its model.json is of another program. */
async function filesOfEarlier(folder: string): Promise<ReadonlySet<string>> {
  try {
    const { weightsManifest } = earlierSchema.parse(JSON.parse(await readRegularText(join(folder, 'model.json'))))
    return new Set(['model.json', ...weightsManifest.flatMap(({ paths }) => paths)])
  } catch {
    return new Set()
  }
}

/** Reads the files back, runs them and the engine; a network too large for plain JavaScript is compared on no image. */
async function checkFiles(model: NetworkModel, paths: readonly string[], scalingInside: boolean): Promise<Receipt> {
  const { openTfjsModel } = await import('../engines/tfjs/modelFormat')
  const { document, scaling, inputShape } = model
  const { macs } = analyzeDocument(document)
  if (macs > mostCheckedMacs) return { images: 0, maxAbs: 0, maxRel: 0 }
  const files = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readRegular(path).catch((cause: unknown) => {
        throw readFailure(path, cause)
      })
      return { name: basename(path), bytes }
    }),
  )
  const facts = {
    inputShape,
    outputShape: [model.classCount],
    scaling: requireScaling(scaling, inputShape),
    scalingInside,
  }
  const written = await openTfjsModel(files, facts)
  const engine = await openLoaded(model, 'cpu')
  try {
    const batches = macs < 5e7 ? undefined : [1]
    return await compareModels(
      engine,
      { ...engine, predict: (pixels, count) => written.predict(pixels, count) },
      batches,
    )
  } finally {
    await written.dispose()
    await engine.dispose()
  }
}
