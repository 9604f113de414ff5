// Operators that belong together: between them stand values without the batch in front, which no edge of a network can hold.
import type { OnnxNode } from '../../onnx/model'

/** What a grouping asks of the network. */
export interface GroupedNetwork {
  readonly nodes: readonly OnnxNode[]
  /** Whether a value has one entry per image on its first axis, or is constant. */
  isPlain(value: string): boolean
  /** Whether a node takes no value that depends on the image: a constant for each image of a batch. */
  isRootless(node: OnnxNode): boolean
}

/** Nodes of one group, in the order of the graph. */
export type OperatorGroup = readonly OnnxNode[]

/**
 * The groups of a graph: nodes joined by values that are not plain, with all nodes that lie on a way between two of them.
 * @returns none where every value is plain
 */
export function findGroups(network: GroupedNetwork): readonly OperatorGroup[] {
  const { nodes } = network
  const producers = new Map<string, number>()
  const users = new Map<string, number[]>()
  nodes.forEach(({ inputs, outputs }, index) => {
    for (const value of outputs) if (value !== '') producers.set(value, index)
    for (const value of inputs) users.set(value, [...(users.get(value) ?? []), index])
  })
  const sets = new DisjointSets(nodes.length)
  const grouped = new Set<number>()
  const join = (one: number, other: number): void => {
    sets.join(one, other)
    grouped.add(one).add(other)
  }
  nodes.forEach((node, index) => {
    const isRootless = network.isRootless(node)
    for (const value of node.outputs)
      if (value !== '' && (isRootless || !network.isPlain(value)))
        for (const user of users.get(value) ?? []) join(index, user)
  })
  if (grouped.size === 0) return []
  closeWays(nodes, producers, users, sets, grouped)
  const groups = new Map<number, number[]>()
  for (const index of [...grouped].toSorted((a, b) => a - b)) {
    const root = sets.find(index)
    groups.set(root, [...(groups.get(root) ?? []), index])
  }
  return [...groups.values()].map((members) => members.flatMap((index) => nodes[index] ?? []))
}

/** Takes in what lies between two nodes of a group, until no way leads out of a group and back. */
function closeWays(
  nodes: readonly OnnxNode[],
  producers: ReadonlyMap<string, number>,
  users: ReadonlyMap<string, readonly number[]>,
  sets: DisjointSets,
  grouped: Set<number>,
): void {
  for (let changed = true; changed;) {
    changed = false
    const members = new Map<number, number[]>()
    for (const index of [...grouped].toSorted((a, b) => a - b)) {
      const root = sets.find(index)
      const list = members.get(root)
      if (list) list.push(index)
      else members.set(root, [index])
    }
    for (const list of members.values()) {
      const [first = 0, last = 0] = [list[0], list.at(-1)]
      const after = new Set(list)
      for (let index = first; index <= last; index++)
        if (nodes[index]?.inputs.some((value) => after.has(producers.get(value) ?? -1))) after.add(index)
      const before = new Set(list)
      for (let index = last; index >= first; index--)
        if (nodes[index]?.outputs.some((value) => users.get(value)?.some((user) => before.has(user)))) before.add(index)
      for (let index = first; index <= last; index++) {
        if (!after.has(index) || !before.has(index) || sets.find(index) === sets.find(first)) continue
        sets.join(index, first)
        grouped.add(index)
        changed = true
      }
    }
  }
}

class DisjointSets {
  private readonly parents: number[]

  constructor(count: number) {
    this.parents = Array.from({ length: count }, (_, index) => index)
  }

  find(index: number): number {
    let root = index
    while (this.parents[root] !== root) root = this.parents[root] ?? root
    this.parents[index] = root
    return root
  }

  join(one: number, other: number): void {
    this.parents[this.find(other)] = this.find(one)
  }
}
