// `netloom export`: writes a model as ONNX or for TensorFlow.js and prints the receipt of its check.
import { exportOnnx } from '../../services/exporting'
import { exportTfjs } from '../../services/exportingTfjs'
import { loadModel } from '../../services/models'
import type { InputScaling } from '../../../shared/graph/document'
import { writeJson, writeNote, writeResult } from '../output'
import { countOf, printBytes } from '../text'
import { UsageError } from '../usage'

export interface ExportCommandOptions {
  readonly format: 'onnx' | 'tfjs'
  readonly output: string
  readonly scalingInside?: boolean
  readonly normalize?: InputScaling
  readonly json?: boolean
}

/** Runs `netloom export`. @throws UsageError for a model that is ONNX already; NetloomError as loadModel, exportOnnx and exportTfjs */
export async function runExport(reference: string, options: ExportCommandOptions): Promise<void> {
  const { format, normalize: scaling } = options
  // A file that takes scaled inputs need not say how they were scaled.
  const model = await loadModel(reference, { scaling, scalingMayBeUnknown: true, anyOutputShape: format === 'onnx' })
  if (model.kind === 'onnx')
    throw new UsageError(`"${reference}" is an ONNX file already; give a run folder or a document.`)
  const write = options.format === 'tfjs' ? exportTfjs : exportOnnx
  const result = await write(model, options.output, { scalingInside: options.scalingInside })
  if (options.json) return writeJson(result)
  const { files, sizeBytes, receipt } = result
  writeResult(`Wrote ${files.join(' and ')} (${printBytes(sizeBytes)}).`)
  const checker = options.format === 'tfjs' ? 'TensorFlow.js' : 'ONNX Runtime'
  if (receipt.images === 0)
    return writeNote(`It was not run: ${checker} in plain JavaScript would take minutes for a network of this size.`)
  writeResult(
    `Checked in ${checker} on ${countOf(receipt.images, 'picture')}: largest difference from the engine ${receipt.maxAbs.toExponential(1)} (relative ${receipt.maxRel.toExponential(1)}).`,
  )
}
