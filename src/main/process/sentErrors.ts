// Errors as they cross between processes; not the messages that carry them.
import { errorCodes, NetloomError, type ErrorCode } from '../../shared/graph/errors'
import type { PlainError } from '../../shared/training/events'

function isErrorCode(code: string): code is ErrorCode {
  return code in errorCodes
}

/** What crosses: code, text and details of a NetloomError; anything else as `internal`. */
export function describeError(error: unknown): PlainError {
  if (error instanceof NetloomError) {
    const { code, message, nodeId, path, expected, received, way } = error
    return { code, message, nodeId, path, expected, received, way }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message: `internal: ${message}` }
}

/** The error that `describeError` described. */
export function restoreError(plain: PlainError): NetloomError {
  const { code, message, ...details } = plain
  return new NetloomError(isErrorCode(code) ? code : 'internal', message, details)
}
