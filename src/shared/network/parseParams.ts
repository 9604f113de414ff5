// A node's parameters through its layer's table: checked, with defaults, or with located issues; not shapes (inferDocument.ts).
import type { NetworkNode } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { describeZodError, printMismatch, printPath, type DescribedIssue } from '../graph/zodIssues'
import type { NodeFace } from '../layers/define'

/** Parameters as a layer's table gives them: every key there, every value of its kind. */
export type LayerParams = Readonly<Record<string, unknown>>

export interface ParsedParams {
  /** undefined where any parameter is wrong. */
  readonly params: LayerParams | undefined
  /** Code `layer.parameter`; paths begin with `params`. */
  readonly issues: readonly Issue[]
}

const strictTables = new WeakMap<NodeFace, NodeFace['params']>()

/** The layer's table, refusing keys that it does not have. */
export function strictTable(definition: NodeFace): NodeFace['params'] {
  const known = strictTables.get(definition)
  if (known) return known
  const table = definition.params.strict()
  strictTables.set(definition, table)
  return table
}

/** Checks a node's parameters; unknown keys and wrong values are all reported. */
export function parseParams(node: NetworkNode, definition: NodeFace): ParsedParams {
  const known = Object.keys(definition.params.shape)
  const result = strictTable(definition).safeParse(node.params)
  if (result.success) return { params: result.data, issues: [] }
  const found = describeZodError(result.error, node.params, known)
  return { params: undefined, issues: found.map((issue) => parameterIssue(node, definition, known, issue)) }
}

function parameterIssue(
  node: NetworkNode,
  definition: NodeFace,
  known: readonly string[],
  issue: DescribedIssue,
): Issue {
  const { path, expected, received, unknownKey } = issue
  const who = `${definition.title} "${node.id}"`
  const details = { nodeId: node.id, path: printPath(path, 'params'), expected, received }
  if (unknownKey) {
    const list = known.length > 0 ? `Its parameters: ${known.join(', ')}.` : 'It has no parameters.'
    const hint = unknownKey.suggestion ? `Did you mean "${unknownKey.suggestion}"?` : list
    return errorIssue('layer.parameter', `${who} has no parameter "${unknownKey.key}".`, {
      ...details,
      expected: known,
      hint,
    })
  }
  const name = path.length > 0 ? `parameter "${printPath(path)}"` : 'its parameters'
  const rule = path.length > 0 ? printMismatch(expected, received) : `break a rule: ${expected}`
  return errorIssue('layer.parameter', `${who}: ${name} ${rule}.`, details)
}
