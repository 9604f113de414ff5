// Writing a model as ONNX and proving it: the file is run by ONNX Runtime and compared with the engine; TensorFlow.js's format is exportingTfjs.ts.
import { stat } from 'node:fs/promises'
import { lowerDocument } from '../../shared/compile/lower'
import { toModel } from '../../shared/compile/model'
import { requireScaling } from '../../shared/compile/scaling'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import { RandomStream } from '../../shared/random'
import { version } from '../../../package.json'
import { describeOnnxModel, openLoaded, type NetworkModel, type OpenedModel } from './models'
import { readOnnxModel, writeOnnxModel } from './onnxFiles'

/** The largest difference between a model's outputs and the engine's, relative to outputs above 1. */
export const exportTolerance = 1e-4

/** Batch sizes of the comparison: one picture, and several, since the batch axis is free. */
const comparedBatches = [1, 7]

/** How two ways of computing the same outputs compare. */
export interface Receipt {
  /** Pictures of random pixels that both were given. */
  readonly images: number
  /** The largest difference between two outputs. */
  readonly maxAbs: number
  /** The largest difference relative to the engine's output, where that is at least 1. */
  readonly maxRel: number
}

export interface ExportResult {
  readonly format: 'onnx' | 'tfjs'
  /** The model, and its data file where it has one. */
  readonly files: readonly string[]
  readonly sizeBytes: number
  readonly receipt: Receipt
}

export interface ExportOptions {
  /** True: the model takes pixels 0 ... 255; false: its metadata says how they are scaled before. */
  readonly scalingInside?: boolean
}

/**
 * Compares the outputs of two models for the same random pictures.
 * @param batches how many pictures at a time
 * @throws NetloomError engine.failed
 */
export async function compareModels(
  first: OpenedModel,
  second: OpenedModel,
  batches: readonly number[] = comparedBatches,
): Promise<Receipt> {
  const random = new RandomStream(1, 'export check')
  const size = countElements(first.inputShape)
  let [images, maxAbs, maxRel] = [0, 0, 0]
  for (const count of batches) {
    const pixels = Uint8Array.from({ length: count * size }, () => random.below(256))
    const expected = await first.predict(pixels, count)
    const received = await second.predict(pixels, count)
    if (received.length !== expected.length) return { images, maxAbs: Infinity, maxRel: Infinity }
    expected.forEach((value, index) => {
      const difference = Math.abs(value - (received[index] ?? NaN))
      // NaN in one of the two counts as a difference.
      if (!(difference <= maxAbs)) maxAbs = difference
      const relative = difference / Math.max(1, Math.abs(value))
      if (!(relative <= maxRel)) maxRel = relative
    })
    images += count
  }
  return { images, maxAbs, maxRel }
}

/** Opens a written model as any program would, and compares it with the engine's own outputs. */
async function checkExport(model: NetworkModel, path: string): Promise<Receipt> {
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
  const engine = await openLoaded(model, 'cpu')
  try {
    return await compareModels(engine, exported)
  } finally {
    await exported.dispose()
    await engine.dispose()
  }
}

/**
 * Writes a model as ONNX with its class names and scaling, and checks the file.
 * @throws NetloomError file.write; export.mismatch where the file gives other outputs
 */
export async function exportOnnx(
  model: NetworkModel,
  path: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  const { document, weights, inputShape, classes } = model
  const scaling = requireScaling(model.scaling, inputShape)
  const lowered = lowerDocument(document, { mode: 'inference', weights, scaling, scalingInside: options.scalingInside })
  const onnx = toModel(lowered, { classes, scaling, producerVersion: version })
  const files = await writeOnnxModel(path, onnx)
  const receipt = await checkExport(model, path)
  if (!(receipt.maxRel <= exportTolerance))
    throw new NetloomError(
      'export.mismatch',
      `The exported "${path}" differs from the engine by ${receipt.maxRel.toExponential(1)} on ${receipt.images} pictures; ${exportTolerance} is allowed.`,
      { path, expected: exportTolerance, received: receipt.maxRel, hint: 'Do not use the file, and report this.' },
    )
  return { format: 'onnx', files, sizeBytes: await sizeOf(files), receipt }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  let sum = 0
  for (const file of files) sum += (await stat(file)).size
  return sum
}
