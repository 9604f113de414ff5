// Parameters of one or several layers as fields, and the edits that change them; not how fields look (ParamField.tsx).
import type { FindLayer } from '../../../../shared/network/inferNode'
import { parseParams } from '../../../../shared/network/parseParams'
import type { NetworkNode, ParameterValues } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { findDefinition } from '../../../../shared/layers/index'
import { readFields, type ParamSpec } from '../../../kernel/forms/fieldForms'

/** Stands for the values of several layers that differ. */
export const mixed = Symbol('mixed')

/** The parameters that all nodes have in the same form; none where a type is unknown. */
export function findCommonFields(
  nodes: readonly NetworkNode[],
  find: FindLayer = findDefinition,
): readonly ParamSpec[] {
  const tables = [...new Set(nodes.map(({ type }) => type))].map((type) => find(type)?.params)
  const [first, ...others] = tables.map((table) => (table ? readFields(table) : []))
  if (!first) return []
  const isSame = (a: ParamSpec, b: ParamSpec): boolean =>
    a.key === b.key && a.title === b.title && JSON.stringify(a.form) === JSON.stringify(b.form)
  return first.filter((spec) => others.every((fields) => fields.some((other) => isSame(spec, other))))
}

/** The value of a parameter as a field shows it; a default where it is left out; `mixed` where layers differ. */
export function readValue(nodes: readonly NetworkNode[], { key, form, fallback }: ParamSpec): unknown {
  const values = nodes.map(({ params }) => (Object.hasOwn(params, key) ? params[key] : fallback))
  const [first] = values
  const canonical = (value: unknown): string => {
    const isBoth = form.kind === 'pair' && typeof value === 'number'
    return JSON.stringify(isBoth ? [value, value] : value) ?? 'undefined'
  }
  return values.every((value) => canonical(value) === canonical(first)) ? first : mixed
}

/** The parameters of a node with one of them changed; undefined takes it away. */
export function changeParam({ params }: NetworkNode, key: string, value: unknown): ParameterValues {
  const others = Object.fromEntries(Object.entries(params).filter(([name]) => name !== key))
  if (value === undefined) return others
  // A parameter keeps its place, so that the saved text changes in one line.
  return Object.hasOwn(params, key) ? { ...params, [key]: value } : { ...others, [key]: value }
}

/** Sets one parameter of all nodes as one edit; undefined takes it away, so that its default holds. */
export function buildParamEdit(nodes: readonly NetworkNode[], key: string, value: unknown): Edit {
  const edits = nodes.map((node): Edit => ({ type: 'setParams', id: node.id, params: changeParam(node, key, value) }))
  const [only] = edits
  return edits.length === 1 && only ? only : { type: 'batch', edits }
}

/** Freezes or frees all nodes as one edit. */
export function buildFreezeEdit(nodes: readonly NetworkNode[], frozen: boolean): Edit {
  return { type: 'batch', edits: nodes.map(({ id }) => ({ type: 'setFrozen', id, frozen: frozen ? true : undefined })) }
}

/** The layer's own error about one parameter if it had `value`; undefined where it is right. */
export function checkParam(
  node: NetworkNode | undefined,
  key: string,
  value: unknown,
  find: FindLayer = findDefinition,
): string | undefined {
  const definition = node && find(node.type)
  if (!node || !definition) return undefined
  const params = Object.fromEntries(
    Object.entries({ ...node.params, [key]: value }).filter(([, kept]) => kept !== undefined),
  )
  const { issues } = parseParams({ ...node, params }, definition)
  const issue = issues.find(({ path }) => path !== undefined && new RegExp(`^params\\.${key}(?![\\w$])`).test(path))
  const who = `${definition.title} "${node.id}": `
  const text = issue?.message.startsWith(who) ? issue.message.slice(who.length) : issue?.message
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
