// How a long look at a dataset is followed and ended.

/** How far it has come, in images. */
export interface DatasetProgress {
  readonly activity: 'checking' | 'decoding'
  readonly done: number
  readonly total: number
}

export interface WatchOptions {
  /** Ends it; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DatasetProgress) => void
}
