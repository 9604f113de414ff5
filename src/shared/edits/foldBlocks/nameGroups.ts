// Names for blocks from the names of the layers that they take in; not which layers those are (foldBlocks.ts).
import type { NetworkDocument, NodeId } from '../../graph/document'
import { UniqueNames } from '../../graph/uniqueNames'

/**
 * Names blocks by what the names of their layers begin with, where that is theirs alone; else by their first layer.
 * @param groups the layers of each block
 * @returns a name for each group, none twice and none of a node that stays
 */
export function nameGroups(document: NetworkDocument, groups: readonly (readonly NodeId[])[]): readonly NodeId[] {
  const places = new Map(document.nodes.map(({ id }, index) => [id, index]))
  const placeOf = (id: NodeId): number => places.get(id) ?? 0
  const held = new Set(groups.flat())
  const users = new Map<string, number>()
  for (const { id } of document.nodes)
    for (let end = id.lastIndexOf('/'); end > 0; end = id.lastIndexOf('/', end - 1)) {
      const above = id.slice(0, end)
      users.set(above, (users.get(above) ?? 0) + 1)
    }
  const taken = new UniqueNames(
    document.nodes.filter(({ id }) => !held.has(id)).map(({ id }) => id),
    '-',
  )
  return groups.map((ids) => {
    const prefix = sharedPath(ids)
    const isOwn = prefix !== '' && users.get(prefix) === ids.length && !taken.has(prefix)
    const first = ids.reduce((one, id) => (placeOf(id) < placeOf(one) ? id : one))
    return taken.take(isOwn ? prefix : first) as NodeId
  })
}

function sharedPath(ids: readonly string[]): string {
  const [first = '', ...others] = ids.map((id) => id.split('/').slice(0, -1))
  if (first === '') return ''
  let depth = 0
  while (depth < first.length && others.every((parts) => parts[depth] === first[depth])) depth += 1
  return first.slice(0, depth).join('/')
}
