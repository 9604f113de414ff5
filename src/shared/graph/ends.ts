// Where a network begins and ends, and the findings about it; not its single edges (checkGraph.ts).
import type { NetworkDocument, NodeId } from './document'
import type { Issue } from './errors'
import { errorIssue } from './issue'

/** A layer as messages name it. */
export interface NamedLayer {
  /** Title and name: `Conv2D "conv1"`. */
  readonly label: string
  /** Whether it has no input ports. */
  readonly isInput: boolean
  /** Whether it has no output ports: it ends a side branch that only training has. */
  readonly isAuxiliary: boolean
}

/** Both ends of a network. */
export interface GraphEnds {
  /** Nodes without input ports. */
  readonly inputs: readonly NodeId[]
  /** Nodes that an input leads to and that no other node takes its input from, side branches aside. */
  readonly outputs: readonly NodeId[]
  /** Nodes that an input leads to and that have no output ports. */
  readonly auxiliaries: readonly NodeId[]
  /** Nodes that lead to an output or to the end of a side branch, these included. */
  readonly leading: ReadonlySet<NodeId>
  /** The nodes that are computed from these, these included. */
  readonly behind: (starts: readonly NodeId[]) => ReadonlySet<NodeId>
}

/** Every node that can be reached from `starts`, the starts included. */
function findReachable(starts: readonly NodeId[], next: ReadonlyMap<NodeId, readonly NodeId[]>): Set<NodeId> {
  const found = new Set(starts)
  // A Set visits what is added to it while it is walked.
  for (const id of found) for (const follower of next.get(id) ?? []) found.add(follower)
  return found
}

/** Finds both ends among `layers`; linear in nodes and edges. */
export function findEnds(document: NetworkDocument, layers: ReadonlyMap<NodeId, NamedLayer>): GraphEnds {
  const forward = new Map<NodeId, NodeId[]>()
  const backward = new Map<NodeId, NodeId[]>()
  for (const id of layers.keys()) {
    forward.set(id, [])
    backward.set(id, [])
  }
  for (const { from, to } of document.edges) {
    if (!layers.has(from.node) || !layers.has(to.node)) continue
    forward.get(from.node)?.push(to.node)
    backward.get(to.node)?.push(from.node)
  }
  const inputs = [...layers.keys()].filter((id) => layers.get(id)?.isInput)
  const fed = findReachable(inputs, forward)
  // An input that leads nowhere is an output only where it is all there is.
  const canEnd = (id: NodeId): boolean => layers.size === 1 || !layers.get(id)?.isInput
  const ends = [...fed].filter((id) => forward.get(id)?.length === 0 && canEnd(id))
  const outputs = ends.filter((id) => !layers.get(id)?.isAuxiliary)
  const auxiliaries = ends.filter((id) => layers.get(id)?.isAuxiliary)
  const behind = (starts: readonly NodeId[]) => findReachable(starts, forward)
  return { inputs, outputs, auxiliaries, leading: findReachable(ends, backward), behind }
}

/**
 * Findings about the ends: no input or several, several outputs, layers that lead to none.
 * @param unsound nodes whose own inputs are not sound: that is the finding, and what follows from it for the nodes behind
 * them is not told again
 */
export function checkEnds(
  { inputs, outputs, auxiliaries, leading, behind }: GraphEnds,
  layers: ReadonlyMap<NodeId, NamedLayer>,
  unsound: readonly NodeId[],
): Issue[] {
  const issues: Issue[] = []
  if (inputs.length === 0) {
    issues.push(errorIssue('graph.noInput', 'The network has no input.', { hint: 'Add an input layer.' }))
  }
  if (inputs.length > 1) {
    issues.push(
      errorIssue('graph.inputs', `The network has ${inputs.length} inputs: ${quote(inputs)}.`, {
        expected: 1,
        received: inputs.length,
        hint: 'Keep one.',
      }),
    )
  }
  if (outputs.length > 1) {
    issues.push(
      errorIssue('graph.outputs', `The network has ${outputs.length} outputs: ${quote(outputs)}.`, {
        expected: 1,
        received: outputs.length,
        hint: 'Join them (add, concatenate) or remove all but one.',
      }),
    )
  }
  if (outputs.length === 0 && auxiliaries.length > 0) {
    issues.push(
      errorIssue('graph.outputs', `The network has no output, only side branches: ${quote(auxiliaries)}.`, {
        expected: 1,
        received: 0,
        hint: 'Add the layers that give the output, or remove the auxiliary output.',
      }),
    )
  }
  const cut = behind(unsound)
  for (const [id, { label, isInput }] of layers) {
    if (leading.has(id) || cut.has(id)) continue
    // An input that nothing takes from is the other end of what has no input.
    if (isInput && unsound.length > 0) continue
    issues.push(
      errorIssue('graph.dangling', `${label} leads to no output.`, {
        nodeId: id,
        hint: 'Join it to the network or remove it.',
      }),
    )
  }
  return issues
}

function quote(ids: readonly NodeId[]): string {
  const shown = ids.slice(0, 6).map((id) => `"${id}"`)
  return ids.length > 6 ? `${shown.join(', ')} and ${ids.length - 6} more` : shown.join(', ')
}
