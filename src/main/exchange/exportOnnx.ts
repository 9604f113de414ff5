// Writing a model as ONNX and proving it: the file is run by ONNX Runtime and compared with the engine; other formats are exportingTfjs.ts and exportingPytorch.ts.
import { stat } from 'node:fs/promises'
import { lowerDocument } from '../../shared/lower/lower'
import { metadataKeys, toModel } from '../../shared/lower/networkModel'
import { divideLogits } from '../../shared/lower/temperature'
import { logitsOf, softmax } from '../../shared/training/metrics'
import { requireScaling } from '../../shared/network/checkScaling'
import type { InputScaling } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import { RandomStream } from '../../shared/training/randomStream'
import { version } from '../../../package.json'
import { decodeImageBytes } from '../datasets/decodeImage'
import { requireReplaceable, type Replacing } from '../files/replacing'
import { describeOnnxModel, openLoaded, type NetworkModel, type OpenedModel } from '../models/openModel'
import { printCount } from '../../shared/graph/printNumbers'
import { isExportedModel, onnxModelFiles, readOnnxModel, writeOnnxModel } from '../models/onnxFiles'

/** The largest difference between a model's outputs and the engine's, relative to outputs above 1. */
export const exportTolerance = 1e-4

/** Batch sizes of the comparison: one image, and several, since the batch axis is free. */
const comparedBatches = [1, 7]

/** How the outputs for some images compare. */
export interface ReceiptLine {
  /** `random`, or the name of an image. */
  readonly inputs: string
  /** How many images at a time. */
  readonly count: number
  readonly maxAbs: number
  readonly maxRel: number
}

/** How two ways of computing the same outputs compare. */
export interface Receipt {
  /** Images that both were given. */
  readonly images: number
  /** The largest difference between two outputs. */
  readonly maxAbs: number
  /** The largest difference relative to the engine's output, where that is at least 1. */
  readonly maxRel: number
  /** One by one, where they were noted. */
  readonly comparisons?: readonly ReceiptLine[]
}

export interface ExportResult {
  readonly format: 'onnx' | 'tfjs' | 'pytorch'
  /** The model, and its data file where it has one. */
  readonly files: readonly string[]
  readonly sizeBytes: number
  readonly receipt: Receipt
}

export interface ExportOptions {
  /** A person has said that files which no export wrote may be replaced. */
  readonly force?: boolean
  /** True: the model takes pixels 0 ... 255; false: its metadata says how they are scaled before. */
  readonly scalingInside?: boolean
  /** Divides the logits inside the model; left out: they stay as they are. */
  readonly temperature?: number
  /** An image to compare by, beside random ones. */
  readonly image?: { readonly name: string; readonly bytes: Uint8Array }
}

/**
 * Compares the outputs of two models for the same random images, and for one of a person's.
 * @param batches how many random images at a time
 * @throws NetloomError engine.failed; dataset.unreadable (the image)
 */
export async function compareModels(
  first: OpenedModel,
  second: OpenedModel,
  batches: readonly number[] = comparedBatches,
  image?: ExportOptions['image'],
): Promise<Receipt> {
  const random = new RandomStream(1, 'export check')
  const size = countElements(first.inputShape)
  const comparisons: ReceiptLine[] = []
  const compare = async (inputs: string, pixels: Uint8Array, count: number): Promise<void> => {
    const expected = await first.predict(pixels, count)
    const received = await second.predict(pixels, count)
    comparisons.push({ inputs, count, ...compareOutputs(expected, received) })
  }
  for (const count of batches)
    await compare(
      'random',
      Uint8Array.from({ length: count * size }, () => random.below(256)),
      count,
    )
  const [channels, height, width] = first.inputShape
  // Networks of other than grey or colour images are compared on random ones only.
  if (image && (channels === 1 || channels === 3)) {
    const pixels = await decodeImageBytes(image.bytes, { channels, height, width, resize: first.resize })
    await compare(image.name, pixels, 1)
  }
  return {
    images: comparisons.reduce((sum, { count }) => sum + count, 0),
    maxAbs: Math.max(...comparisons.map(({ maxAbs }) => maxAbs)),
    maxRel: Math.max(...comparisons.map(({ maxRel }) => maxRel)),
    comparisons,
  }
}

/** NaN in one of the two counts as an infinite difference, and so does another number of outputs. */
function compareOutputs(expected: Float32Array, received: Float32Array): { maxAbs: number; maxRel: number } {
  if (received.length !== expected.length) return { maxAbs: Infinity, maxRel: Infinity }
  let [maxAbs, maxRel] = [0, 0]
  expected.forEach((value, index) => {
    const difference = Math.abs(value - (received[index] ?? NaN))
    const relative = difference / Math.max(1, Math.abs(value))
    maxAbs = Math.max(maxAbs, Number.isNaN(difference) ? Infinity : difference)
    maxRel = Math.max(maxRel, Number.isNaN(relative) ? Infinity : relative)
  })
  return { maxAbs, maxRel }
}

/** A model whose outputs are divided as an export does it, computed apart from the file. */
function withTemperature(model: OpenedModel, temperature: number | undefined): OpenedModel {
  if (temperature === undefined) return model
  return {
    ...model,
    predict: async (pixels, count) => {
      const logits = logitsOf(await model.predict(pixels, count), model.outputs)
      const divided = logits.map((value) => value / temperature)
      return model.outputs === 'logits' ? divided : softmax(divided, divided.length / count)
    },
  }
}

/** Opens a written model as any program would, and compares it with the engine's own outputs. */
async function checkExport(model: NetworkModel, path: string, { image, temperature }: ExportOptions): Promise<Receipt> {
  const { name, classes, resize, outputs, scaling } = model
  const written = describeOnnxModel(await readOnnxModel(path))
  const exported = await openLoaded(
    {
      kind: 'onnx',
      path,
      name,
      classes,
      resize,
      outputs,
      scaling: written.scaling ?? scaling,
      batchSize: written.batchSize,
    },
    'cpu',
  )
  const engine = withTemperature(await openLoaded(model, 'cpu'), temperature)
  try {
    return await compareModels(engine, exported, comparedBatches, image)
  } finally {
    await exported.dispose()
    await engine.dispose()
  }
}

/**
 * The scaling that an export states; undefined where nobody knows it, and then the file takes scaled inputs.
 * @throws NetloomError layer.shape where it does not fit the input; model.scaling where it is to be inside and unknown
 */
export function statedScaling(model: NetworkModel, { scalingInside }: ExportOptions): InputScaling | undefined {
  if (!model.isScalingUnknown) return requireScaling(model.scaling, model.inputShape)
  if (!scalingInside) return undefined
  throw new NetloomError('model.scaling', `"${model.name}" does not say how pixels become inputs.`, {
    hint: 'Give the scaling it was trained with, or export it without the scaling inside.',
  })
}

/** What every export may replace: an earlier one, and not what the model is read from. */
export function replacingOf({ readFrom }: NetworkModel, { force }: ExportOptions): Replacing {
  return { force, sources: readFrom, writer: 'an export' }
}

/**
 * Writes a model as ONNX with its class names and scaling, and checks the file.
 * @throws NetloomError file.write, file.exists; export.mismatch where the file gives other outputs; as statedScaling
 */
export async function exportOnnx(
  model: NetworkModel,
  path: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  const { document, weights, classes } = model
  const scaling = statedScaling(model, options)
  const { scalingInside, temperature } = options
  const whole = lowerDocument(document, { mode: 'inference', weights, scaling, scalingInside })
  const lowered = temperature === undefined ? whole : divideLogits(whole, temperature)
  const metadata = temperature === undefined ? undefined : { [metadataKeys.temperature]: String(temperature) }
  const onnx = toModel(lowered, { classes, scaling, producerVersion: version, metadata })
  await requireReplaceable(onnxModelFiles(path, onnx), { ...replacingOf(model, options), isOwn: isExportedModel })
  const files = await writeOnnxModel(path, onnx)
  const receipt = await checkExport(model, path, options)
  if (!(receipt.maxRel <= exportTolerance))
    throw new NetloomError(
      'export.mismatch',
      `The exported "${path}" differs from the engine by ${receipt.maxRel.toExponential(1)} on ${printCount(receipt.images)} images; ${exportTolerance} is allowed.`,
      { path, expected: exportTolerance, received: receipt.maxRel, hint: 'Do not use the file, and report this.' },
    )
  return { format: 'onnx', files, sizeBytes: await sizeOf(files), receipt }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  let sum = 0
  for (const file of files) sum += (await stat(file)).size
  return sum
}
