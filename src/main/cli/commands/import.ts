// `netloom import`: an ONNX file or a TensorFlow.js model as an editable document with its weights beside it, and the receipt of the comparison.
import { findLabelSet, suggestLabelSet } from '../../../shared/datasets/labelSets'
import { isWritableName, textEnding } from '../../../shared/graph/fileNames'
import { parseClassNames } from '../../../shared/datasets/parseClassNames'
import { countOf, printCount, printExtents } from '../../../shared/graph/printNumbers'
import { readText } from '../../files/readRegular'
import { printDifference } from '../../../shared/exchange/outputDifference'
import type { InputScaling } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import { importTfjsNetwork, isTfjsPath } from '../../exchange/importTfjsFile'
import { importNetwork, writeImport, type ImportResult, type WrittenImport } from '../../exchange/importOnnxFile'
import { receiptForJson, requireEqualOutputs } from '../../models/receiptWords'
import { nameOf } from '../../files/projects'
import { readFailure } from '../../files/fileErrors'
import { writeJson, writeNote, writeResult } from '../output'
import { orAccept, orForce, UsageError } from '../usage'

export interface ImportCommandOptions {
  /** The document to write. */
  readonly document?: string
  /** The output of the file to take; a document, as this option meant before. */
  readonly output?: string
  readonly normalize?: InputScaling
  /** A well-known dataset, `imagenet`, or a file of class names: one per line, or a JSON list. */
  readonly classes?: string
  /** [C, H, W] */
  readonly input?: readonly [number, number, number]
  /** An image to compare by. */
  readonly image?: string
  /** Its name before; taken for one version more. */
  readonly picture?: string
  readonly flat?: boolean
  readonly force?: boolean
  /** Writes a network that gives something else than its file, marked. */
  readonly acceptDifference?: boolean
  readonly json?: boolean
}

/** Runs `netloom import`. @throws NetloomError as importNetwork and writeImport; dataset.malformed for a bad class list */
export async function runImport(file: string, options: ImportCommandOptions): Promise<void> {
  const classes = options.classes === undefined ? undefined : await readClasses(options.classes)
  const read = isTfjsPath(file) ? importTfjsNetwork : importNetwork
  const result = await read(file, {
    scaling: options.normalize,
    classes,
    inputShape: options.input,
    output: isDocument(options.output) ? undefined : options.output,
    image: options.image ?? options.picture,
    flat: options.flat,
  })
  if (classes && !result.document.classes) throw wrongClasses(options.classes ?? '', classes, result)
  if (!options.acceptDifference) await requireEqual(file, result, options.json)
  const given = options.document ?? (isDocument(options.output) ? options.output : undefined)
  const output = given ?? `${isTfjsPath(file) ? result.document.name : nameOf(file)}${textEnding}`
  const written = await orForce(writeImport(result, output, options.force))
  if (options.json) return writeJson(describeJson(result, written))
  for (const line of describeText(file, result, written)) writeResult(line)
  if (!result.document.scaling)
    writeNote('The file does not say how pixels become inputs: give --normalize as it was trained, here or later.')
}

/** No output of a model is called like a document. */
function isDocument(output: string | undefined): boolean {
  return output !== undefined && isWritableName(output)
}

/** A receipt that fails is a failure: nothing is written, and JSON tells how far and where. */
async function requireEqual(file: string, result: ImportResult, isJson = false): Promise<void> {
  if (isJson && result.receipt.verdict === 'different') writeJson(describeJson(result))
  await orAccept(Promise.resolve().then(() => requireEqualOutputs(file, result.receipt)))
}

/** The names that a well-known dataset has, or those in a file. */
async function readClasses(given: string): Promise<readonly string[]> {
  const known = findLabelSet(given)
  if (known) return known.names
  const names = parseClassNames(await readNames(given))
  if (names.length > 0) return names
  throw new NetloomError('dataset.malformed', `"${given}" names no classes.`, {
    path: given,
    hint: 'Write one name per line, or a JSON list of names.',
  })
}

async function readNames(path: string): Promise<string> {
  try {
    return await readText(path)
  } catch (cause) {
    const near = suggestLabelSet(path)
    if (near !== undefined) throw new UsageError(`there is no file "${path}" of class names; did you mean "${near}"?`)
    throw readFailure(path, cause)
  }
}

function wrongClasses(path: string, classes: readonly string[], { report }: ImportResult): NetloomError {
  const outputs = printExtents(report.output.shape)
  return new NetloomError(
    'dataset.classes',
    `"${path}" names ${printCount(classes.length)} classes, and the network gives ${outputs} outputs.`,
    { expected: report.output.shape, received: classes.length, hint: 'Give one name per output, in their order.' },
  )
}

function describeJson(result: ImportResult, written?: WrittenImport) {
  const { document, weights } = written ?? { document: null, weights: null }
  const { report, nodes, parameters, macs, receipt } = result
  const { folded, kept, unsupported } = report.operators
  return {
    document,
    weights,
    operators: { folded, kept, unsupported: Object.keys(unsupported) },
    nodes,
    parameters,
    macs,
    receipt: receiptForJson(receipt),
    notes: report.notes,
    outputs: report.output.choices,
  }
}

function describeText(file: string, result: ImportResult, written: WrittenImport): readonly string[] {
  const { report, nodes, blocks, parameters, macs, receipt } = result
  const gathered = Object.entries(blocks).map(([type, count]) => `${count} ${type}`)
  const { total, folded, kept, unsupported } = report.operators
  const others = Object.entries(unsupported).map(([name, count]) => (count > 1 ? `${count} ${name}` : name))
  const shape = `${printExtents(report.input.shape)} to ${printExtents(report.output.shape)}`
  return [
    `Imported ${file}: ${countOf(nodes, 'node')}, ${shape}, ${printCount(parameters)} parameters, ${printCount(macs)} MACs.`,
    `operators    ${printCount(total)} in the file${report.opset > 0 ? ` (opset ${report.opset})` : ''}: ${printCount(folded)} folded, ${printCount(kept)} kept as layers`,
    ...(others.length > 0
      ? [`             without a layer of their own, kept as ONNX operators: ${others.join(', ')}`]
      : []),
    ...(gathered.length > 0 ? [`blocks       ${gathered.join(', ')} (--flat keeps single layers)`] : []),
    ...report.notes.map((note) => `note         ${note}`),
    ...(report.output.choices.length > 1
      ? [`outputs      ${report.output.choices.join(', ')} (--output NAME takes another)`]
      : []),
    ...receipt.comparisons.map(
      ({ inputs, count, maxAbs, maxRel }) =>
        `receipt      ${inputs} x ${count}: largest difference from the original ${printDifference(maxAbs)} (relative ${printDifference(maxRel)})`,
    ),
    ...receipt.remarks.map((remark) => `receipt      ${remark}`),
    ...(receipt.verdict === 'different' ? ['receipt      DIFFERENT from the file, and marked so on the canvas'] : []),
    `Wrote ${written.document}, ${written.weights} and ${written.receipt}.`,
  ]
}
