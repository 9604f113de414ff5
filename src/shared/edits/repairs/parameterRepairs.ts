// Repairs of misspelt, missing and wrong parameters of a layer or the recipe; not of what follows from right ones.
import type { NetworkDocument, NetworkNode, ParameterValues } from '../../graph/document'
import type { Issue } from '../../graph/errors'
import { replacePatterns } from '../../graph/layerPatterns'
import { suggestName } from '../../graph/suggest'
import { findLayer } from '../../layers/index'
import { recipeSchema } from '../../training/recipe'
import type { Repair, RepairFacts } from './repair'
import { nodeOf, setSome } from './repairEdits'

/** What a parameter without a default usually starts with. */
const usualValues: ParameterValues = { filters: 32, kernel: 3, units: 10, shape: [3, 32, 32] }

/** The first key of a path after `root`: `params.kernel[0]` and `params["a b"]`. */
function readKey(path: string | undefined, root: string): string | undefined {
  const [, name, quoted] =
    new RegExp(`${root}(?:\\.([\\p{L}\\p{N}_$]+)|\\["((?:[^"\\\\])*)"\\])`, 'u').exec(path ?? '') ?? []
  return name ?? quoted
}

/** The same values without one key. */
function without(values: ParameterValues, key: string): ParameterValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key))
}

/** The same values with a key renamed, at its place. */
function renamed(values: ParameterValues, key: string, to: string): ParameterValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name === key ? to : name, value]))
}

/** Repairs of `layer.parameter`. */
export function findParameterRepairs(document: NetworkDocument, issue: Issue, facts: RepairFacts): readonly Repair[] {
  const node = nodeOf(document, issue.nodeId)
  const table = node && findLayer(node.type)?.params.shape
  const key = readKey(issue.path, 'params')
  if (!node || !table || key === undefined) return []
  const field = Object.hasOwn(table, key) ? table[key] : undefined
  if (!field) return repairUnknown(node, Object.keys(table), key)
  const title = readTitle(field) ?? key
  const byDefault = field.safeParse(undefined)
  if (byDefault.success) {
    const edit = { type: 'setParams', id: node.id, params: without(node.params, key) } as const
    return [{ label: `Set "${title}" back to ${JSON.stringify(byDefault.data)}`, edit }]
  }
  const usual = key === 'units' && facts.classCount !== undefined ? facts.classCount : usualValues[key]
  if (usual === undefined) return []
  return [{ label: `Set "${title}" to ${printUsual(usual)}`, edit: setSome(node, { [key]: usual }) }]
}

function readTitle(field: { readonly meta?: () => unknown }): string | undefined {
  const meta: unknown = field.meta?.()
  const title: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'title') : undefined
  return typeof title === 'string' ? title : undefined
}

function printUsual(value: unknown): string {
  return Array.isArray(value) ? value.join('x') : String(value)
}

function repairUnknown(node: NetworkNode, known: readonly string[], key: string): readonly Repair[] {
  const meant = suggestName(key, known)
  const repairs: Repair[] = []
  if (meant !== undefined && !Object.hasOwn(node.params, meant)) {
    const params = renamed(node.params, key, meant)
    repairs.push({ label: `Rename "${key}" to "${meant}"`, edit: { type: 'setParams', id: node.id, params } })
  }
  const params = without(node.params, key)
  return [...repairs, { label: `Remove "${key}"`, edit: { type: 'setParams', id: node.id, params } }]
}

/** Repairs of `recipe.invalid`: the setting renamed as it was meant, or left to its default. */
export function findRecipeRepairs({ recipe = {} }: NetworkDocument, issue: Issue): readonly Repair[] {
  const known = Object.keys(recipeSchema.shape)
  const key = readKey(issue.path, 'recipe')
  if (key === undefined) return []
  const meant = known.includes(key) ? undefined : suggestName(key, known)
  const repairs: Repair[] = []
  if (meant !== undefined && !Object.hasOwn(recipe, meant)) {
    repairs.push({
      label: `Rename "${key}" to "${meant}"`,
      edit: { type: 'setRecipe', recipe: renamed(recipe, key, meant) },
    })
  }
  const label = known.includes(key) ? `Set "${key}" back to its default` : `Remove "${key}"`
  return [...repairs, { label, edit: { type: 'setRecipe', recipe: without(recipe, key) } }]
}

/** Repairs of `recipe.layers`: the layer that was meant, or the name taken out. */
export function findPatternRepairs({ recipe }: NetworkDocument, { received, expected }: Issue): readonly Repair[] {
  if (!recipe || typeof received !== 'string') return []
  const replacedBy = (names: readonly string[]): Repair['edit'] => ({
    type: 'setRecipe',
    recipe: replacePatterns(recipe, (pattern) => (pattern === received ? names : [pattern])),
  })
  return [
    ...(typeof expected === 'string' ? [{ label: `Name "${expected}" instead`, edit: replacedBy([expected]) }] : []),
    { label: `Take "${received}" out of the recipe`, edit: replacedBy([]) },
  ]
}
