// TensorFlow.js layers models as documents: read, converted, compared with the original; the conversion is shared/exchange/tfjs.
import { basename, dirname, join, resolve, sep } from 'node:path'
import { analyzeDocument } from '../../shared/network/analyze'
import { isDocumentName } from '../../shared/graph/fileNames'
import { checkDocument } from '../../shared/network/checkDocument'
import { importTfjs, type ImportedTfjs } from '../../shared/exchange/tfjs/importTfjs'
import { parseMachineMetadata, type MachineMetadata } from '../../shared/exchange/tfjs/teachableMachine'
import { parseTfjsModel } from '../../shared/exchange/tfjs/topology'
import { compareOutputs, judgeDifference } from '../../shared/exchange/outputDifference'
import { requireScaling } from '../../shared/network/checkScaling'
import type { TensorMap } from '../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { errorOf } from '../../shared/graph/issue'
import { countElements } from '../../shared/graph/shape'
import { RandomStream } from '../../shared/training/randomStream'
import { loadEngine } from '../engines/index'
import type { TfjsModelFile as NamedBytes } from '../engines/tfjs/modelFormat'
import { readFailure } from '../files/fileErrors'
import { readRegular } from '../files/readRegular'
import { gatherLayers } from './gatherLayers'
import type { ImportRequest, ImportResult } from './importOnnxFile'
import { printCount } from '../../shared/graph/printNumbers'
import { noReceipt, type ImportReceipt } from '../models/receiptWords'

/** Plain JavaScript takes seconds for so many multiplications. */
const mostComparedMacs = 1e9

/** Whether a path names a model of TensorFlow.js rather than an ONNX file. */
export function isTfjsPath(path: string): boolean {
  return /\.json$/iu.test(path) && !isDocumentName(path)
}

/**
 * Reads a model.json with its shards and turns it into a document with weights, compared with the original.
 * @throws NetloomError file.read, tfjs.*, weights.mismatch, file.outside (shards elsewhere), layer.shape
 */
export async function importTfjsNetwork(path: string, request: ImportRequest = {}): Promise<ImportResult> {
  const files = await readModelFiles(path)
  const { decodeTfjsWeights } = await import('../engines/tfjs/modelFormat')
  const description = files.at(-1)
  const parsed = parseTfjsModel(new TextDecoder().decode(description?.bytes))
  const machine = await readMachineMetadata(path)
  const file = { ...parsed, metadata: { ...machine, ...parsed.metadata } }
  const specs = file.manifest.flatMap(({ weights }) => weights)
  const bytes = Buffer.concat(files.slice(0, -1).map((shard) => shard.bytes))
  const tensors: TensorMap = await decodeTfjsWeights(specs, bytes).catch((cause: unknown) => {
    throw new NetloomError('weights.malformed', `"${path}": its shards do not hold the weights that it names.`, {
      path,
      cause,
      hint: 'Copy all files of the model anew.',
    })
  })
  const { name, classes, scaling } = request
  const flat = importTfjs(file, tensors, { name: name ?? nameFrom(path), classes, scaling })
  const { network: imported, blocks } = request.flat ? { network: flat, blocks: {} } : gatherLayers(flat)
  const { document, weights, layers, inputShape, outputShape } = imported
  const error = errorOf(checkDocument(document))
  if (error) throw error
  if (document.scaling) requireScaling(document.scaling, inputShape)
  const analysis = analyzeDocument(document)
  return {
    document,
    weights,
    report: {
      opset: 0,
      operators: {
        total: layers.total,
        folded: Math.max(0, layers.total - layers.kept),
        kept: layers.kept,
        unsupported: {},
        unused: 0,
      },
      widened: {},
      trainingNodes: 0,
      input: {
        name: 'input',
        layout: inputShape.length === 3 ? 'nhwc' : 'vector',
        shape: inputShape,
        dataType: 'float32',
      },
      output: { name: file.output, shape: outputShape, choices: [] },
      notes: describeMachine(document, machine),
    },
    nodes: document.nodes.length,
    blocks,
    parameters: analysis.parameters.total,
    macs: analysis.macs,
    receipt: await compareWithFiles(files, imported, analysis.macs),
  }
}

/** What Teachable Machine wrote beside a model; undefined where it wrote nothing. */
async function readMachineMetadata(path: string): Promise<MachineMetadata | undefined> {
  const file = join(dirname(resolve(path)), 'metadata.json')
  if (resolve(path) === file) return undefined
  try {
    return parseMachineMetadata((await readRegular(file)).toString('utf8'))
  } catch {
    // Nothing depends on it: class names can be given at import, too.
    return undefined
  }
}

/** Says where class names and scaling come from, and where the names do not fit. */
function describeMachine(
  { classes, scaling }: NetworkDocument,
  machine: MachineMetadata | undefined,
): readonly string[] {
  if (!machine) return []
  const areTaken = classes?.join('\n') === machine.classes.join('\n')
  const isScaled = machine.scaling !== undefined && scaling?.mean.join() === machine.scaling.mean.join()
  return [
    ...(areTaken
      ? [`The class names are those of metadata.json beside the model: ${machine.classes.join(', ')}.`]
      : []),
    ...(classes || areTaken
      ? []
      : [
          `metadata.json beside the model names ${printCount(machine.classes.length)} classes, and the network has another number of outputs: they are left out.`,
        ]),
    ...(isScaled ? ['Pixels become inputs from -1 to 1, as Teachable Machine feeds its image models.'] : []),
  ]
}

/** The name of the folder where the file is called model.json, else that of the file. */
function nameFrom(path: string): string {
  const name = basename(path) === 'model.json' ? basename(dirname(resolve(path))) : basename(path)
  return name.replace(/\.(?:json|tfjs)$/iu, '')
}

/** The shards in their order, then model.json. @throws NetloomError file.read, tfjs.*, file.outside */
async function readModelFiles(path: string): Promise<readonly NamedBytes[]> {
  const read = async (file: string): Promise<Uint8Array> =>
    readRegular(file).catch((cause: unknown) => {
      throw readFailure(file, cause)
    })
  const description = await read(path)
  const { manifest } = parseTfjsModel(new TextDecoder().decode(description))
  const folder = dirname(resolve(path))
  const shards: NamedBytes[] = []
  for (const name of manifest.flatMap(({ paths }) => paths)) {
    if (!resolve(folder, name).startsWith(folder + sep))
      throw new NetloomError('file.outside', `"${path}" names the shard "${name}" outside its own folder.`, {
        path,
        received: name,
        hint: 'Get the model from a source that you trust.',
      })
    shards.push({ name, bytes: await read(join(folder, name)) })
  }
  return [...shards, { name: 'model.json', bytes: description }]
}

/** Runs the original in TensorFlow.js and the document in ONNX Runtime on the same random images. */
async function compareWithFiles(
  files: readonly NamedBytes[],
  { document, weights, inputShape, outputShape }: ImportedTfjs,
  macs: number,
): Promise<ImportReceipt> {
  if (macs > mostComparedMacs) {
    const remark = 'The network is too large to be run in plain JavaScript for a comparison.'
    return noReceipt(remark)
  }
  const { openTfjsModel } = await import('../engines/tfjs/modelFormat')
  const scaling: InputScaling = document.scaling ?? { mean: [0.5], deviation: [0.25] }
  const original = await openTfjsModel(files, { inputShape, outputShape, scaling, scalingInside: false })
  const engine = await loadEngine('ort')
  const ours = await engine.openPrediction({ document, weights, scaling }, 'cpu')
  const random = new RandomStream(1, 'import check')
  const count = 3
  const pixels = Uint8Array.from({ length: count * countElements(inputShape) }, () => random.below(256))
  try {
    const expected = await original.predict(pixels, count)
    const received = await ours.predict(pixels, count)
    const difference = compareOutputs(expected, received)
    const comparison = { output: 'output', inputs: 'random images', count, ...difference }
    return { ...difference, verdict: judgeDifference(difference), comparisons: [comparison], remarks: [] }
  } finally {
    await original.dispose()
    await ours.dispose()
  }
}
