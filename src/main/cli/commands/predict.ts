// `netloom predict`: class probabilities of image files.
import { NetloomError } from '../../../shared/graph/errors'
import { countOf, printAccuracy, printCount } from '../../../shared/graph/printNumbers'
import { isTaken, replaceFile } from '../../files/sharedFile'
import { copyIntoClass, expandFolders, printPredictionTable } from '../../models/predictFolder'
import { predictFiles, type FilePrediction } from '../../models/prediction'
import { openModel, type ModelOptions } from '../../models/openModel'
import type { DeviceName } from '../../../shared/training/deviceNames'
import { writeJson, writeNote, writeResult } from '../output'
import { Progress } from '../progress'
import { exitCodes, orAccept } from '../usage'

export interface PredictOptions extends Pick<ModelOptions, 'resize' | 'acceptDifference'> {
  readonly top: number
  readonly normalize?: ModelOptions['scaling']
  readonly device: DeviceName
  readonly json?: boolean
  /** A file for the predictions as a table. */
  readonly csv?: string
  /** A folder for copies of the images, by their classes. */
  readonly sortInto?: string
  /** Whether a file that is there may be replaced by the table. */
  readonly force?: boolean
}

/** Runs `netloom predict`; of a folder, all images below it. An image that cannot be read is named, the others are predicted, and the exit code is 1. */
export async function runPredict(
  reference: string,
  paths: readonly string[],
  options: PredictOptions,
): Promise<number> {
  const { normalize, resize, device, top, acceptDifference, csv, sortInto } = options
  const files = await expandFolders(paths)
  if (csv !== undefined && !options.force && (await isTaken(csv)))
    throw new NetloomError('file.exists', `"${csv}" is there already.`, {
      path: csv,
      hint: 'Give --force to replace it.',
    })
  const isToBePrinted = !options.json && csv === undefined && sortInto === undefined
  const model = await orAccept(openModel(reference, { scaling: normalize, resize, device, acceptDifference }))
  const progress = new Progress()
  const startedMs = performance.now()
  try {
    const results: FilePrediction[] = []
    for await (const result of predictFiles(model, files)) {
      if ('error' in result) writeNote(`netloom: ${result.error}`)
      else if (isToBePrinted) writeResult(printPrediction(result, top))
      if (sortInto !== undefined && !('error' in result)) await copyIntoClass(result.file, sortInto, result.class)
      results.push(result)
      if (files.length >= manyFiles) report(progress, results.length, files.length, startedMs)
    }
    progress.clear()
    if (csv !== undefined) {
      await replaceFile(csv, new TextEncoder().encode(printPredictionTable(results)))
      writeNote(`${countOf(results.length, 'image')} in ${csv}`)
    }
    if (sortInto !== undefined) writeNote(`${printSorted(results)} copied into ${sortInto}`)
    if (options.json) writeJson({ model: model.name, predictions: results })
    const failed = results.filter((result) => 'error' in result).length
    if (failed > 0 && files.length > 1)
      writeNote(`netloom: ${countOf(failed, 'image')} of ${files.length} not predicted.`)
    return failed > 0 ? exitCodes.failed : exitCodes.done
  } finally {
    progress.clear()
    await model.dispose()
  }
}

/** From so many files on there is a bar. */
const manyFiles = 200

function report(progress: Progress, done: number, total: number, startedMs: number): void {
  if (done % 20 !== 0) return
  const secondsLeft = ((performance.now() - startedMs) / 1000 / done) * (total - done)
  progress.update({ done, total, title: `predicting ${countOf(total, 'image')}`, detail: '', secondsLeft })
}

/** `12 images (cat 7, dog 5)`. */
function printSorted(results: readonly FilePrediction[]): string {
  const counts = new Map<string, number>()
  for (const each of results) if (!('error' in each)) counts.set(each.class, (counts.get(each.class) ?? 0) + 1)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const shown = [...counts].map(([name, count]) => `${name} ${printCount(count)}`)
  return total === 0 ? '0 images' : `${countOf(total, 'image')} (${shown.join(', ')})`
}

function printPrediction(result: Extract<FilePrediction, { readonly class: string }>, top: number): string {
  const shown = result.probabilities
    .slice(0, top)
    .map(({ class: label, probability }) => `${label} ${printAccuracy(probability)}`)
  return `${result.file}: ${shown.join(', ')}`
}
