// The rule for names of nodes and the door through which a string becomes one; not their uniqueness (checkGraph.ts).
import type { NodeId } from './document'
import { NetloomError } from './errors'

const nodeIdPattern = /^[\p{L}\p{N}_.-]+(?:\/[\p{L}\p{N}_.-]+)*$/u
const longestNodeId = 200

/** The rule in words, for messages. */
export const nodeIdRule = `letters, digits and "_ - .", parts separated by "/", at most ${longestNodeId} characters`

/** Whether `value` can name a node: `conv1`, `stage2/block1/conv1`. */
export function isNodeId(value: unknown): value is NodeId {
  return typeof value === 'string' && value.length <= longestNodeId && nodeIdPattern.test(value)
}

/** Types a name that comes from outside. @throws NetloomError `document.schema` where it breaks the rule */
export function parseNodeId(text: string): NodeId {
  if (isNodeId(text)) return text
  throw new NetloomError('document.schema', `${JSON.stringify(text)} cannot name a layer.`, {
    expected: nodeIdRule,
    received: text,
    hint: `A name has ${nodeIdRule}.`,
  })
}
