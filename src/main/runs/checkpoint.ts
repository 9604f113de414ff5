// A checkpoint as bytes and back, with a checksum: weights, optimiser slots and where training stands; not where it lies on the disk.
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Tensor, TensorMap } from '../../shared/onnx/tensor'
import { NetloomError } from '../../shared/graph/errors'
import { encodeSafetensors, parseSafetensors } from '../../shared/training/safetensors'

const count = z.int().min(0)
const meanMetricsSchema = z.object({ loss: z.number(), accuracy: z.number() })

const bestEpochSchema = z.object({
  /** From 1. */
  epoch: z.int().positive(),
  train: meanMetricsSchema,
  val: meanMetricsSchema.nullable(),
})

/** The epoch whose weights are the model. */
export type BestEpoch = z.output<typeof bestEpochSchema>

/** Where training stands between two steps; no clock times, so that equal runs have equal checkpoints. */
const trainingProgressSchema = z.object({
  /** Epochs finished. */
  epoch: count,
  /** Batches of the present epoch that are done. */
  batchInEpoch: count,
  stepsTaken: count,
  /** Over the present epoch. */
  sums: z.object({ loss: z.number(), correct: count, count }),
  schedule: z.object({ lowestLoss: z.number().nullable(), epochsWithoutFall: count, scale: z.number() }),
  best: bestEpochSchema.nullable(),
  /** What `batchInEpoch` counts; left out in checkpoints of older versions: the recipe's. */
  batchSize: z.int().positive().optional(),
  /** Steps beyond those of all epochs with the present batch size, from parts of the run with other sizes. */
  stepsOffset: z.int().optional(),
  /** Length of metrics.jsonl: what stands behind it belongs to steps that are taken again. */
  metricsBytes: count,
  /** CRC-32 of these bytes as 8 hexadecimal digits; left out in checkpoints of older versions. */
  metricsChecksum: z.string().optional(),
})

export type TrainingProgress = z.output<typeof trainingProgressSchema>

export interface Checkpoint {
  readonly weights: TensorMap
  /** Empty: zeros. */
  readonly slots: TensorMap
  readonly progress: TrainingProgress
}

/** The file in pieces. Slots lie beside the weights; their names hold a `#`. */
export function encodeCheckpoint({ weights, slots, progress }: Checkpoint): Uint8Array[] {
  const tensors = new Map([...weights, ...slots])
  const text = JSON.stringify(progress)
  return encodeSafetensors(tensors, { format, progress: text, checksum: checksumOf(tensors, text) })
}

const format = 'netloom-checkpoint-2'
/** Written without a checksum. */
const oldFormat = 'netloom-checkpoint'

/** A CRC-32 as it is kept: 8 hexadecimal digits. */
export function printChecksum(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

/** Over where training stands and every tensor's name, extents and values, in the order of their names. */
function checksumOf(tensors: TensorMap, progress: string): string {
  const sorted = Array.from(tensors).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const crc = sorted.reduce((sum, [name, { dims, data }]) => {
    const named = crc32(`${name} ${dims.join(',')};`, sum)
    return crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), named)
  }, crc32(progress))
  return printChecksum(crc)
}

/** @throws NetloomError weights.malformed, also where a byte is not the one that was written */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes)
  if (metadata['format'] !== oldFormat) {
    const found = checksumOf(tensors, metadata['progress'] ?? '')
    if (metadata['format'] !== format || metadata['checksum'] !== found)
      throw new NetloomError(
        'weights.malformed',
        `The checkpoint is damaged: its checksum is ${metadata['checksum'] ?? 'missing'}, and its content has ${found}.`,
        { expected: metadata['checksum'], received: found },
      )
  }
  const weights = new Map<string, Tensor>()
  const slots = new Map<string, Tensor>()
  for (const [name, tensor] of tensors) (name.includes('#') ? slots : weights).set(name, tensor)
  return { weights, slots, progress: parseProgress(metadata['progress'] ?? '') }
}

function parseProgress(text: string): TrainingProgress {
  try {
    return trainingProgressSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new NetloomError('weights.malformed', 'The file is not a checkpoint: it does not say where training stood.', {
      cause,
    })
  }
}

/** The name of the first tensor that holds NaN or an infinity; undefined where all values are finite. */
export function findNonFinite(tensors: TensorMap): string | undefined {
  for (const [name, { data }] of tensors) {
    for (let index = 0; index < data.length; index++) if (!Number.isFinite(data[index])) return name
  }
  return undefined
}
