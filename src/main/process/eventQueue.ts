// Values that are pushed in as they happen and read out as a stream; not what they are.

/** A stream that is filled from outside and ends when it is told to. */
export class EventQueue<T> {
  private readonly waiting: T[] = []
  private wake: (() => void) | undefined
  private end: { readonly error?: unknown } | undefined

  push(value: T): void {
    if (this.end) return
    this.waiting.push(value)
    this.wake?.()
  }

  /** No more will come; with an error, the reader gets it after the last value. */
  close(failure?: { readonly error: unknown }): void {
    this.end ??= failure ?? {}
    this.wake?.()
  }

  /** The values in order, for one reader; the signal ends the stream without an error. */
  async *read(signal?: AbortSignal): AsyncGenerator<T, void, void> {
    const wake = () => this.wake?.()
    const isLeft = () => signal?.aborted === true
    signal?.addEventListener('abort', wake)
    try {
      while (!isLeft()) {
        const [value] = this.waiting.splice(0, 1)
        if (value !== undefined) {
          yield value
          continue
        }
        if (this.end) {
          if ('error' in this.end) throw this.end.error
          return
        }
        await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', wake)
      this.close()
    }
  }
}

/** A stream of what `work` pushes, with its result as the last value. The reader's leaving aborts the signal of `work`. */
export async function* streamOf<T>(
  signal: AbortSignal | undefined,
  work: (push: (value: T) => void, signal: AbortSignal) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const left = new AbortController()
  const both = signal ? AbortSignal.any([signal, left.signal]) : left.signal
  const queue = new EventQueue<T>()
  work((value) => queue.push(value), both).then(
    (last) => {
      queue.push(last)
      queue.close()
    },
    (error: unknown) => queue.close({ error }),
  )
  try {
    yield* queue.read(signal)
  } finally {
    left.abort()
  }
}
