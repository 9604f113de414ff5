// Running one asynchronous task per number, a few at a time; not threads.
import { availableParallelism } from 'node:os'

/** How many images are decoded at the same time: sharp decodes on libuv's pool, which has four threads. */
export const imagesAtOnce = Math.min(16, Math.max(4, 2 * availableParallelism()))

/**
 * Runs `work` for 0 ... count - 1, some at a time, in rising order of their start. The first failure ends it.
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
  await Promise.all(Array.from({ length: Math.min(imagesAtOnce, count) }, run))
}
