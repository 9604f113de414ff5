// The image loader that training and evaluation use: decoding on a thread of its own, or in the calling thread.
import type { DatasetDescription, SplitName, UnreadableFile } from '../../shared/datasets/dataset'
import type { InputScaling } from '../../shared/graph/document'
import { LoaderThread } from './loaderThread'
import { ImageLibrary, type BatchesRequest, type LibraryRequest, type ImageBatch } from './imageLibrary'
import { loadSharp } from './sharpLibrary'
import type { WatchOptions } from './watchOptions'

export type { BatchesRequest, ImageBatch } from './imageLibrary'

export interface ImageLoader {
  /** The dataset as it is used: without the images that were found unreadable when it was opened. */
  readonly description: DatasetDescription
  /** Class of each image: [N]; empty where there is no such split. */
  labels(split: SplitName): Int32Array
  /** Name of each image inside its split: `bird/0001.jpg`. */
  names(split: SplitName): readonly string[]
  /**
   * Per-channel mean and deviation of the training split (without one: of the first split there is); over 20,000
   * images, or over 5,000 that are still to be decoded, of 5,000 of them, always the same ones.
   */
  statistics(): Promise<InputScaling>
  /**
   * Batches in the given order, the last may be smaller, made ahead of the consumer. What they hold depends on the
   * request and the files alone. Leaving the loop early ends the work on them.
   */
  batches(request: BatchesRequest): AsyncIterable<ImageBatch>
  /** All images found unreadable so far, each once. */
  unreadable(): readonly UnreadableFile[]
  /** Ends the thread; batches under way fail. */
  close(): Promise<void>
}

export interface LoaderRequest extends LibraryRequest, WatchOptions {
  /** Decode in the calling thread: for tests from source, where the thread's file is not built. */
  readonly inProcess?: boolean
}

function splitRequest({ reference, options, format, splits, budgetBytes, eagerFiles }: LoaderRequest): LibraryRequest {
  return { reference, options, format, splits, budgetBytes, eagerFiles }
}

/** A loader without a thread. */
async function openInProcess(request: LoaderRequest): Promise<ImageLoader> {
  const library = await ImageLibrary.open(splitRequest(request), request)
  return {
    description: library.description,
    labels: (split) => library.labels(split),
    names: (split) => library.names(split),
    statistics: () => library.statistics(),
    batches: (wanted) => library.batches(wanted),
    unreadable: () => library.unreadable(),
    close: () => Promise.resolve(),
  }
}

/**
 * Opens a dataset for a network. Where all images of the wanted splits fit into memory in the network's format (1 GiB
 * or a quarter of the memory) they are decoded now, and unreadable ones are left out of labels, names and counts.
 * Otherwise, and of more than 2,000 files, images are decoded as batches need them (kept where they fit), and in place of
 * an unreadable one stands the next readable one of its split.
 *
 * The loader runs on a thread of its own, so that batches are ready although training blocks its thread. It does not
 * keep the process alive unless an answer is waited for.
 * @throws NetloomError what openDataset throws, dataset.empty when no image of a split can be decoded; the reason of
 *   the signal
 */
export async function openImageLoader(request: LoaderRequest): Promise<ImageLoader> {
  request.signal?.throwIfAborted()
  if (request.inProcess) return openInProcess(request)
  // On the main thread first: see loadSharp.
  await loadSharp()
  const thread = new LoaderThread(request)
  try {
    const { description, splits } = await thread.open(splitRequest(request))
    const find = (name: SplitName) => splits.find((split) => split.name === name)
    return {
      description,
      labels: (split) => find(split)?.labels ?? new Int32Array(0),
      names: (split) => find(split)?.names ?? [],
      statistics: () => thread.statistics(),
      batches: (wanted) => thread.batches(wanted),
      unreadable: () => thread.unreadable(),
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}
