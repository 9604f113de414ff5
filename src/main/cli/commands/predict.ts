// `netloom predict`: class probabilities of image files.
import { countOf, printAccuracy } from '../../../shared/graph/printNumbers'
import { predictFiles, type FilePrediction } from '../../models/prediction'
import { openModel, type ModelOptions } from '../../models/openModel'
import type { DeviceName } from '../../../shared/training/deviceNames'
import { writeJson, writeNote, writeResult } from '../output'
import { exitCodes, orAccept } from '../usage'

export interface PredictOptions extends Pick<ModelOptions, 'resize' | 'acceptDifference'> {
  readonly top: number
  readonly normalize?: ModelOptions['scaling']
  readonly device: DeviceName
  readonly json?: boolean
}

/** Runs `netloom predict`; an image that cannot be read is named, the others are predicted, and the exit code is 1. */
export async function runPredict(
  reference: string,
  files: readonly string[],
  options: PredictOptions,
): Promise<number> {
  const { normalize, resize, device, top, acceptDifference } = options
  const model = await orAccept(openModel(reference, { scaling: normalize, resize, device, acceptDifference }))
  try {
    const results: FilePrediction[] = []
    for await (const result of predictFiles(model, files)) {
      if ('error' in result) writeNote(`netloom: ${result.error}`)
      else if (!options.json) writeResult(printPrediction(result, top))
      results.push(result)
    }
    if (options.json) writeJson({ model: model.name, predictions: results })
    const failed = results.filter((result) => 'error' in result).length
    if (failed > 0 && files.length > 1)
      writeNote(`netloom: ${countOf(failed, 'image')} of ${files.length} not predicted.`)
    return failed > 0 ? exitCodes.failed : exitCodes.done
  } finally {
    await model.dispose()
  }
}

function printPrediction(result: Extract<FilePrediction, { readonly class: string }>, top: number): string {
  const shown = result.probabilities
    .slice(0, top)
    .map(({ class: label, probability }) => `${label} ${printAccuracy(probability)}`)
  return `${result.file}: ${shown.join(', ')}`
}
