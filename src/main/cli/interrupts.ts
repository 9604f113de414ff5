// Ctrl-C (SIGINT) and SIGTERM: the one place that listens to them; a command with something to save takes them over.
import { exitCodes } from './usage'

/** Ctrl-C reaches a process twice when npm stands in between; so near to each other they are one. */
const sameInterruptMs = 500

let handler: (() => void) | undefined

/** From now on Ctrl-C ends the process with exit code 130, and so does SIGTERM while a command handles interrupts. */
export function handleInterrupts(): void {
  process.on('SIGINT', () => (handler ? handler() : process.exit(exitCodes.interrupted)))
  process.on('SIGTERM', () => (handler ? handler() : process.exit(exitCodes.interrupted)))
}

/** Runs `work`; an interrupt meanwhile calls `stop` instead of ending the process, a second one ends it at once. */
export async function withInterrupts<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  let firstMs: number | undefined
  handler = () => {
    const now = performance.now()
    if (firstMs !== undefined && now - firstMs > sameInterruptMs) process.exit(exitCodes.interrupted)
    if (firstMs === undefined) stop()
    firstMs ??= now
  }
  try {
    return await work()
  } finally {
    handler = undefined
  }
}
