// Names of our nodes from names of layers in another program's file.
import { isNodeId } from '../../graph/nodeId'

/** A node name that is not taken yet, as near to `wanted` as the rule of names allows. */
export function nodeIdFrom(wanted: string, taken: Set<string>): string {
  const plain = wanted
    .replace(/[^\p{L}\p{N}_./-]/gu, '_')
    .replace(/\/{2,}|^\/|\/$/gu, '_')
    .slice(0, 190)
  const base = isNodeId(plain) ? plain : 'layer'
  let id = base
  for (let count = 2; taken.has(id); count++) id = `${base}_${count}`
  taken.add(id)
  return id
}
