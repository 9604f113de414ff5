// Evaluation of a network on a split through a prediction session; not training.
import { inferDocument } from '../../shared/network/inferDocument'
import type { PredictionSession } from '../../shared/training/computeEngine'
import type { SplitName } from '../../shared/datasets/dataset'
import type { NetworkDocument } from '../../shared/graph/document'
import { EvaluationSums } from '../../shared/training/metrics'
import type { Evaluation } from '../../shared/training/metrics'
import type { Loss, Recipe } from '../../shared/training/recipe'

/** Images as they come from a loader. */
export interface ImageBatch {
  /** [N, C, H, W], row-major, 0 ... 255. */
  readonly pixels: Uint8Array
  /** [N] */
  readonly labels: Int32Array
  /** Place of each image in its split: [N]. */
  readonly indices: ArrayLike<number>
}

export interface BatchesRequest {
  readonly split: SplitName
  /** The images to give, by place in the split, in this order. */
  readonly order: Uint32Array
  readonly batchSize: number
  /** Batches to leave out at the start. */
  readonly startBatch: number
  readonly augmentation: Recipe['augmentation']
  /** Augmentation depends on these two and an image's place only. */
  readonly seed: number
  readonly epoch: number
  /** Leave out images that cannot be decoded; else others stand in their places. */
  readonly skipUnreadable?: boolean
}

/** What the trainer needs of an image loader. */
export interface ImageSource {
  batches(request: BatchesRequest): AsyncIterable<ImageBatch>
  /** Classes of all images of a split; empty where there is no such split. */
  labels(split: SplitName): ArrayLike<number>
  unreadable(): readonly { readonly file: string; readonly reason: string }[]
}

export interface EvaluationRequest {
  readonly session: Pick<PredictionSession, 'predict'>
  readonly loader: ImageSource
  readonly split: SplitName
  readonly batchSize: number
  /** Number of classes, which is the number of outputs. */
  readonly classes: number
  readonly loss: Loss
  readonly outputs: 'logits' | 'probabilities'
  /** The images to evaluate, by place in the split; left out: all of them. */
  readonly order?: Uint32Array
  /** Ends the evaluation between two batches. */
  readonly signal?: AbortSignal
  /** Called with the outputs [N, classes] of each batch. */
  readonly onBatch?: (outputs: Float32Array, batch: ImageBatch) => void
}

/** What the network's output is: probabilities where it ends in a softmax layer. */
export function outputKind(document: NetworkDocument): 'logits' | 'probabilities' {
  const { outputId, nodes, layers, resolve } = inferDocument(document)
  const [port = ''] = (outputId && nodes.get(outputId)?.outputPorts) ?? []
  const last = outputId && resolve({ node: outputId, port })
  return last && layers.get(last.node)?.definition.type === 'softmax' ? 'probabilities' : 'logits'
}

/** Evaluates images of a split once, in order. @returns undefined where the signal ended it */
export async function evaluateSplit(request: EvaluationRequest): Promise<Evaluation | undefined> {
  const { session, loader, split, batchSize, classes, loss, outputs, signal } = request
  const sums = new EvaluationSums(classes, loss, outputs)
  const all = (): Uint32Array => Uint32Array.from({ length: loader.labels(split).length }, (_, index) => index)
  const { order = all() } = request
  const batches = loader.batches({
    split,
    order,
    batchSize,
    startBatch: 0,
    augmentation: 'none',
    seed: 0,
    epoch: 0,
    skipUnreadable: true,
  })
  for await (const batch of batches) {
    if (signal?.aborted) return undefined
    if (batch.labels.length === 0) continue
    const values = await session.predict(batch.pixels, batch.labels.length)
    sums.add(values, batch.labels)
    request.onBatch?.(values, batch)
  }
  return sums.result()
}
