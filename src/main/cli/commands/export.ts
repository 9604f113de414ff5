// `netloom export`: writes a model as ONNX, for TensorFlow.js or as PyTorch code and prints the receipt of its check.
import { countOf, printBytes } from '../../../shared/graph/printNumbers'
import { exportOnnx, type ExportResult } from '../../exchange/exportOnnx'
import { exportPytorch } from '../../exchange/exportPytorch'
import { exportTfjs } from '../../exchange/exportTfjs'
import { loadModel } from '../../models/openModel'
import type { InputScaling } from '../../../shared/graph/document'
import { writeJson, writeNote, writeResult } from '../output'
import { orForce, UsageError } from '../usage'

export interface ExportCommandOptions {
  readonly format: ExportResult['format']
  readonly output: string
  readonly scalingInside?: boolean
  readonly normalize?: InputScaling
  readonly force?: boolean
  readonly json?: boolean
}

/** How each format is written, what runs it as a check, and why that may not have been. */
const formats = {
  onnx: { write: exportOnnx, checker: 'ONNX Runtime', notRun: 'it was compared on no image.' },
  tfjs: {
    write: exportTfjs,
    checker: 'TensorFlow.js',
    notRun: 'TensorFlow.js in plain JavaScript would take minutes for a network of this size.',
  },
  pytorch: {
    write: exportPytorch,
    checker: 'PyTorch',
    notRun: 'no Python with PyTorch was found on this machine.',
  },
} as const satisfies Record<ExportResult['format'], object>

/** Runs `netloom export`. @throws UsageError for a model that is ONNX already; NetloomError as loadModel and the export of the format */
export async function runExport(reference: string, options: ExportCommandOptions): Promise<void> {
  const { format, normalize: scaling } = options
  const model = await loadModel(reference, {
    scaling,
    // A file that takes scaled inputs need not say how they were scaled; the code for PyTorch shows it.
    scalingMayBeUnknown: format !== 'pytorch',
    anyOutputShape: format === 'onnx',
  })
  if (model.kind === 'onnx')
    throw new UsageError(`"${reference}" is an ONNX file already; give a run folder or a document.`)
  const { write, checker, notRun } = formats[options.format]
  const { scalingInside, force } = options
  const result = await orForce(write(model, options.output, { scalingInside, force }))
  if (options.json) return writeJson(result)
  const { files, sizeBytes, receipt } = result
  writeResult(
    `Wrote ${[files.slice(0, -1).join(', '), ...files.slice(-1)].filter(Boolean).join(' and ')} (${printBytes(sizeBytes)}).`,
  )
  if (receipt.images === 0) return writeNote(`It was not run: ${notRun}`)
  writeResult(
    `Checked in ${checker} on ${countOf(receipt.images, 'image')}: largest difference from the engine ${receipt.maxAbs.toExponential(1)} (relative ${receipt.maxRel.toExponential(1)}).`,
  )
}
