// The parent's end of the image loader's thread: requests out, answers in, batches handed out as they are taken.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DatasetDescription, UnreadableFile } from '../../shared/datasets/dataset'
import type { InputScaling } from '../../shared/graph/document'
import { internalError } from '../../shared/graph/errors'
import { findBuiltEntry } from '../process/builtEntry'
import { restoreError } from '../process/sentErrors'
import type { FromLoader, LoadedSplit, ToLoader } from './loaderMessages'
import type { BatchesRequest, LibraryRequest, ImageBatch } from './imageLibrary'
import type { WatchOptions } from './watchOptions'

/** How long a closed thread may take to finish what it is decoding, in milliseconds. */
const closingMs = 3000

interface Answer<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function makeAnswer<T>(): Answer<T> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  // Whoever asked may have given up on it.
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/** Batches that have arrived and those that are waited for. */
class BatchQueue {
  private readonly arrived: ImageBatch[] = []
  private readonly waiting: Answer<ImageBatch | undefined>[] = []
  private end: { readonly error?: Error } | undefined

  push(batch: ImageBatch): void {
    const waiting = this.waiting.shift()
    if (waiting) waiting.resolve(batch)
    else this.arrived.push(batch)
  }

  /** No more will come; with an error, the next to ask gets it. */
  finish(error?: Error): void {
    this.end ??= { error }
    for (const waiting of this.waiting.splice(0)) {
      if (error) waiting.reject(error)
      else waiting.resolve(undefined)
    }
  }

  /** The next batch; undefined after the last. */
  next(): Promise<ImageBatch | undefined> {
    const batch = this.arrived.shift()
    if (batch) return Promise.resolve(batch)
    if (this.end?.error) return Promise.reject(this.end.error)
    if (this.end) return Promise.resolve(undefined)
    const answer = makeAnswer<ImageBatch | undefined>()
    this.waiting.push(answer)
    return answer.promise
  }
}

/** What `open` gives. */
export interface OpenedThread {
  readonly description: DatasetDescription
  readonly splits: readonly LoadedSplit[]
}

export class LoaderThread {
  private readonly worker: Worker
  private readonly opened = makeAnswer<OpenedThread>()
  private readonly statisticsAsked: Answer<InputScaling>[] = []
  private readonly streams = new Map<number, BatchQueue>()
  private readonly found: UnreadableFile[] = []
  private streamCount = 0
  private waitingCount = 0
  private ended: Error | undefined

  constructor(private readonly watch: WatchOptions) {
    this.worker = new Worker(findBuiltEntry('loader'))
    // The thread alone is no reason for the process to live on; a question that waits for its answer is.
    this.worker.unref()
    this.worker.on('message', (message: FromLoader) => this.receive(message))
    this.worker.on('error', (error: Error) => this.end(error))
    this.worker.on('exit', () => this.end(internalError('the image loader has ended')))
  }

  async open(request: LibraryRequest): Promise<OpenedThread> {
    const { signal } = this.watch
    const abort = (): void => this.opened.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    try {
      this.send({ kind: 'open', request })
      return await this.holdOpen(this.opened.promise)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  statistics(): Promise<InputScaling> {
    const answer = makeAnswer<InputScaling>()
    if (this.ended) return Promise.reject(this.ended)
    this.statisticsAsked.push(answer)
    this.send({ kind: 'statistics' })
    return this.holdOpen(answer.promise)
  }

  async *batches(request: BatchesRequest): AsyncGenerator<ImageBatch, void, void> {
    if (this.ended) throw this.ended
    const stream = this.streamCount++
    const queue = new BatchQueue()
    this.streams.set(stream, queue)
    this.send({ kind: 'batches', stream, request })
    try {
      for (;;) {
        const batch = await this.holdOpen(queue.next())
        if (!batch) return
        this.send({ kind: 'taken', stream })
        yield batch
      }
    } finally {
      this.streams.delete(stream)
      this.send({ kind: 'cancel', stream })
    }
  }

  unreadable(): readonly UnreadableFile[] {
    return this.found
  }

  async close(): Promise<void> {
    if (this.ended) return
    const exited = once(this.worker, 'exit')
    this.send({ kind: 'close' })
    this.worker.ref()
    const timer = setTimeout(() => void this.worker.terminate(), closingMs)
    await exited
    clearTimeout(timer)
  }

  private send(message: ToLoader): void {
    if (!this.ended) this.worker.postMessage(message, [])
  }

  private async holdOpen<T>(answer: Promise<T>): Promise<T> {
    if (this.waitingCount++ === 0) this.worker.ref()
    try {
      return await answer
    } finally {
      if (--this.waitingCount === 0) this.worker.unref()
    }
  }

  private end(error: Error): void {
    this.ended ??= error
    this.opened.reject(this.ended)
    for (const asked of this.statisticsAsked.splice(0)) asked.reject(this.ended)
    for (const queue of this.streams.values()) queue.finish(this.ended)
  }

  private receive(message: FromLoader): void {
    switch (message.kind) {
      case 'progress':
        this.watch.onProgress?.(message.progress)
        return
      case 'opened':
        this.found.push(...message.description.unreadable)
        this.opened.resolve(message)
        return
      case 'openFailed':
        this.opened.reject(restoreError(message.error))
        return
      case 'statistics':
        this.statisticsAsked.shift()?.resolve(message.scaling)
        return
      case 'statisticsFailed':
        this.statisticsAsked.shift()?.reject(restoreError(message.error))
        return
      case 'unreadable':
        this.found.push(...message.files)
        return
      case 'batch':
        this.streams.get(message.stream)?.push(message.batch)
        return
      case 'ended':
        this.streams.get(message.stream)?.finish()
        return
      case 'failed':
        this.streams.get(message.stream)?.finish(restoreError(message.error))
        return
      default:
        message satisfies never
    }
  }
}
