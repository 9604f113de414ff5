// The parameters that a new block may expose: one row for each of its nodes, rows of the same title being one; not the dialog.
import type { FindLayer } from '../../../shared/network/inferNode'
import type { ExposedParameter, NetworkNode, NodeId, UserBlock } from '../../../shared/graph/document'
import { readFields, type ParamSpec } from '../../kernel/forms/fieldForms'

/** A parameter of one of the chosen nodes. */
export interface ParamRow {
  readonly node: NodeId
  readonly spec: ParamSpec
  /** Its present value, its default where it is left out. */
  readonly value: unknown
  /** What it would be called; the same for parameters with the same value, so that they are joined. */
  readonly title: string
}

/** The key of a row. */
export function rowKey({ node, spec }: Pick<ParamRow, 'node' | 'spec'>): string {
  return `${node} ${spec.key}`
}

function print(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

/** All parameters of the chosen nodes, in their order. */
export function listRows(nodes: readonly NetworkNode[], find: FindLayer): readonly ParamRow[] {
  const firstValues = new Map<string, string>()
  return nodes.flatMap((node) => {
    const table = find(node.type)?.params
    if (!table) return []
    return readFields(table).map((spec): ParamRow => {
      const value = Object.hasOwn(node.params, spec.key) ? node.params[spec.key] : spec.fallback
      const first = firstValues.get(spec.title) ?? print(value)
      firstValues.set(spec.title, first)
      const short = node.id.slice(node.id.lastIndexOf('/') + 1)
      return { node: node.id, spec, value, title: first === print(value) ? spec.title : `${spec.title} of ${short}` }
    })
  })
}

/** `Kernel size of conv1` becomes `kernelSizeOfConv1`. */
export function nameParameter(title: string, taken: ReadonlySet<string>): string {
  const words = title.match(/[A-Za-z0-9]+/g) ?? []
  const joined = words
    .map((word, index) =>
      index === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('')
  const base = /^[A-Za-z]/.test(joined) ? joined : `parameter${joined}`
  if (!taken.has(base)) return base
  for (let number = 2; ; number += 1) if (!taken.has(`${base}${number}`)) return `${base}${number}`
}

export interface ExposedChoice {
  readonly exposed: readonly ExposedParameter[]
  /** What cannot be, or what a person should know of. */
  readonly problem: string | undefined
  readonly cautions: readonly string[]
}

/**
 * The exposed parameters of a block: rows with the same title are one parameter of several nodes.
 * @param titles by `rowKey`, of the rows that were chosen
 * @param known names that parameters of the same titles have already, so that uses keep their values
 */
export function joinRows(
  rows: readonly ParamRow[],
  titles: ReadonlyMap<string, string>,
  known: readonly ExposedParameter[] = [],
): ExposedChoice {
  const byTitle = new Map<string, ParamRow[]>()
  for (const row of rows) {
    const title = titles.get(rowKey(row))?.trim()
    if (title === undefined) continue
    byTitle.set(title, [...(byTitle.get(title) ?? []), row])
  }
  const taken = new Set<string>()
  const cautions: string[] = []
  let problem = byTitle.has('') ? 'Every chosen parameter needs a title.' : undefined
  const exposed = Array.from(byTitle, ([title, joined]): ExposedParameter => {
    const [first] = joined
    const other = joined.find(({ spec }) => print(spec.form) !== print(first?.spec.form))
    if (first && other) {
      problem ??=
        `“${title}” joins parameters of different kinds: ${first.spec.title.toLowerCase()} of "${first.node}" and ` +
        `${other.spec.title.toLowerCase()} of "${other.node}". Give one of them another title.`
    }
    const different = joined.find(({ value }) => print(value) !== print(first?.value))
    if (first && different) {
      cautions.push(
        `“${title}” is ${print(first.value)} in "${first.node}" and ${print(different.value)} in ` +
          `"${different.node}": it becomes ${print(first.value)} in all.`,
      )
    }
    const name = known.find((parameter) => parameter.title === title)?.name ?? nameParameter(title, taken)
    taken.add(name)
    return { name, title, targets: joined.map(({ node, spec }) => ({ node, param: spec.key })) }
  })
  return { exposed, problem, cautions }
}

/** The rows that a definition exposes already, with their titles. @param rows of nodes named as in the document */
export function chosenBefore(rows: readonly ParamRow[], block: UserBlock): ReadonlyMap<string, string> {
  const titles = new Map<string, string>()
  for (const row of rows) {
    const exposed = block.exposed.find(({ targets }) =>
      targets.some(({ node, param }) => param === row.spec.key && (row.node === node || row.node.endsWith(`/${node}`))),
    )
    if (exposed) titles.set(rowKey(row), exposed.title)
  }
  return titles
}

/** `My block` becomes `user/my-block`. */
export function typeOfTitle(title: string): string {
  const words = title.toLowerCase().match(/[\p{Letter}\p{Number}_.]+/gu) ?? []
  return `user/${words.join('-')}`
}
