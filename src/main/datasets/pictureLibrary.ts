// A dataset decoded for one network: stores per split, batches, statistics; in the thread that calls it.
import { totalmem } from 'node:os'
import { augmentPicture, type AugmentationPreset } from '../../shared/datasets/augmentation'
import {
  splitNames,
  type DatasetDescription,
  type PictureFormat,
  type SplitName,
  type SplitSummary,
  type UnreadableFile,
} from '../../shared/datasets/dataset'
import { makeTransform, type PictureTransform } from '../../shared/datasets/pictureTransform'
import { ChannelStatistics } from '../../shared/datasets/statistics'
import type { InputScaling } from '../../shared/graph/document'
import { internalError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/random'
import type { DatasetOptions } from './datasetOptions'
import { openDataset, summarizeLabels, type OpenedDataset } from './openDataset'
import { forEachAtOnce } from './parallel'
import {
  MemoryStore,
  pictureBytes,
  SplitDecoder,
  StreamingStore,
  type DecodedPicture,
  type PictureStore,
} from './pictureStore'
import type { WatchOptions } from './watchOptions'

export interface LibraryRequest {
  readonly reference: string
  readonly options?: DatasetOptions
  readonly format: PictureFormat
  /** Which splits will be asked for; left out: all. */
  readonly splits?: readonly SplitName[]
  /** Decoded pictures up to this many bytes are kept in memory; left out: 1 GiB, or a quarter of the memory if less. */
  readonly budgetBytes?: number
}

export interface BatchesRequest {
  readonly split: SplitName
  /** Numbers of pictures of the split, in the order in which they are wanted. */
  readonly order: Uint32Array
  readonly batchSize: number
  /** Batches to leave out at the start; the others come out as if they had not been left out. */
  readonly startBatch?: number
  readonly augmentation?: AugmentationPreset
  /** Augmentation depends on these two and the number of the picture alone. */
  readonly seed: number
  readonly epoch: number
  /** How many batches are made ahead; default 4. */
  readonly prefetch?: number
  /** Leave out pictures that turn out unreadable, so that the batch is smaller: for evaluation. Default: replace them. */
  readonly skipUnreadable?: boolean
}

export interface PictureBatch {
  /** [N, C, H, W], row-major, 0 ... 255. */
  readonly pixels: Uint8Array<ArrayBuffer>
  /** [N] */
  readonly labels: Int32Array<ArrayBuffer>
  /** Number of each picture in its split: [N]; another than was asked for where that one is unreadable. */
  readonly indices: Uint32Array<ArrayBuffer>
}

/** Batches made ahead where the request does not say. */
export const defaultPrefetch = 4

/** Up to this many pictures all count for the statistics; of more, a seeded sample. */
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

export class PictureLibrary {
  private constructor(
    private readonly dataset: OpenedDataset,
    private readonly format: PictureFormat,
    private readonly stores: ReadonlyMap<SplitName, PictureStore>,
    private readonly found: readonly UnreadableFile[],
    private readonly permute: PictureTransform['permute'],
  ) {}

  /**
   * Opens a dataset and, where all wanted splits fit into the budget, decodes them; then unreadable pictures are
   * gone from labels, names and counts. Otherwise pictures are decoded when they are asked for.
   * @throws NetloomError what openDataset throws, and dataset.empty when no picture of a split can be decoded
   */
  static async open(request: LibraryRequest, watch: WatchOptions = {}): Promise<PictureLibrary> {
    const { reference, options = {}, format } = request
    const dataset = await openDataset(reference, { ...options, signal: watch.signal })
    const found: UnreadableFile[] = [...dataset.description.unreadable]
    const report = (file: UnreadableFile): void => void found.push(file)
    const decoders = new Map<SplitName, SplitDecoder>()
    for (const name of request.splits ?? splitNames) {
      const split = dataset.pictures(name)
      if (split) decoders.set(name, new SplitDecoder(split, format, makeTransform(options, name, format)))
    }
    const size = pictureBytes(format)
    const total = [...decoders.values()].reduce((sum, { split }) => sum + split.count, 0)
    const stores = new Map<SplitName, PictureStore>()
    let done = 0
    const onDecoded = (): void => {
      done++
      if (done % 64 === 0 || done === total) watch.onProgress?.({ activity: 'decoding', done, total })
    }
    const fits = total * size <= (request.budgetBytes ?? defaultBudget())
    for (const [name, decoder] of decoders) {
      const store = fits
        ? await MemoryStore.decode(decoder, size, report, onDecoded, watch.signal)
        : new StreamingStore(decoder, report)
      stores.set(name, store)
    }
    // The permutation is the same for every split.
    const { permute } = makeTransform(options, 'train', format)
    return new PictureLibrary(dataset, format, stores, found, permute)
  }

  /** The dataset as it is used: counts without the pictures that are known to be unreadable. */
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

  /** All pictures found unreadable so far, each once. */
  unreadable(): readonly UnreadableFile[] {
    return this.found
  }

  /** Mean and deviation over the training split (without one: the first split there is). */
  async statistics(signal?: AbortSignal): Promise<InputScaling> {
    const statistics = new ChannelStatistics(this.format.channels)
    const store = splitNames.map((name) => this.stores.get(name)).find((candidate) => candidate !== undefined)
    const count = store?.labels.length ?? 0
    const sampled = count > statisticsLimit
    const order = sampled ? new RandomStream(statisticsSeed, 'statistics').permutation(count) : undefined
    await forEachAtOnce(sampled ? statisticsSample : count, signal, async (index) => {
      const picture = await store?.pictureAt(order?.[index] ?? index)
      if (picture) statistics.add(picture.pixels)
    })
    return statistics.scaling()
  }

  /**
   * Batches in the given order; the last may be smaller. What a batch holds depends on the request and the files
   * alone, not on time.
   */
  batches(request: BatchesRequest): AsyncGenerator<PictureBatch, void, void> {
    const { order, batchSize, startBatch = 0, prefetch = defaultPrefetch } = request
    const end = Math.ceil(order.length / batchSize)
    return makeAhead(startBatch, end, Math.max(1, prefetch), (batch) => this.makeBatch(request, batch))
  }

  private async makeBatch(request: BatchesRequest, batch: number): Promise<PictureBatch> {
    const { split, batchSize } = request
    const store = this.stores.get(split)
    const wanted = request.order.subarray(batch * batchSize, (batch + 1) * batchSize)
    const outside = wanted.find((index) => index >= (store?.labels.length ?? 0))
    if (!store || outside !== undefined) {
      throw internalError(`picture ${outside} asked for, split ${split} has ${store?.labels.length ?? 'none'}`)
    }
    const pictures = await this.findPictures(store, wanted)
    const kept = request.skipUnreadable ? pictures.filter(({ index, wanted }) => index === wanted) : pictures
    const size = pictureBytes(this.format)
    const pixels = new Uint8Array(kept.length * size)
    for (const [position, picture] of kept.entries()) {
      pixels.set(this.permute(this.augment(request, picture.pixels, picture.wanted)), position * size)
    }
    return {
      pixels,
      labels: Int32Array.from(kept, ({ index }) => store.labels[index] ?? 0),
      indices: Uint32Array.from(kept, ({ index }) => index),
    }
  }

  /** The pictures of a batch, several decoded at once where they are not in memory. */
  private async findPictures(
    store: PictureStore,
    wanted: Uint32Array,
  ): Promise<readonly (DecodedPicture & { readonly wanted: number })[]> {
    if (store instanceof MemoryStore)
      return Array.from(wanted, (index) => ({ ...store.pictureAt(index), wanted: index }))
    const pictures: (DecodedPicture & { wanted: number })[] = Array.from({ length: wanted.length })
    await forEachAtOnce(wanted.length, undefined, async (position) => {
      const index = wanted[position] ?? 0
      pictures[position] = { ...(await store.pictureAt(index)), wanted: index }
    })
    return pictures
  }

  private augment(
    { augmentation = 'none', seed, epoch }: BatchesRequest,
    picture: Uint8Array,
    index: number,
  ): Uint8Array {
    if (augmentation === 'none') return picture
    return augmentPicture(picture, this.format, augmentation, new RandomStream(seed, 'augmentation', epoch, index))
  }
}
