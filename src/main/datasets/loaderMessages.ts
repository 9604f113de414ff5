// What the image loader's thread and its parent tell each other.
import type { DatasetDescription, SplitName, UnreadableFile } from '../../shared/datasets/dataset'
import type { InputScaling } from '../../shared/graph/document'
import type { PlainError } from '../../shared/training/events'
import type { BatchesRequest, LibraryRequest, ImageBatch } from './imageLibrary'
import type { DatasetProgress } from './watchOptions'

export type ToLoader =
  | { readonly kind: 'open'; readonly request: LibraryRequest }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'batches'; readonly stream: number; readonly request: BatchesRequest }
  /** The parent has taken a batch: one more may be sent. */
  | { readonly kind: 'taken'; readonly stream: number }
  | { readonly kind: 'cancel'; readonly stream: number }
  /** Ends everything under way and then the thread. */
  | { readonly kind: 'close' }

export interface LoadedSplit {
  readonly name: SplitName
  readonly labels: Int32Array
  readonly names: readonly string[]
}

export type FromLoader =
  | { readonly kind: 'progress'; readonly progress: DatasetProgress }
  | { readonly kind: 'opened'; readonly description: DatasetDescription; readonly splits: readonly LoadedSplit[] }
  | { readonly kind: 'openFailed'; readonly error: PlainError }
  | { readonly kind: 'statistics'; readonly scaling: InputScaling }
  | { readonly kind: 'statisticsFailed'; readonly error: PlainError }
  /** Images found unreadable since the last such message; always before the batch that lacks them. */
  | { readonly kind: 'unreadable'; readonly files: readonly UnreadableFile[] }
  | { readonly kind: 'batch'; readonly stream: number; readonly batch: ImageBatch }
  | { readonly kind: 'ended'; readonly stream: number }
  | { readonly kind: 'failed'; readonly stream: number; readonly error: PlainError }
