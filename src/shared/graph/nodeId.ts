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

/** What keeps a text from being a name, with the character at fault; undefined where nothing does. */
export function explainNodeId(text: string): string | undefined {
  if (isNodeId(text)) return undefined
  const rule = `A name has ${nodeIdRule}.`
  if (text === '') return `${rule} This one is empty.`
  if (text.length > longestNodeId) return `${rule} This one has ${text.length}.`
  const bad = Array.from(text).find((sign) => !/[\p{L}\p{N}_./-]/u.test(sign))
  if (bad === undefined) return `${rule} A part between two "/" is empty here.`
  return `${rule} This one has ${nameCharacter(bad)}${bad === ' ' ? ': write "_" or "-" in its place' : ''}.`
}

function nameCharacter(sign: string): string {
  if (sign === ' ') return 'a space'
  if (sign === '\t') return 'a tab'
  const code = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  // What cannot be seen, and what joins the letter before it, shows by its number only.
  return /[\p{C}\p{Z}\p{M}]/u.test(sign) ? `the character ${code}` : `"${sign}"`
}

/** Types a name that comes from outside. @throws NetloomError `document.schema` where it breaks the rule */
export function parseNodeId(text: string): NodeId {
  if (isNodeId(text)) return text
  throw new NetloomError('document.schema', `${JSON.stringify(text)} cannot name a layer.`, {
    expected: nodeIdRule,
    received: text,
    hint: explainNodeId(text),
  })
}
