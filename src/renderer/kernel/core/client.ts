// The calls of the contract as a screen makes them, and the text of their failures; not the line they travel on (coreConnection.ts).
import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { plainErrorSchema, type PlainError } from '../../../shared/training/events'
import { NetloomError } from '../../../shared/graph/errors'
import type { Contract } from '../../../shared/contract/contract'
import { ConnectionError, liveLink } from './coreConnection'

export {
  ConnectionError,
  connectionStore,
  reconnectNow,
  takePastedAddress,
  useConnection,
  whenConnected,
  type ConnectionState,
} from './coreConnection'

export type Client = ContractRouterClient<Contract>

/**
 * Every call of the contract. A call waits some seconds for the connection; one whose answer is lost fails with
 * `ConnectionError`; streams are resumed by their callers.
 */
export const client: Client = createORPCClient<Client>(liveLink)

/** What crossed already as an error of the core. */
function isPlainError(error: unknown): error is PlainError {
  return !(error instanceof Error) && plainErrorSchema.safeParse(error).success
}

/** The core's own error behind a failed call, or null. */
export function plainErrorOf(error: unknown): PlainError | null {
  if (error instanceof NetloomError) {
    const { code, message, nodeId, path, expected, received, way } = error
    return { code, message, nodeId, path, expected, received, way }
  }
  if (isPlainError(error)) return error
  if (!(error instanceof ORPCError)) return null
  const parsed = plainErrorSchema.safeParse(error.data)
  return parsed.success ? parsed.data : null
}

/** Whether a call or stream was given up by its caller. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Whether a call or stream failed because the line broke; worth another try once `whenConnected`. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  // What oRPC's peer says when it is closed below a stream.
  return error instanceof Error && !(error instanceof ORPCError) && /closed|aborted|not open/i.test(error.message)
}

/** What the input of a call breaks, where the core refused its form. */
function describeRefusal(error: ORPCError<string, unknown>): string {
  const { data } = error
  const issues = typeof data === 'object' && data !== null && 'issues' in data ? data.issues : undefined
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined
  const isIssue = typeof first === 'object' && first !== null && 'message' in first
  const detail = isIssue && typeof first.message === 'string' ? `: ${first.message}` : ''
  return `${error.message}${detail}`
}

/** Any failure as a text to show: the core's own where there is one. */
export function messageOf(error: unknown): string {
  const plain = plainErrorOf(error)
  if (plain) return plain.message
  if (error instanceof ConnectionError) return error.message
  if (isConnectionError(error)) return new ConnectionError().message
  if (error instanceof ORPCError) return describeRefusal(error)
  return error instanceof Error ? error.message : String(error)
}
