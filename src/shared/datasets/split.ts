// Seeded stratified choices among labelled images; not which splits a dataset gets (assignSplits.ts).
import type { RandomStream } from '../training/randomStream'

export interface StratifiedChoice {
  /** The chosen members, in their given order. */
  readonly taken: Uint32Array
  /** The others, in their given order. */
  readonly left: Uint32Array
}

function groupByClass(labels: Int32Array, members: Uint32Array): Map<number, Uint32Array> {
  const groups = new Map<number, number[]>()
  for (const member of members) {
    const label = labels[member] ?? -1
    const group = groups.get(label)
    if (group) group.push(member)
    else groups.set(label, [member])
  }
  const ordered = [...groups].sort(([a], [b]) => a - b)
  return new Map(ordered.map(([label, group]) => [label, Uint32Array.from(group)]))
}

/** A set of fewer images is tiny: there, each class that has three images or more gives one, whatever its share. */
const tinySet = 100
const leastToGive = 3

/** The first of each image's copies among the members. */
function leadersOf(members: Uint32Array, first: Int32Array | undefined): (member: number) => number {
  if (!first) return (member) => member
  const leaders = new Map<number, number>()
  for (const member of members) {
    const origin = first[member] ?? member
    if (!leaders.has(origin)) leaders.set(origin, member)
  }
  return (member) => leaders.get(first[member] ?? member) ?? member
}

/**
 * Takes `share` of the members of each class at random. Counts are rounded so that the classes differ from their
 * exact share by less than one image and the total is the rounded total; each class keeps at least one image. Of a tiny
 * set, every class of three images or more gives at least one. Copies go where the first of them goes.
 * @param labels class of every image; `members` are indices into it
 * @param share in [0, 1)
 * @param first for every image, the first with the same content; left out: there are no copies
 */
export function takeStratified(
  labels: Int32Array,
  members: Uint32Array,
  share: number,
  random: RandomStream,
  first?: Int32Array,
): StratifiedChoice {
  const leaderOf = leadersOf(members, first)
  const leaders = first ? members.filter((member) => leaderOf(member) === member) : members
  const chosen = new Set<number>()
  let exact = 0
  for (const group of groupByClass(labels, leaders).values()) {
    const before = Math.round(exact)
    exact += group.length * share
    const least = share > 0 && leaders.length < tinySet && group.length >= leastToGive ? 1 : 0
    const count = Math.min(Math.max(Math.round(exact) - before, least), group.length - 1)
    const order = random.permutation(group.length)
    for (let i = 0; i < count; i++) chosen.add(group[order[i] ?? 0] ?? 0)
  }
  return {
    taken: members.filter((member) => chosen.has(leaderOf(member))),
    left: members.filter((member) => !chosen.has(leaderOf(member))),
  }
}

/**
 * Keeps at most `limit` members, spread over the classes as evenly as their sizes allow, in their given order.
 * @param limit a whole number of at least 1
 */
export function limitStratified(
  labels: Int32Array,
  members: Uint32Array,
  limit: number,
  random: RandomStream,
): Uint32Array {
  if (members.length <= limit) return members
  const queues = [...groupByClass(labels, members).values()].map((group) => {
    const order = random.permutation(group.length)
    return Array.from(order, (position) => group[position] ?? 0)
  })
  const kept = new Set<number>()
  // One image of each class in turn, so that small classes are whole before large ones are cut.
  for (let round = 0; kept.size < limit; round++) {
    for (const queue of queues) {
      const member = queue[round]
      if (member !== undefined && kept.size < limit) kept.add(member)
    }
  }
  return members.filter((member) => kept.has(member))
}
