// Where the weights file of a document keeps the weights of layers that were renamed since; not the weights themselves.
import type { NetworkDocument, NodeId } from './document'

/**
 * Layers by their present path, with the path under which the weights file keeps them; null: the file has nothing for it.
 * An entry also stands for all below it: `stem` for `stem/conv1`.
 */
export type WeightPaths = Readonly<Record<string, string | null>>

/** The path of a layer in the weights file: the nearest entry above it decides; undefined where the file has none. */
export function findFilePath(paths: WeightPaths | undefined, layer: string): string | undefined {
  if (!paths) return layer
  for (let end = layer.length; end > 0; end = layer.lastIndexOf('/', end - 1)) {
    const above = layer.slice(0, end)
    if (!Object.hasOwn(paths, above)) continue
    const kept = paths[above]
    return kept === null || kept === undefined ? undefined : `${kept}${layer.slice(end)}`
  }
  return layer
}

/** The entries after a node was renamed; a layer that later takes its old name does not take its weights. */
export function renameWeightPaths(document: NetworkDocument, from: NodeId, to: NodeId): WeightPaths | undefined {
  if (document.weights === undefined || from === to) return document.weightPaths
  const below = `${from}/`
  const moved = new Map<string, string | null>([[to, findFilePath(document.weightPaths, from) ?? null]])
  const kept = new Map<string, string | null>()
  for (const [path, file] of Object.entries(document.weightPaths ?? {})) {
    if (path.startsWith(below)) moved.set(`${to}${path.slice(from.length)}`, file)
    else if (path !== from) kept.set(path, file)
  }
  kept.set(from, null)
  // Other nodes may be named like what is inside this one, and stay where they are.
  for (const { id } of document.nodes) {
    if (id !== from && id.startsWith(below)) kept.set(id, findFilePath(document.weightPaths, id) ?? null)
  }
  return tidyWeightPaths(Object.fromEntries([...kept, ...moved]))
}

/** The entries after layers, blocks or not, were moved to other paths; those not named stay. */
export function moveWeightPaths(
  document: NetworkDocument,
  moves: ReadonlyMap<string, string>,
): WeightPaths | undefined {
  if (document.weights === undefined || moves.size === 0) return document.weightPaths
  const next = new Map(Object.entries(document.weightPaths ?? {}))
  const targets = new Set(moves.values())
  for (const from of moves.keys()) if (!targets.has(from)) next.set(from, null)
  for (const [from, to] of moves) next.set(to, findFilePath(document.weightPaths, from) ?? null)
  return tidyWeightPaths(Object.fromEntries(next))
}

/** The same without entries that say what holds anyway, in a fixed order; undefined where nothing is left. */
function tidyWeightPaths(paths: WeightPaths): WeightPaths | undefined {
  // No prototype: a layer may be named `__proto__`.
  const result = Object.create(null) as Record<string, string | null>
  for (const path of Object.keys(paths).sort()) {
    const kept = paths[path] ?? null
    if ((findFilePath(result, path) ?? null) !== kept) result[path] = kept
  }
  return Object.keys(result).length > 0 ? { ...result } : undefined
}
