// Names of layers with `*`, as a recipe holds them: what they match, and how they follow layers that are renamed or moved; not what they decide.
import type { NetworkDocument, NodeId } from './document'

type RawRecipe = NonNullable<NetworkDocument['recipe']>

/** Whether any of the patterns names a layer or a block that holds it; `*` stands for any characters. */
export function matchPatterns(patterns: readonly string[]): (id: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 'u')
  })
  if (expressions.length === 0) return () => false
  return (id) => {
    // A block's name stands for all that it holds.
    for (let end = id.length; end > 0; end = id.lastIndexOf('/', end - 1)) {
      const path = id.slice(0, end)
      if (expressions.some((expression) => expression.test(path))) return true
    }
    return false
  }
}

/** A pattern and where the recipe has it: `freeze[2]`, `unfreeze[0].layers`. */
export interface PlacedPattern {
  readonly pattern: string
  readonly path: string
}

/** Settings whose entries are patterns, and those whose entries hold one under `layers`. */
const plainLists = ['freeze'] as const
const entryLists = ['unfreeze', 'learningRateFactors'] as const

function listOf(recipe: RawRecipe, key: string): readonly unknown[] {
  const list: unknown = recipe[key]
  return Array.isArray(list) ? list : []
}

function layersOf(entry: unknown): string | undefined {
  const layers: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'layers') : undefined
  return typeof layers === 'string' ? layers : undefined
}

/** All patterns of a recipe as it is saved; what has not the form of one is left out. */
export function listPatterns(recipe: NetworkDocument['recipe']): readonly PlacedPattern[] {
  if (!recipe) return []
  return [
    ...plainLists.flatMap((key) =>
      listOf(recipe, key).flatMap((pattern, index) =>
        typeof pattern === 'string' ? [{ pattern, path: `${key}[${index}]` }] : [],
      ),
    ),
    ...entryLists.flatMap((key) =>
      listOf(recipe, key).flatMap((entry, index) => {
        const pattern = layersOf(entry)
        return pattern === undefined ? [] : [{ pattern, path: `${key}[${index}].layers` }]
      }),
    ),
  ]
}

/** What stands in place of a pattern: one or several, or none. */
type Replace = (pattern: string) => readonly string[]

/** The recipe with other patterns; the same object where none changes. */
export function replacePatterns(recipe: RawRecipe, replace: Replace): RawRecipe {
  const changes: Record<string, unknown> = {}
  const isSame = (list: readonly unknown[], next: readonly unknown[]): boolean =>
    list.length === next.length && list.every((entry, index) => entry === next[index])
  for (const key of plainLists) {
    const list = listOf(recipe, key)
    const next = list.flatMap((entry): readonly unknown[] => (typeof entry === 'string' ? replace(entry) : [entry]))
    if (!isSame(list, next)) changes[key] = [...new Set(next)]
  }
  for (const key of entryLists) {
    const list = listOf(recipe, key)
    const next = list.flatMap((entry): unknown[] => {
      const pattern = layersOf(entry)
      if (pattern === undefined || typeof entry !== 'object') return [entry]
      return replace(pattern).map((layers) => (layers === pattern ? entry : { ...entry, layers }))
    })
    if (!isSame(list, next)) changes[key] = next
  }
  return Object.keys(changes).length === 0 ? recipe : { ...recipe, ...changes }
}

/** What a layer is called now; undefined where it keeps its name. */
type NewName = (path: string) => string | undefined

/**
 * A pattern after layers got other names, so that it says the same of them: names and beginnings of names change with
 * them, and where `*` does not reach a new name, that is added.
 */
function follow(pattern: string, renamed: ReadonlyMap<string, string>, newName: NewName): readonly string[] {
  const star = pattern.indexOf('*')
  if (star < 0) return [newName(pattern) ?? pattern]
  // `stage2/*` and `stage2/conv*`: the block before the last `/` in front of the star.
  const cut = pattern.lastIndexOf('/', star)
  const block = cut < 0 ? undefined : newName(pattern.slice(0, cut))
  if (block !== undefined) return [`${block}${pattern.slice(cut)}`]
  const matched = matchPatterns([pattern])
  const lost = [...renamed].filter(([from, to]) => matched(from) && !matched(to)).map(([, to]) => to)
  return lost.length === 0 ? [pattern] : [pattern, ...lost]
}

/**
 * The recipe after a node was renamed: everything that named it, or something inside it, names it still.
 * @param nodes of the document before; others may be named like what is inside the node, and stay named so
 */
export function renameInRecipe(
  recipe: RawRecipe,
  nodes: NetworkDocument['nodes'],
  from: NodeId,
  to: NodeId,
): RawRecipe {
  const others = nodes.map(({ id }) => id).filter((id) => id !== from)
  const isOther = (path: string): boolean => others.some((id) => path === id || path.startsWith(`${id}/`))
  const newName: NewName = (path) => {
    if (path === from) return to
    return path.startsWith(`${from}/`) && !isOther(path) ? `${to}${path.slice(from.length)}` : undefined
  }
  const stillMatches = (pattern: string): boolean => others.some(matchPatterns([pattern]))
  return replacePatterns(recipe, (pattern) => {
    const next = follow(pattern, new Map([[from, to]]), newName)
    // A star that reached this node alone has nothing left to stand for.
    return next.length > 1 && !stillMatches(pattern) ? next.slice(1) : next
  })
}

/** The recipe after layers were moved to other paths, as into a block. @param moves paths of layers, before and after */
export function moveInRecipe(recipe: RawRecipe, moves: ReadonlyMap<string, string>): RawRecipe {
  return replacePatterns(recipe, (pattern) => follow(pattern, moves, (path) => moves.get(path)))
}
