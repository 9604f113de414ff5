// What a reader of blocks sees of a network: its layers with what follows them; not the blocks themselves (readers/).
import type { NetworkDocument, NetworkEdge, NodeId, PortReference } from '../../graph/document'
import type { Inference, InferredNode } from '../../network/inferDocument'

/** A network while its layers are gathered into blocks. Nodes that are blocks already are seen as they are. */
export class FoldView {
  private readonly consumers = new Map<NodeId, NodeId[]>()
  private readonly arriving = new Map<NodeId, NetworkEdge[]>()

  constructor(
    readonly document: NetworkDocument,
    readonly inference: Inference,
  ) {
    for (const { node, sources } of inference.nodes.values()) {
      for (const source of sources) {
        const list = this.consumers.get(source.node)
        if (list) list.push(node.id)
        else this.consumers.set(source.node, [node.id])
      }
    }
    for (const edge of document.edges) {
      const list = this.arriving.get(edge.to.node)
      if (list) list.push(edge)
      else this.arriving.set(edge.to.node, [edge])
    }
  }

  node(id: NodeId): InferredNode | undefined {
    return this.inference.nodes.get(id)
  }

  /** The nodes that take a node's output, one entry per edge. */
  consumersOf(id: NodeId): readonly NodeId[] {
    return this.consumers.get(id) ?? []
  }

  /** The edges that arrive at a node, in the order of the document. */
  edgesInto(id: NodeId): readonly NetworkEdge[] {
    return this.arriving.get(id) ?? []
  }

  /** The node that gives input `index`. */
  before(node: InferredNode, index = 0): InferredNode | undefined {
    const source = node.sources[index]
    return source && this.inference.nodes.get(source.node)
  }

  /** The node before, where it is of one of these types and feeds nothing else. */
  onlyBefore(node: InferredNode, index: number, ...types: readonly string[]): InferredNode | undefined {
    const before = this.before(node, index)
    return before && types.includes(before.node.type) && this.consumersOf(before.node.id).length === 1
      ? before
      : undefined
  }

  /** The nodes from one backwards along first inputs, itself first, as long as each feeds only the next. */
  chain(end: InferredNode): readonly InferredNode[] {
    const found = [end]
    for (;;) {
      const last = found.at(-1)
      const before = last && last.sources.length === 1 ? this.before(last) : undefined
      if (!before || before.sources.length === 0 || this.consumersOf(before.node.id).length !== 1) return found
      found.push(before)
    }
  }
}

/** A guess of a reader: that a block of this type with these parameters, fed by `entry`, ends where the reader looked. */
export interface BlockGuess {
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
  readonly entry: PortReference
}

/**
 * Reads guesses off a node that may end a block, the best first; guesses are cheap, as each is proved by expansion
 * (proveGuess.ts) before it is taken.
 */
export type BlockReader = (view: FoldView, end: InferredNode) => readonly BlockGuess[]
