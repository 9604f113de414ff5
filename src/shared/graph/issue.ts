// Issues made in one way: from a code, a text and its details, or from an error; not their catalogue (errors.ts).
import { NetloomError, type ErrorCode, type ErrorDetails, type Issue } from './errors'

/** An issue of level `error`; the hint is appended to the text, as NetloomError does. */
export function errorIssue(code: ErrorCode, message: string, details: ErrorDetails = {}): Issue {
  return { level: 'error', code, message: details.hint ? `${message} ${details.hint}` : message, ...details }
}

/** The same finding, collected instead of thrown. */
export function issueOf(error: NetloomError): Issue {
  const { code, message, nodeId, path, expected, received, hint } = error
  return { level: 'error', code, message, nodeId, path, expected, received, hint }
}

/**
 * The error to throw where the first of several errors stops the work: its own text, and how many more there are.
 * undefined where none of the issues is an error.
 */
export function errorOf(issues: readonly Issue[]): NetloomError | undefined {
  const errors = issues.filter(({ level }) => level === 'error')
  const first = errors[0]
  if (!first) return undefined
  const { code, message, nodeId, path, expected, received } = first
  const more = errors.length > 1 ? ` (${errors.length - 1} more ${errors.length === 2 ? 'error' : 'errors'})` : ''
  return new NetloomError(code, `${message}${more}`, { nodeId, path, expected, received })
}
