// `netloom export`: writes a model as ONNX, for TensorFlow.js or as PyTorch code and prints the receipt of its check.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countOf, printBytes } from '../../../shared/graph/printNumbers'
import { exportOnnx, type ExportResult } from '../../exchange/exportOnnx'
import { exportPytorch } from '../../exchange/exportPytorch'
import { exportTfjs } from '../../exchange/exportTfjs'
import { loadModel } from '../../models/openModel'
import type { InputScaling } from '../../../shared/graph/document'
import { writeJson, writeNote, writeResult, writeText } from '../output'
import { orForce, standardOutput, UsageError } from '../usage'

export interface ExportCommandOptions {
  readonly format: ExportResult['format']
  readonly output: string
  readonly scalingInside?: boolean
  readonly temperature?: number
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
  if (options.output === standardOutput) requireOneStream(options)
  const model = await loadModel(reference, {
    scaling,
    // A file that takes scaled inputs need not say how they were scaled; the code for PyTorch shows it.
    scalingMayBeUnknown: format !== 'pytorch',
    anyOutputShape: format === 'onnx',
  })
  if (model.kind === 'onnx')
    throw new UsageError(`"${reference}" is an ONNX file already; give a run folder or a document.`)
  const { scalingInside, force, temperature } = options
  if (temperature !== undefined && format !== 'onnx')
    throw new UsageError(`--temperature goes with --format onnx, and the format is ${format}.`)
  const { write } = formats[format]
  if (options.output === standardOutput)
    return writeToStandardOutput((path) => write(model, path, { scalingInside, temperature }))
  const result = await orForce(write(model, options.output, { scalingInside, force, temperature }))
  if (options.json) return writeJson(result)
  const { files, sizeBytes } = result
  writeResult(
    `Wrote ${[files.slice(0, -1).join(', '), ...files.slice(-1)].filter(Boolean).join(' and ')} (${printBytes(sizeBytes)}).`,
  )
  if (result.receipt.images === 0) return writeNote(`It was not run: ${formats[format].notRun}`)
  writeResult(describeReceipt(result))
}

function describeReceipt({ format, receipt: { images, maxAbs, maxRel } }: ExportResult): string {
  return `Checked in ${formats[format].checker} on ${countOf(images, 'image')}: largest difference from the engine ${maxAbs.toExponential(1)} (relative ${maxRel.toExponential(1)}).`
}

/** @throws UsageError where standard output would have to take more than one file */
function requireOneStream({ format, json }: ExportCommandOptions): void {
  if (format !== 'onnx')
    throw new UsageError(`${format} is a folder of files, which standard output cannot take: name one with -o.`)
  if (json) throw new UsageError('--json and -o - both write on standard output: leave out one of them.')
}

/** The file as it would be on disk, checked there; what the check says goes beside it. */
async function writeToStandardOutput(write: (path: string) => Promise<ExportResult>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'netloom-export-'))
  try {
    const result = await write(join(folder, 'model.onnx'))
    const [file = '', ...others] = result.files
    if (others.length > 0)
      throw new UsageError('a model of this size has a second file for its weights: name a path with -o.')
    await writeText(await readFile(file))
    writeNote(describeReceipt(result))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
