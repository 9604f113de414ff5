// Failures of a device in the middle of a training: which they are, and what they say once the run is safe; not the ways on (trainer/waysOn.ts).
import { NetloomError, type ErrorCode } from '../../shared/graph/errors'

const deviceFailures: readonly ErrorCode[] = ['engine.memory', 'engine.lost', 'engine.hang']

/** Whether the device and not the network is at fault: the run can go on elsewhere, or with a smaller batch. */
export function isDeviceFailure(error: unknown): error is NetloomError {
  return error instanceof NetloomError && deviceFailures.includes(error.code)
}

/** The error of a run whose device failed, with what is kept of it. */
export function deviceFailure(error: NetloomError, checkpointStep: number): NetloomError {
  return new NetloomError(error.code, `${error.message} ${keptText(checkpointStep)}`, {
    expected: error.expected,
    received: error.received,
    cause: error,
  })
}

/** What is left of a run, as a sentence. */
export function keptText(checkpointStep: number): string {
  return `The run stopped; its weights of step ${checkpointStep} are kept.`
}

/** The error of a step that does not end. */
export function hangError(device: string, limitMs: number): NetloomError {
  return new NetloomError(
    'engine.hang',
    `A step on ${device} did not end within ${Math.round(limitMs / 100) / 10} s: its driver hangs.`,
    { expected: limitMs, received: device },
  )
}
