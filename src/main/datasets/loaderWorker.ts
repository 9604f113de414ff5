// The image loader's thread (built as out/main/loader.js): a library behind messages; its other end is imageLoader.ts.
import { parentPort, type MessagePort } from 'node:worker_threads'
import { internalError } from '../../shared/graph/errors'
import { describeError } from '../process/sentErrors'
import type { FromLoader, ToLoader } from './loaderMessages'
import { defaultPrefetch, ImageLibrary, type BatchesRequest, type LibraryRequest } from './imageLibrary'

/** Batches that may lie with the parent untaken; producing waits when there are none left. */
class Credit {
  private wake: (() => void) | undefined
  private ended = false

  constructor(private left: number) {}

  add(): void {
    this.left++
    this.wake?.()
  }

  end(): void {
    this.ended = true
    this.wake?.()
  }

  /** @returns false when the stream was ended */
  async take(): Promise<boolean> {
    while (this.left === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    this.left--
    return !this.ended
  }
}

/** Within a stream only this many batches are made beyond those that the parent has not taken. */
const madeAhead = 2

class LoaderThread {
  private library: ImageLibrary | undefined
  private unreadableTold = 0
  private readonly streams = new Map<number, Credit>()
  private readonly ending = new AbortController()

  constructor(private readonly port: MessagePort) {}

  listen(): void {
    this.port.on('message', (message: ToLoader) => this.receive(message))
  }

  private send(message: FromLoader, transfer: ArrayBuffer[] = []): void {
    if (!this.ending.signal.aborted) this.port.postMessage(message, transfer)
  }

  private receive(message: ToLoader): void {
    switch (message.kind) {
      case 'open':
        void this.open(message.request)
        return
      case 'statistics':
        void this.sendStatistics()
        return
      case 'batches':
        void this.sendBatches(message.stream, message.request)
        return
      case 'taken':
        this.streams.get(message.stream)?.add()
        return
      case 'cancel':
        this.streams.get(message.stream)?.end()
        return
      case 'close':
        this.close()
        return
      default:
        message satisfies never
    }
  }

  private async open(request: LibraryRequest): Promise<void> {
    try {
      const library = await ImageLibrary.open(request, {
        signal: this.ending.signal,
        onProgress: (progress) => this.send({ kind: 'progress', progress }),
      })
      this.library = library
      this.unreadableTold = library.unreadable().length
      const splits = library.splits.map((name) => ({ name, labels: library.labels(name), names: library.names(name) }))
      this.send({ kind: 'opened', description: library.description, splits })
    } catch (error) {
      this.send({ kind: 'openFailed', error: describeError(error) })
    }
  }

  private async sendStatistics(): Promise<void> {
    try {
      const scaling = await this.requireLibrary().statistics(this.ending.signal)
      this.tellUnreadable()
      this.send({ kind: 'statistics', scaling })
    } catch (error) {
      this.send({ kind: 'statisticsFailed', error: describeError(error) })
    }
  }

  private async sendBatches(stream: number, request: BatchesRequest): Promise<void> {
    const credit = new Credit(Math.max(1, request.prefetch ?? defaultPrefetch))
    this.streams.set(stream, credit)
    try {
      for await (const batch of this.requireLibrary().batches(
        { ...request, prefetch: madeAhead },
        this.ending.signal,
      )) {
        if (!(await credit.take())) break
        this.tellUnreadable()
        this.send({ kind: 'batch', stream, batch }, [batch.pixels.buffer, batch.labels.buffer, batch.indices.buffer])
      }
      this.send({ kind: 'ended', stream })
    } catch (error) {
      this.tellUnreadable()
      this.send({ kind: 'failed', stream, error: describeError(error) })
    } finally {
      this.streams.delete(stream)
    }
  }

  private tellUnreadable(): void {
    const files = this.requireLibrary().unreadable().slice(this.unreadableTold)
    if (files.length === 0) return
    this.unreadableTold += files.length
    this.send({ kind: 'unreadable', files })
  }

  private requireLibrary(): ImageLibrary {
    if (!this.library) throw internalError('the image loader was asked before it was open')
    return this.library
  }

  /** The thread ends by itself when the images under way are decoded: libvips is not torn out of its work. */
  private close(): void {
    this.ending.abort()
    for (const credit of this.streams.values()) credit.end()
    this.port.close()
  }
}

if (!parentPort) throw internalError('loader.js is started as a worker thread')
new LoaderThread(parentPort).listen()
