// Ctrl-C (SIGINT) and SIGTERM: the one place that listens to them; a command with something to save takes them over.
import { exitCodes } from './usage'

let handler: (() => void) | undefined

/** From now on Ctrl-C ends the process with exit code 130, and so does SIGTERM while a command handles interrupts. */
export function handleInterrupts(): void {
  process.on('SIGINT', () => (handler ? handler() : process.exit(exitCodes.interrupted)))
  process.on('SIGTERM', () => (handler ? handler() : process.exit(exitCodes.interrupted)))
}

/** Runs `work`; an interrupt meanwhile calls `stop` instead of ending the process, a second one ends it at once. */
export async function withInterrupts<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  handler = () => {
    handler = undefined
    stop()
  }
  try {
    return await work()
  } finally {
    handler = undefined
  }
}
