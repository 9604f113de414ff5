// The proof of an import: the original file and our export of the document, both run in ONNX Runtime on the same inputs; not the import.
import type { Analysis } from '../../shared/network/analyze'
import { toInferenceMode } from '../../shared/exchange/onnx/inferenceMode'
import type { ImportedNetwork } from '../../shared/exchange/onnx/importOnnx'
import { freeBatch } from '../../shared/exchange/onnx/inputSize'
import { pixelTypes } from '../../shared/exchange/onnx/pixelInput'
import { widenGraph } from '../../shared/exchange/onnx/widen'
import { compareOutputs, judgeDifference, largestOf, printDifference } from '../../shared/exchange/outputDifference'
import type { NetworkDocument } from '../../shared/graph/document'
import { lowerDocument, type LoweredNetwork } from '../../shared/lower/lower'
import { toModel } from '../../shared/lower/networkModel'
import type { Tensor } from '../../shared/onnx/tensor'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import { encodeModel } from '../../shared/onnx/bytes'
import type { OnnxModel } from '../../shared/onnx/model'
import { RandomStream } from '../../shared/training/randomStream'
import {
  describeFirst,
  noReceipt,
  type FirstDifference,
  type ImportReceipt,
  type OutputComparison,
} from './receiptWords'
import { requireAlike } from './requireAlike'
import { decodeImage } from '../datasets/decodeImage'
import { toChannelsLast } from '../engines/ort/imageLayout'
import { openRawModel, settingsForFewRuns, type RawModel } from '../engines/ort/rawModel'

export interface ReceiptRequest {
  readonly path: string
  readonly model: OnnxModel
  readonly imported: ImportedNetwork
  /** An image file to compare by, beside random inputs. */
  readonly image?: string
  readonly analysis: Analysis
}

/** Random inputs are compared one by one and several at a time, since the batch is free. */
const comparedBatches = [1, 3]

/** Activations of one image of more bytes than this are not computed for a comparison. */
const largestActivationBytes = 1e9

/**
 * Compares the original with our export. An original that ONNX Runtime refuses gives a receipt that says so.
 * @throws NetloomError engine.failed where our own export does not run; dataset.unreadable (the image); onnx.unsupported
 * where the network mixes the images of a batch
 */
export async function compareWithOriginal(request: ReceiptRequest): Promise<ImportReceipt> {
  const { imported, analysis } = request
  const { report, document, weights } = imported
  if (analysis.activationBytes > largestActivationBytes)
    return noReceipt(`One image takes ${analysis.activationBytes} bytes of activations, too many to compare.`)
  const inputs = await makeInputs(request)
  const types = Object.keys(report.widened).join(' and ')
  const original = await runOriginal(request, inputs)
  if (typeof original === 'string') return noReceipt(`ONNX Runtime does not run the original: ${original}`)
  const lowered = lowerDocument(document, { mode: 'inference', weights })
  const ours = await openRawModel(
    encodeModel(toModel(lowered)),
    lowered.inputName,
    settingsForFewRuns(report.operators.total),
  )
  try {
    const outputs: Tensor[] = []
    for (const { tensor } of inputs) outputs.push(await ours.run(tensor, lowered.outputName))
    let receipt = compareAll(report.output.name, inputs, original, outputs)
    // Coarser numbers in the original alone may be more than that: what counts then is the same network in ours.
    const isCoarse = Object.keys(report.widened).some((type) => type !== 'float64')
    if (receipt.verdict === 'different' && isCoarse) {
      const widened = await runModel(widenModel(request.model, report), report, inputs)
      const remark = `The original computes with ${types}, the document with float32: rounding differs by ${printDifference(receipt.maxRel)}, so that the original was compared in float32 too.`
      if (typeof widened !== 'string')
        receipt = compareAll(report.output.name, inputs, { outputs: widened, remarks: [remark] }, outputs)
    }
    const runs = inputs.map(({ tensor }, index) => ({ input: tensor, output: outputs[index] ?? tensor }))
    const [first, ...rest] = runs
    // Before a difference is told: a file of one image whose network mixes several differs for that reason alone.
    if (first) await requireAlike(lowered, [first, ...rest], (tensor) => ours.run(tensor, lowered.outputName))
    if (receipt.verdict !== 'different') return receipt
    const worst = inputs[receipt.comparisons.findIndex((each) => judgeDifference(each) === 'different')]
    const firstDifference = worst && (await findFirstDifference(request, lowered, worst.tensor))
    return {
      ...receipt,
      ...(firstDifference && { firstDifference }),
      remarks: [...receipt.remarks, ...(firstDifference ? [describeFirst(firstDifference)] : [])],
    }
  } finally {
    await ours.dispose()
  }
}

/** Compares outputs with those of the original, inputs by inputs. */
function compareAll(
  output: string,
  inputs: readonly ReceiptInput[],
  { outputs: expected, remarks }: OriginalRun,
  received: readonly Tensor[],
): ImportReceipt {
  const comparisons = inputs.map(({ label, count }, index): OutputComparison => {
    const difference = compareOutputs(expected[index]?.data ?? [], received[index]?.data ?? [])
    return { output, inputs: label, count, ...difference }
  })
  const largest = largestOf(comparisons)
  return { ...largest, verdict: judgeDifference(largest), comparisons, remarks }
}

interface ReceiptInput {
  readonly label: string
  readonly count: number
  /** [N, C, H, W] */
  readonly tensor: Tensor
}

async function makeInputs({
  imported: { report, document },
  image: file,
}: ReceiptRequest): Promise<readonly ReceiptInput[]> {
  const { shape, batch } = report.input
  const size = countElements(shape)
  const random = new RandomStream(1, 'import receipt')
  // Pixels that every type of whole numbers holds.
  const areWhole = pixelTypes.has(report.input.dataType)
  const draw = (): number => (areWhole ? Math.floor(random.between(0, 128)) : random.normal())
  const several = batch !== undefined && report.input.isOpened === true ? [batch, 3 * batch] : [batch ?? 1]
  const counts = batch === undefined ? comparedBatches : several
  const image = Float32Array.from({ length: size }, draw)
  const inputs: ReceiptInput[] = counts.map((count) => {
    const data = Float32Array.from({ length: count * size }, draw)
    // Two equal images show whether an image is computed beside others as it is alone.
    for (let index = 0; index < Math.min(2, count); index++) data.set(image, index * size)
    return { label: 'random', count, tensor: { dims: [count, ...shape], data } }
  })
  const [channels = 3, height = 0, width = 0] = shape
  // Networks of other than grey or colour images are compared on random inputs only.
  if (file === undefined || shape.length !== 3 || (channels !== 1 && channels !== 3)) return inputs
  const format = { channels, height, width, resize: 'stretch' } as const
  const decoded = await decodeImage(file, format)
  const scaling = document.scaling ?? { mean: [0], deviation: [1] }
  const plane = height * width
  const one = Float32Array.from(decoded, (pixel, index) => {
    const channel = Math.floor(index / plane)
    const [mean, deviation] = [scaling.mean, scaling.deviation].map((list) => list[channel] ?? list[0] ?? 0)
    const value = (pixel / 255 - (mean ?? 0)) / (deviation ?? 1)
    return areWhole ? Math.round(value) : value
  })
  const count = batch ?? 1
  const data = new Float32Array(count * size)
  for (let index = 0; index < count; index++) data.set(one, index * size)
  return [...inputs, { label: file, count, tensor: { dims: [count, ...shape], data } }]
}

/** What a run of the original gave. */
interface OriginalRun {
  readonly outputs: readonly Tensor[]
  readonly remarks: readonly string[]
}

/** The original's outputs, or why it cannot be run. Types that ONNX Runtime has no kernels for are run as float32. */
async function runOriginal(
  { path, model, imported: { report } }: ReceiptRequest,
  inputs: readonly ReceiptInput[],
): Promise<OriginalRun | string> {
  const types = Object.keys(report.widened).join(' and ')
  const inTraining = report.trainingNodes > 0
  const remarks = inTraining ? ['The original was compared with its training mode switched off.'] : []
  const isOutput = model.graph.outputs.some(({ name }) => name === report.output.name)
  const free = freeBatch(model)
  const plain = inTraining ? toInferenceMode(free) : free
  const isPlain = isOutput && !inTraining && free === model
  const outputs = await runModel(isPlain ? path : encodeFor(plain, report), report, inputs)
  if (typeof outputs !== 'string') {
    if (types !== '') remarks.push(`The original computes with ${types}, the document with float32: rounding differs.`)
    return { outputs, remarks }
  }
  if (types === '') return outputs
  const second = await runModel(widenModel(model, report), report, inputs)
  if (typeof second === 'string') return second
  remarks.push(`ONNX Runtime does not compute with ${types} here: the original was compared in float32.`)
  return { outputs: second, remarks }
}

/** The model with float32 in place of every other float. */
function widenModel(model: OnnxModel, report: ImportedNetwork['report']): () => Uint8Array {
  return encodeFor(toInferenceMode({ ...model, graph: widenGraph(model.graph).graph }), report)
}

/** The model with the one output that is compared. */
function encodeFor(model: OnnxModel, { output }: ImportedNetwork['report']): () => Uint8Array {
  return () => encodeModel(model, { outputs: [output.name] })
}

async function runModel(
  source: (() => Uint8Array) | string,
  { input, output, operators }: ImportedNetwork['report'],
  inputs: readonly ReceiptInput[],
): Promise<readonly Tensor[] | string> {
  let model: RawModel | undefined
  try {
    model = await openRawModel(
      typeof source === 'string' ? source : source(),
      input.name,
      settingsForFewRuns(operators.total),
    )
    const outputs: Tensor[] = []
    for (const { tensor } of inputs) {
      const parts: Tensor[] = []
      for (const part of inBatches(tensor, input.batch))
        parts.push(await model.run(orient(part, input.layout), output.name))
      outputs.push(joinBatches(parts))
    }
    return outputs
  } catch (error) {
    if (error instanceof NetloomError) return error.message
    throw error
  } finally {
    await model?.dispose()
  }
}

/** Images in the groups that a file takes, where it fixes their number. */
function inBatches(images: Tensor, batch: number | undefined): readonly Tensor[] {
  const { dims, data } = images
  const [count = 1, ...shape] = dims
  if (batch === undefined || batch >= count) return [images]
  const size = countElements(shape)
  return Array.from({ length: Math.floor(count / batch) }, (_, index) => ({
    dims: [batch, ...shape],
    data: data.slice(index * batch * size, (index + 1) * batch * size),
  }))
}

function joinBatches(parts: readonly Tensor[]): Tensor {
  const [first = { dims: [0], data: new Float32Array(0) }] = parts
  if (parts.length === 1) return first
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
  let offset = 0
  for (const part of parts) {
    data.set(part.data, offset)
    offset += part.data.length
  }
  const [batch = 0, ...rest] = first.dims
  return { dims: [batch * parts.length, ...rest], data }
}

/**
 * Runs both networks on one input and compares layer by layer.
 * @returns undefined where no layer differs by itself, or where the original gives none of these values
 */
async function findFirstDifference(
  { model, imported }: ReceiptRequest,
  lowered: LoweredNetwork,
  input: Tensor,
): Promise<FirstDifference | undefined> {
  const { origins, report, document } = imported
  const given = new Set(model.graph.nodes.flatMap(({ outputs }) => outputs))
  const values: ReadonlyMap<string, readonly string[]> = lowered.values
  const known = Array.from(origins).flatMap(([layer, value]) => {
    const ours = values.get(layer)?.[0]
    return ours !== undefined && given.has(value) ? [{ layer, value, ours }] : []
  })
  const own = await runAll(
    toModel(lowered),
    lowered.inputName,
    input,
    known.map(({ ours }) => ours),
  )
  const theirs = await runOriginalValues(
    model,
    report,
    orient(input, report.input.layout),
    known.map(({ value }) => value),
  )
  for (const { layer, value, ours } of known) {
    const [expected, received] = [theirs.get(value), own.get(ours)]
    if (!expected || !received || isTurned(expected.dims, received.dims)) continue
    const difference = compareOutputs(expected.data, received.data)
    if (judgeDifference(difference) === 'equal') continue
    return { layer, type: typeOf(document, layer), value, ...difference }
  }
  return undefined
}

/** Whether these are the same extents in another order, as in channels last: such values cannot be compared one by one. */
function isTurned(a: readonly number[], b: readonly number[]): boolean {
  const sorted = (dims: readonly number[]): string => dims.toSorted((one, other) => one - other).join()
  return a.join() !== b.join() && sorted(a) === sorted(b)
}

/** Values of the original, in its own type where it has one that runs, else in float32. */
async function runOriginalValues(
  model: OnnxModel,
  { input, widened }: ImportedNetwork['report'],
  tensor: Tensor,
  names: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  const plain = toInferenceMode(model)
  if (Object.keys(widened).length > 0) {
    const found = await runAll(plain, input.name, tensor, names)
    if (found.size > 0) return found
  }
  return runAll({ ...plain, graph: widenGraph(plain.graph).graph }, input.name, tensor, names)
}

const valuesPerRun = 256

/** Values of a model by name; none where it does not run. */
async function runAll(
  model: OnnxModel,
  inputName: string,
  input: Tensor,
  names: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  const outputs = [...new Set(names)]
  const found = new Map<string, Tensor>()
  try {
    const raw = await openRawModel(encodeModel(model, { outputs }), inputName)
    try {
      // A run computes the whole network whatever is asked for, and what is asked for stays in memory.
      for (let first = 0; first < outputs.length; first += valuesPerRun) {
        const asked = outputs.slice(first, first + valuesPerRun)
        const values = await raw.runMany(input, asked)
        values.forEach((value, index) => found.set(asked[index] ?? '', value))
      }
    } finally {
      await raw.dispose()
    }
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
  }
  return found
}

/** The type of a layer, or of the block that holds it. */
function typeOf({ nodes }: NetworkDocument, path: string): string {
  return nodes.find(({ id }) => path === id || path.startsWith(`${id}/`))?.type ?? 'layer'
}

function orient(input: Tensor, layout: ImportedNetwork['report']['input']['layout']): Tensor {
  return layout === 'nhwc' ? toChannelsLast(input) : input
}
