// Changes of the definitions of user blocks and where they are used; not how blocks are made (edits/makeBlock.ts).
import { changeBlock, listUses } from '../../../shared/edits/makeBlock'
import type { NetworkDocument, NodeId, ParameterValues, UserBlock } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'

/** The definition of a user block; undefined for every other type. */
export function findUserBlock(document: NetworkDocument, type: string): UserBlock | undefined {
  return document.blocks?.find((block) => block.type === type)
}

/** The nodes of the document that change with a definition: its uses, and those of blocks that hold it. */
export function listAffected(document: NetworkDocument, type: string): readonly NodeId[] {
  const types = new Set([type])
  // A Set visits what is added to it while it is walked.
  for (const inner of types) {
    for (const block of document.blocks ?? [])
      if (block.nodes.some((node) => node.type === inner)) types.add(block.type)
  }
  const ids = new Set([...types].flatMap((each) => listUses(document, each)))
  return document.nodes.filter(({ id }) => ids.has(id)).map(({ id }) => id)
}

/** `1 use`, `3 uses`. */
export function printUses(count: number): string {
  return count === 1 ? '1 use' : `${count} uses`
}

/** The edit that gives a node inside a definition other parameters; all uses of the block change with it. */
export function editInner(document: NetworkDocument, block: UserBlock, inner: string, params: ParameterValues): Edit {
  const nodes = block.nodes.map((node) => (node.id === inner ? { ...node, params } : node))
  return changeBlock(document, { ...block, nodes })
}

/** The exposed parameter that sets a parameter of a node inside; undefined where the definition alone decides. */
export function findExposed(block: UserBlock, inner: string, param: string): UserBlock['exposed'][number] | undefined {
  return block.exposed.find(({ targets }) => targets.some((target) => target.node === inner && target.param === param))
}

/** Whether a definition holds another one, itself or inside those it uses. */
export function holdsBlock(
  document: NetworkDocument,
  nodes: readonly { readonly type: string }[],
  type: string,
): boolean {
  const seen = new Set<string>()
  const holds = (held: readonly { readonly type: string }[]): boolean =>
    held.some((node) => {
      if (node.type === type) return true
      if (seen.has(node.type)) return false
      seen.add(node.type)
      return holds(findUserBlock(document, node.type)?.nodes ?? [])
    })
  return holds(nodes)
}

/** Takes values of parameters that a definition no longer exposes off its uses. */
export function dropParams(document: NetworkDocument, block: UserBlock): readonly Edit[] {
  const names = new Set(block.exposed.map(({ name }) => name))
  return document.nodes
    .filter(({ type, params }) => type === block.type && Object.keys(params).some((name) => !names.has(name)))
    .map(({ id, params }): Edit => ({
      type: 'setParams',
      id,
      params: Object.fromEntries(Object.entries(params).filter(([name]) => names.has(name))),
    }))
}
