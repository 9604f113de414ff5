// What a training process does from its first message to its end: messages and signals in, events out, around one run; not the loop (trainingLoop.ts).
import { trainRun } from './trainRun'
import type { TrainingControls } from './trainRun'
import { PauseGate } from './pauseGate'
import type { TrainingEvent } from '../../../shared/training/events'
import { hearParent, tellParent } from '../../process/ChildTask'
import { describeError } from '../../process/sentErrors'
import { trainerCommandSchema } from '../trainerMessages'

/** Ctrl-C reaches a process twice when npm stands in between; so near to each other they are one. */
const sameInterruptMs = 500
const interruptedExitCode = 130

async function train(command: Parameters<typeof trainRun>[0], controls: TrainingControls): Promise<void> {
  let isToldFailure = false
  let lastTold: Promise<void> = Promise.resolve()
  const onEvent = (event: TrainingEvent) => {
    isToldFailure ||= event.kind === 'failed'
    lastTold = tellParent(event)
  }
  try {
    await trainRun(command, controls, onEvent)
    await lastTold
    process.exit(0)
  } catch (error) {
    if (!isToldFailure) onEvent({ kind: 'failed', error: describeError(error) })
    await lastTold
    process.exit(1)
  }
}

/**
 * Makes this process a training process: it waits for its command, and ends with the run.
 * @param parts what it computes with, where that is not the real engines
 */
export function runTrainerProcess(parts: Pick<TrainingControls, 'loadEngine' | 'limits'> = {}): void {
  const stop = new AbortController()
  const pauses = new PauseGate()
  let isDetached = false
  let firstInterruptMs: number | undefined

  hearParent(trainerCommandSchema, (command) => {
    switch (command.kind) {
      case 'stop':
        return stop.abort()
      case 'pause':
        return pauses.pause()
      case 'continue':
        return pauses.continue()
      case 'start':
        isDetached = command.detached
        return void train(command, { signal: stop.signal, pauses, ...parts })
      default:
        return command satisfies never
    }
  })

  process.on('disconnect', () => {
    if (!isDetached) stop.abort()
  })

  process.on('SIGINT', () => {
    const now = performance.now()
    if (firstInterruptMs !== undefined && now - firstInterruptMs > sameInterruptMs) process.exit(interruptedExitCode)
    firstInterruptMs ??= now
    stop.abort()
  })
  process.on('SIGTERM', () => stop.abort())
  process.on('SIGHUP', () => {
    if (!isDetached) stop.abort()
  })
}
