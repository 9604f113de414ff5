// Running one asynchronous task per number, a few at a time; not threads.
import { availableParallelism } from 'node:os'

/** How many images are decoded at the same time: sharp decodes on libuv's pool, which has four threads. */
export const imagesAtOnce = Math.min(16, Math.max(4, 2 * availableParallelism()))

/** Rejects with the reason of the signal as soon as it is given, whatever the work does then. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/**
 * Runs `work` for 0 ... count - 1, some at a time, in rising order of their start. The first failure ends it, and the
 * signal at once, whatever is under way.
 * @throws what `work` throws, and the reason of the signal
 */
export async function forEachAtOnce(
  count: number,
  signal: AbortSignal | undefined,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let failed = false
  const run = async (): Promise<void> => {
    while (next < count && !failed) {
      signal?.throwIfAborted()
      try {
        await work(next++)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await orAborted(Promise.all(Array.from({ length: Math.min(imagesAtOnce, count) }, run)), signal)
}
