// Definitions of user blocks on their way from one document to another: which go along, and under which names; not the way itself.
import type { NetworkDocument, UserBlock } from '../../../shared/graph/document'
import { documentVersion } from '../../../shared/graph/document'
import { serializeDocument } from '../../../shared/graph/schema'

/** The definitions that nodes of these types need, those that others use before them. */
export function collectDefinitions(document: NetworkDocument, types: Iterable<string>): readonly UserBlock[] {
  const blocks = new Map((document.blocks ?? []).map((block) => [block.type, block]))
  const found = new Map<string, UserBlock>()
  const open = new Set<string>()
  const visit = (type: string): void => {
    const block = blocks.get(type)
    if (!block || found.has(type) || open.has(type)) return
    open.add(type)
    for (const node of block.nodes) visit(node.type)
    found.set(type, block)
  }
  for (const type of types) visit(type)
  return [...found.values()]
}

/** Definitions as a document without nodes. */
export function printDefinitions(blocks: readonly UserBlock[]): string {
  const name = blocks.at(-1)?.title ?? 'blocks'
  return serializeDocument({ format: 'netloom', version: documentVersion, name, blocks, nodes: [], edges: [] })
}

/** Whether two definitions are the same but for where their nodes lie. */
export function isSameDefinition(a: UserBlock, b: UserBlock): boolean {
  const bare = (block: UserBlock): UserBlock => ({
    ...block,
    nodes: block.nodes.map((node) => ({ ...node, position: undefined })),
  })
  return printDefinitions([bare(a)]) === printDefinitions([bare(b)])
}

export interface MergedDefinitions {
  /** All definitions of the document afterwards; the same list where nothing came. */
  readonly blocks: NetworkDocument['blocks']
  /** The type that a definition which came has in the document. */
  typeOf(this: void, type: string): string
}

/** Brings definitions into a document; one whose name stands for something else there gets a number. */
export function mergeDefinitions(present: NetworkDocument['blocks'], coming: readonly UserBlock[]): MergedDefinitions {
  const blocks = [...(present ?? [])]
  const names = new Map<string, string>()
  const typeOf = (type: string): string => names.get(type) ?? type
  for (const block of coming) {
    const nodes = block.nodes.map((node) => ({ ...node, type: typeOf(node.type) }))
    const arrives: UserBlock = { ...block, nodes }
    const isHere = (type: string): boolean =>
      blocks.some((other) => other.type === type && isSameDefinition(other, { ...arrives, type }))
    let type = block.type
    for (let number = 2; blocks.some((other) => other.type === type) && !isHere(type); number += 1) {
      type = `${block.type}-${number}`
    }
    names.set(block.type, type)
    if (!isHere(type)) blocks.push({ ...arrives, type })
  }
  return { blocks: blocks.length === (present?.length ?? 0) ? present : blocks, typeOf }
}
