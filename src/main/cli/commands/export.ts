// `netloom export`: writes a model as ONNX and prints the receipt of its check.
import { exportOnnx } from '../../services/exporting'
import { loadModel } from '../../services/models'
import { writeJson, writeResult } from '../output'
import { countOf, printBytes } from '../text'
import { UsageError } from '../usage'

export interface ExportCommandOptions {
  readonly output: string
  readonly scalingInside?: boolean
  readonly json?: boolean
}

/** Runs `netloom export`. @throws UsageError for a model that is ONNX already; NetloomError as loadModel and exportOnnx */
export async function runExport(reference: string, options: ExportCommandOptions): Promise<void> {
  const model = await loadModel(reference)
  if (model.kind === 'onnx')
    throw new UsageError(`"${reference}" is an ONNX file already; give a run folder or a document.`)
  const result = await exportOnnx(model, options.output, { scalingInside: options.scalingInside })
  if (options.json) return writeJson(result)
  const { files, sizeBytes, receipt } = result
  writeResult(`Wrote ${files.join(' and ')} (${printBytes(sizeBytes)}).`)
  writeResult(
    `Checked in ONNX Runtime on ${countOf(receipt.images, 'picture')}: largest difference from the engine ${receipt.maxAbs.toExponential(1)} (relative ${receipt.maxRel.toExponential(1)}).`,
  )
}
