// A dataset decoded for one network: stores per split, batches, statistics; in the thread that calls it.
import { totalmem } from 'node:os'
import { augmentImage, type AugmentationPreset } from '../../shared/datasets/augmentation'
import {
  splitNames,
  type DatasetDescription,
  type ImageFormat,
  type SplitName,
  type SplitSummary,
  type UnreadableFile,
} from '../../shared/datasets/dataset'
import { makeTransform, type ImageTransform } from '../../shared/datasets/imageTransform'
import { ChannelStatistics } from '../../shared/datasets/statistics'
import type { InputScaling } from '../../shared/graph/document'
import { internalError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/training/randomStream'
import type { DatasetOptions } from './savedOptions'
import { openDataset, summarizeLabels, type OpenedDataset } from './openDataset'
import { forEachAtOnce } from '../process/parallel'
import { MemoryStore, imageBytes, SplitDecoder, StreamingStore, type DecodedImage, type ImageStore } from './imageStore'
import type { WatchOptions } from './watchOptions'

export interface LibraryRequest {
  readonly reference: string
  readonly options?: DatasetOptions
  readonly format: ImageFormat
  /** Which splits will be asked for; left out: all. */
  readonly splits?: readonly SplitName[]
  /** Decoded images up to this many bytes are kept in memory; left out: 1 GiB, or a quarter of the memory if less. */
  readonly budgetBytes?: number
  /** Image files up to this many are decoded when the dataset is opened, more of them when they are first wanted; left out: 2,000. */
  readonly eagerFiles?: number
}

export interface BatchesRequest {
  readonly split: SplitName
  /** Numbers of images of the split, in the order in which they are wanted. */
  readonly order: Uint32Array
  readonly batchSize: number
  /** Batches to leave out at the start; the others come out as if they had not been left out. */
  readonly startBatch?: number
  readonly augmentation?: AugmentationPreset
  /** Augmentation depends on these two and the number of the image alone. */
  readonly seed: number
  readonly epoch: number
  /** How many batches are made ahead; default 4. */
  readonly prefetch?: number
  /** Leave out images that turn out unreadable, so that the batch is smaller: for evaluation. Default: replace them. */
  readonly skipUnreadable?: boolean
}

export interface ImageBatch {
  /** [N, C, H, W], row-major, 0 ... 255. */
  readonly pixels: Uint8Array<ArrayBuffer>
  /** [N] */
  readonly labels: Int32Array<ArrayBuffer>
  /** Number of each image in its split: [N]; another than was asked for where that one is unreadable. */
  readonly indices: Uint32Array<ArrayBuffer>
}

/** Batches made ahead where the request does not say. */
export const defaultPrefetch = 4

/** Decoding more files than this before the first step would keep a person waiting. */
const defaultEagerFiles = 2000

/** Up to this many decoded images all count for the statistics; of more, or of more to decode than the sample, a seeded sample. */
const statisticsLimit = 20_000
const statisticsSample = 5_000
const statisticsSeed = 1

function defaultBudget(): number {
  const constrained = process.constrainedMemory()
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(2 ** 30, memory / 4)
}

/** The batches of an order, some made ahead of the consumer. */
async function* makeAhead<T>(
  first: number,
  end: number,
  ahead: number,
  make: (batch: number) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const pending: Promise<T>[] = []
  let next = first
  const fill = (): void => {
    while (next < end && pending.length < ahead) {
      const batch = make(next++)
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      batch.catch(() => {})
      pending.push(batch)
    }
  }
  fill()
  for (let batch = pending.shift(); batch; batch = pending.shift()) {
    fill()
    yield await batch
  }
}

export class ImageLibrary {
  private constructor(
    private readonly dataset: OpenedDataset,
    private readonly format: ImageFormat,
    private readonly stores: ReadonlyMap<SplitName, ImageStore>,
    private readonly found: readonly UnreadableFile[],
    private readonly permute: ImageTransform['permute'],
  ) {}

  /**
   * Opens a dataset and, where all wanted splits fit into the budget, decodes them; then unreadable images are
   * gone from labels, names and counts. Of many files, or where they do not fit, images are decoded when they are asked
   * for, and kept where they fit.
   * @throws NetloomError what openDataset throws, and dataset.empty when no image of a split can be decoded
   */
  static async open(request: LibraryRequest, watch: WatchOptions = {}): Promise<ImageLibrary> {
    const { reference, options = {}, format } = request
    const dataset = await openDataset(reference, { ...options, signal: watch.signal })
    const found: UnreadableFile[] = [...dataset.description.unreadable]
    const report = (file: UnreadableFile): void => void found.push(file)
    const decoders = new Map<SplitName, SplitDecoder>()
    for (const name of request.splits ?? splitNames) {
      const split = dataset.images(name)
      if (split) decoders.set(name, new SplitDecoder(split, format, makeTransform(options, name, format)))
    }
    const size = imageBytes(format)
    const total = [...decoders.values()].reduce((sum, { split }) => sum + split.count, 0)
    const stores = new Map<SplitName, ImageStore>()
    let done = 0
    const onDecoded = (): void => {
      done++
      if (done % 64 === 0 || done === total) watch.onProgress?.({ activity: 'decoding', done, total })
    }
    const fits = total * size <= (request.budgetBytes ?? defaultBudget())
    const isOfFiles = ['folder', 'csv'].includes(dataset.description.kind)
    const isEager = fits && (!isOfFiles || total <= (request.eagerFiles ?? defaultEagerFiles))
    for (const [name, decoder] of decoders) {
      const store = isEager
        ? await MemoryStore.decode(decoder, size, report, onDecoded, watch.signal)
        : new StreamingStore(decoder, report, fits ? size : undefined)
      stores.set(name, store)
    }
    // The permutation is the same for every split.
    const { permute } = makeTransform(options, 'train', format)
    return new ImageLibrary(dataset, format, stores, found, permute)
  }

  /** The dataset as it is used: counts without the images that are known to be unreadable. */
  get description(): DatasetDescription {
    const { description } = this.dataset
    const splits: { [Name in SplitName]?: SplitSummary } = { ...description.splits }
    for (const [name, store] of this.stores) splits[name] = summarizeLabels(store.labels, description.classes.length)
    return { ...description, splits, unreadable: this.found }
  }

  /** The splits that were opened. */
  get splits(): readonly SplitName[] {
    return [...this.stores.keys()]
  }

  labels(split: SplitName): Int32Array {
    return this.stores.get(split)?.labels ?? new Int32Array(0)
  }

  names(split: SplitName): readonly string[] {
    return this.stores.get(split)?.names ?? []
  }

  /** All images found unreadable so far, each once. */
  unreadable(): readonly UnreadableFile[] {
    return this.found
  }

  /** Mean and deviation over the training split (without one: the first split there is). */
  async statistics(signal?: AbortSignal): Promise<InputScaling> {
    const statistics = new ChannelStatistics(this.format.channels)
    const store = splitNames.map((name) => this.stores.get(name)).find((candidate) => candidate !== undefined)
    const count = store?.labels.length ?? 0
    const sampled = count > (store instanceof StreamingStore ? statisticsSample : statisticsLimit)
    const order = sampled ? new RandomStream(statisticsSeed, 'statistics').permutation(count) : undefined
    await forEachAtOnce(sampled ? statisticsSample : count, signal, async (index) => {
      const image = await store?.imageAt(order?.[index] ?? index, signal)
      if (image) statistics.add(image.pixels)
    })
    return statistics.scaling()
  }

  /**
   * Batches in the given order; the last may be smaller. What a batch holds depends on the request and the files
   * alone, not on time.
   */
  batches(request: BatchesRequest, signal?: AbortSignal): AsyncGenerator<ImageBatch, void, void> {
    const { order, batchSize, startBatch = 0, prefetch = defaultPrefetch } = request
    const end = Math.ceil(order.length / batchSize)
    return makeAhead(startBatch, end, Math.max(1, prefetch), (batch) => this.makeBatch(request, batch, signal))
  }

  private async makeBatch(
    request: BatchesRequest,
    batch: number,
    signal: AbortSignal | undefined,
  ): Promise<ImageBatch> {
    const { split, batchSize } = request
    const store = this.stores.get(split)
    const wanted = request.order.subarray(batch * batchSize, (batch + 1) * batchSize)
    const outside = wanted.find((index) => index >= (store?.labels.length ?? 0))
    if (!store || outside !== undefined) {
      throw internalError(`image ${outside} asked for, split ${split} has ${store?.labels.length ?? 'none'}`)
    }
    const images = await this.findImages(store, wanted, signal)
    const kept = request.skipUnreadable ? images.filter(({ index, wanted }) => index === wanted) : images
    const size = imageBytes(this.format)
    const pixels = new Uint8Array(kept.length * size)
    for (const [position, image] of kept.entries()) {
      pixels.set(this.permute(this.augment(request, image.pixels, image.wanted)), position * size)
    }
    return {
      pixels,
      labels: Int32Array.from(kept, ({ index }) => store.labels[index] ?? 0),
      indices: Uint32Array.from(kept, ({ index }) => index),
    }
  }

  /** The images of a batch, several decoded at once where they are not in memory. */
  private async findImages(
    store: ImageStore,
    wanted: Uint32Array,
    signal: AbortSignal | undefined,
  ): Promise<readonly (DecodedImage & { readonly wanted: number })[]> {
    if (store instanceof MemoryStore) return Array.from(wanted, (index) => ({ ...store.imageAt(index), wanted: index }))
    const images: (DecodedImage & { wanted: number })[] = Array.from({ length: wanted.length })
    await forEachAtOnce(wanted.length, signal, async (position) => {
      const index = wanted[position] ?? 0
      images[position] = { ...(await store.imageAt(index, signal)), wanted: index }
    })
    return images
  }

  private augment(
    { augmentation = 'none', seed, epoch }: BatchesRequest,
    image: Uint8Array,
    index: number,
  ): Uint8Array {
    if (augmentation === 'none') return image
    return augmentImage(image, this.format, augmentation, new RandomStream(seed, 'augmentation', epoch, index))
  }
}
