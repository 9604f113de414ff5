// The proof of an import: the original file and our export of the document, both run in ONNX Runtime on the same inputs; not the import.
import type { Analysis } from '../../shared/network/analyze'
import { toInferenceMode } from '../../shared/exchange/onnx/inferenceMode'
import type { ImportedNetwork } from '../../shared/exchange/onnx/importOnnx'
import { widenGraph } from '../../shared/exchange/onnx/widen'
import { lowerDocument } from '../../shared/lower/lower'
import { toModel } from '../../shared/lower/networkModel'
import type { Tensor } from '../../shared/onnx/tensor'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import { encodeModel } from '../../shared/onnx/bytes'
import type { OnnxModel } from '../../shared/onnx/model'
import { RandomStream } from '../../shared/training/randomStream'
import { decodeImage } from '../datasets/decodeImage'
import { openRawModel, type RawModel } from '../engines/ort/rawModel'
import { imageChannels } from '../models/prediction'

/** How the outputs of two models compare on some inputs. */
export interface OutputDifference {
  readonly output: string
  /** Random inputs, or the name of an image file. */
  readonly inputs: string
  readonly count: number
  readonly maxAbs: number
  /** The largest difference, relative to the largest value of the original's output. */
  readonly maxRel: number
}

export interface ImportReceipt {
  /** Over all comparisons; null where the original could not be run. */
  readonly maxAbs: number | null
  readonly maxRel: number | null
  readonly comparisons: readonly OutputDifference[]
  /** Why there is no comparison, or what to know about it. */
  readonly remarks: readonly string[]
}

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
 * @throws NetloomError engine.failed where our own export does not run; dataset.unreadable (the image)
 */
export async function compareWithOriginal(request: ReceiptRequest): Promise<ImportReceipt> {
  const { imported, analysis } = request
  const { report, document, weights } = imported
  if (analysis.activationBytes > largestActivationBytes)
    return noReceipt(`One image takes ${analysis.activationBytes} bytes of activations, too many to compare.`)
  const inputs = await makeInputs(request)
  const original = await runOriginal(request, inputs)
  if (typeof original === 'string') return noReceipt(`ONNX Runtime does not run the original: ${original}`)
  const lowered = lowerDocument(document, { mode: 'inference', weights })
  const ours = await openRawModel(encodeModel(toModel(lowered)), lowered.inputName)
  const comparisons: OutputDifference[] = []
  try {
    for (const [index, { label, count, tensor }] of inputs.entries()) {
      const wanted = original.outputs[index]
      if (!wanted) continue
      const received = await ours.run(tensor, lowered.outputName)
      const difference = compareValues(wanted.data, received.data)
      comparisons.push({ output: report.output.name, inputs: label, count, ...difference })
    }
  } finally {
    await ours.dispose()
  }
  const largest = (values: readonly number[]): number => values.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0)
  return {
    maxAbs: largest(comparisons.map(({ maxAbs }) => maxAbs)),
    maxRel: largest(comparisons.map(({ maxRel }) => maxRel)),
    comparisons,
    remarks: original.remarks,
  }
}

function noReceipt(remark: string): ImportReceipt {
  return { maxAbs: null, maxRel: null, comparisons: [], remarks: [remark] }
}

interface ReceiptInput {
  readonly label: string
  readonly count: number
  /** [N, C, H, W] */
  readonly tensor: Tensor
}

async function makeInputs({ imported: { report, document }, image }: ReceiptRequest): Promise<readonly ReceiptInput[]> {
  const { shape, batch } = report.input
  const size = countElements(shape)
  const random = new RandomStream(1, 'import receipt')
  const counts = batch === undefined ? comparedBatches : [batch]
  const inputs: ReceiptInput[] = counts.map((count) => ({
    label: 'random',
    count,
    tensor: { dims: [count, ...shape], data: Float32Array.from({ length: count * size }, () => random.normal()) },
  }))
  const [channels = 3, height = 0, width = 0] = shape
  // Networks of other than grey or colour images are compared on random inputs only.
  if (image === undefined || shape.length !== 3 || (channels !== 1 && channels !== 3)) return inputs
  const format = { channels: imageChannels(document.name, channels), height, width, resize: 'stretch' } as const
  const decoded = await decodeImage(image, format)
  const scaling = document.scaling ?? { mean: [0], deviation: [1] }
  const plane = height * width
  const one = Float32Array.from(decoded, (pixel, index) => {
    const channel = Math.floor(index / plane)
    const [mean, deviation] = [scaling.mean, scaling.deviation].map((list) => list[channel] ?? list[0] ?? 0)
    return (pixel / 255 - (mean ?? 0)) / (deviation ?? 1)
  })
  const count = batch ?? 1
  const data = new Float32Array(count * size)
  for (let index = 0; index < count; index++) data.set(one, index * size)
  return [...inputs, { label: image, count, tensor: { dims: [count, ...shape], data } }]
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
  const source = inTraining ? encodeModel(toInferenceMode(model)) : path
  const outputs = await runModel(source, report, inputs)
  if (typeof outputs !== 'string') {
    if (types !== '') remarks.push(`The original computes with ${types}, the document with float32: rounding differs.`)
    return { outputs, remarks }
  }
  if (types === '') return outputs
  const widened = toInferenceMode({ ...model, graph: widenGraph(model.graph).graph })
  const second = await runModel(encodeModel(widened), report, inputs)
  if (typeof second === 'string') return second
  remarks.push(`ONNX Runtime does not compute with ${types} here: the original was compared in float32.`)
  return { outputs: second, remarks }
}

async function runModel(
  source: Uint8Array | string,
  { input, output }: ImportedNetwork['report'],
  inputs: readonly ReceiptInput[],
): Promise<readonly Tensor[] | string> {
  let model: RawModel | undefined
  try {
    model = await openRawModel(source, input.name)
    const outputs: Tensor[] = []
    for (const { tensor } of inputs)
      outputs.push(await model.run(input.layout === 'nhwc' ? toChannelsLast(tensor) : tensor, output.name))
    return outputs
  } catch (error) {
    if (error instanceof NetloomError) return error.message
    throw error
  } finally {
    await model?.dispose()
  }
}

function toChannelsLast({ dims, data }: Tensor): Tensor {
  const [count = 0, channels = 0, height = 0, width = 0] = dims
  const plane = height * width
  const turned = new Float32Array(data.length)
  for (let index = 0; index < data.length; index++) {
    const [image, rest] = [Math.floor(index / (channels * plane)), index % (channels * plane)]
    const [channel, pixel] = [Math.floor(rest / plane), rest % plane]
    turned[image * channels * plane + pixel * channels + channel] = data[index] ?? 0
  }
  return { dims: [count, height, width, channels], data: turned }
}

/** NaN on one side only, or another number of values, is an infinite difference. */
function compareValues(expected: Float32Array, received: Float32Array): { maxAbs: number; maxRel: number } {
  if (expected.length !== received.length) return { maxAbs: Infinity, maxRel: Infinity }
  let [maxAbs, largest] = [0, 0]
  expected.forEach((value, index) => {
    const other = received[index] ?? NaN
    if (Object.is(value, other) || value === other) return
    const difference = Math.abs(value - other)
    maxAbs = Number.isNaN(difference) ? Infinity : Math.max(maxAbs, difference)
    largest = Math.max(largest, Math.abs(value))
  })
  for (const value of expected) if (Math.abs(value) > largest) largest = Math.abs(value)
  return { maxAbs, maxRel: maxAbs === 0 ? 0 : maxAbs / Math.max(largest, 1e-30) }
}
