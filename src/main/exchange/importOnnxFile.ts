// ONNX files as documents: read, converted, compared with the original in ONNX Runtime, written; the conversion is shared/exchange/onnx.
import { basename } from 'node:path'
import { analyzeDocument, type Analysis } from '../../shared/network/analyze'
import { isWritableName, withoutEnding } from '../../shared/graph/fileNames'
import { markDifference } from '../../shared/exchange/markDifference'
import { type ImportedNetwork, type ImportOptions, type ImportReport } from '../../shared/exchange/onnx/importOnnx'
import { findUntrained } from '../../shared/network/findUntrained'
import { requireScaling } from '../../shared/network/checkScaling'
import type { TensorMap } from '../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { errorOf } from '../../shared/graph/issue'
import { checkDocument } from '../../shared/network/checkDocument'
import { describeBrokenWeights } from '../../shared/training/finiteNumbers'
import { encodeSafetensors } from '../../shared/training/safetensors'
import { version } from '../../../package.json'
import { FileWriter } from '../files/durableFile'
import { compareWithOriginal } from '../models/importReceipt'
import { describeDifference, receiptForJson, type ImportReceipt } from '../models/receiptWords'
import { proveImport, type ProofOptions } from '../models/proveImport'
import { convertModel } from '../models/convertModel'
import { orRunOnly } from '../models/runAsItIs'
import { analyzeOnnx, type OnnxAnalysis } from '../models/onnxAnalysis'
import { printCount } from '../../shared/graph/printNumbers'
import { readOnnxModel } from '../models/onnxFiles'
import { gatherLayers } from './gatherLayers'
import { nameOf, writeDocument } from '../files/projects'
import { requireReplaceable } from '../files/replacing'

export interface ImportRequest extends Pick<ImportOptions, 'classes' | 'inputShape' | 'output'> {
  /** How pixels become inputs; left out: what the file's metadata says, if anything. */
  readonly scaling?: InputScaling
  /** Name of the document; left out: that of the file. */
  readonly name?: string
  /** An image file to compare by, beside random inputs. */
  readonly image?: string
  /** True: every operator a layer of its own; else repeated structure is gathered into blocks. */
  readonly flat?: boolean
  /** Called when a stage begins. */
  readonly onStage?: (stage: 'reading' | 'converting' | 'comparing') => void
  /** Called with the network before it is compared. */
  readonly onImported?: (imported: Omit<ImportResult, 'receipt'>) => void
}

/** An imported network and the proof that it computes what the file computes. */
export interface ImportResult {
  readonly document: NetworkDocument
  readonly weights: TensorMap
  readonly report: ImportReport
  /** Layers and blocks of the document, the input included. */
  readonly nodes: number
  /** How many blocks of each type the layers were gathered into. */
  readonly blocks: Readonly<Record<string, number>>
  /** Values that training fits. */
  readonly parameters: number
  /** Multiply-accumulates for one image. */
  readonly macs: number
  readonly receipt: ImportReceipt
}

/**
 * Reads an ONNX file and turns it into a document with weights, compared with the original.
 * @throws NetloomError file.read, onnx.*, layer.shape (a scaling that does not fit)
 */
export async function importNetwork(path: string, request: ImportRequest = {}): Promise<ImportResult> {
  request.onStage?.('reading')
  const model = await orRunOnly(path, readOnnxModel(path))
  request.onStage?.('converting')
  const name = request.name ?? nameOf(path)
  const flat = await orRunOnly(path, convertModel(path, model, { ...request, name }))
  const imported = request.flat ? { ...flat, blocks: {} } : gather(flat)
  const { document, weights, report, blocks } = imported
  const error = errorOf(checkDocument(document))
  if (error) throw error
  if (document.scaling) requireScaling(document.scaling, report.input.shape)
  const analysis = analyzeDocument(document)
  const untrained = findUntrained(document).map(({ message }) => message)
  const broken = describeBrokenWeights(weights)
  const notes = [
    ...(broken === undefined ? [] : [broken]),
    ...report.notes,
    ...untrained,
    ...compareCounts(analyzeOnnx(model, name), analysis),
  ]
  const result = {
    document,
    weights,
    report: { ...report, notes },
    nodes: document.nodes.length,
    blocks,
    parameters: analysis.parameters.total,
    macs: analysis.macs,
  }
  request.onImported?.(result)
  request.onStage?.('comparing')
  const receipt = await orRunOnly(path, compareWithOriginal({ path, model, imported, image: request.image, analysis }))
  return { ...result, receipt }
}

/** Says where the counts of a file and of its document differ, and why they may. */
function compareCounts(file: OnnxAnalysis, document: Analysis): readonly string[] {
  // Where its shapes do not follow from the file, nothing was counted.
  const isCounted = !file.issues.some(({ code }) => code.startsWith('onnx.'))
  const [ours, theirs] = [document.parameters.total, file.parameters.total]
  return [
    ...(ours === theirs
      ? []
      : [
          `The file has ${printCount(theirs)} parameters, the document ${printCount(ours)}: weights that serve several layers are copied here, constants that scale the image are not learnt, weights that stay whole numbers are none here, and what only folds into others is gone.`,
        ]),
    ...(!isCounted || document.macs === file.macs
      ? []
      : [
          `The file takes ${printCount(file.macs)} MACs, the document ${printCount(document.macs)}: products of constants are computed once here, and padding that the file does by itself may be part of a layer.`,
        ]),
  ]
}

/**
 * The same for training a file as it is: compared once, and remembered.
 * @throws NetloomError as importNetwork; import.different
 */
export async function readOnnxNetwork(path: string, options: ProofOptions = {}): Promise<ImportedNetwork> {
  const model = await readOnnxModel(path)
  const imported = gather(await orRunOnly(path, convertModel(path, model, { name: nameOf(path) })))
  const error = errorOf(checkDocument(imported.document))
  if (error) throw error
  await orRunOnly(path, proveImport({ path, model, imported }, options))
  return imported
}

/** Gathers the layers of an ONNX network into blocks; what came from where follows them. */
function gather(flat: ImportedNetwork): ImportedNetwork & Pick<ImportResult, 'blocks'> {
  const { network, blocks, moves } = gatherLayers(flat)
  const origins = new Map(Array.from(flat.origins, ([id, value]) => [moves.get(id) ?? id, value]))
  return { ...network, origins, blocks }
}

/** Where an import is written. */
export interface WrittenImport {
  readonly document: string
  readonly weights: string
  readonly receipt: string
}

/** The three files of an import by the name of its document. */
export function importFiles(output: string): WrittenImport {
  const stem = isWritableName(output) ? withoutEnding(output) : output
  return { document: output, weights: `${stem}.safetensors`, receipt: `${stem}.receipt.json` }
}

/**
 * Writes document, weights and receipt; the document last, so that one that is there is whole.
 * @param replace whether files that are there may go
 * @throws NetloomError file.write, file.exists
 */
export async function writeImport(result: ImportResult, output: string, replace = false): Promise<WrittenImport> {
  const files = importFiles(output)
  await requireReplaceable(Object.values(files), { force: replace })
  const writer = new FileWriter()
  await writer.writeWhole(files.weights, encodeSafetensors(result.weights, { format: 'netloom', version }))
  const { report, nodes, blocks, parameters, macs, receipt } = result
  const account = { ...report, nodes, blocks, parameters, macs, receipt: receiptForJson(receipt), netloom: version }
  await writer.writeWhole(files.receipt, [new TextEncoder().encode(`${JSON.stringify(account, null, 2)}\n`)])
  const document = markDifference(
    result.document,
    receipt.verdict === 'different' ? describeDifference(receipt) : undefined,
  )
  await writeDocument(files.document, { ...document, weights: basename(files.weights) }, replace)
  return files
}
