// Writes a network document in code, layer by layer, and places its nodes; not edits of an existing one (edits.ts).
import { documentVersion, type NetworkDocument, type NetworkEdge, type NetworkNode, type NodeId } from './document'
import type { ParameterValues } from './document'
import { internalError, NetloomError } from './errors'
import { parseNodeId } from './nodeId'
import { placeNodes } from './placeNodes'

/**
 * A growing document. Layers are added after the layers they take their inputs from, so the nodes stand in an order in
 * which they can be computed.
 */
export class DocumentBuilder {
  private readonly nodes = new Map<string, NetworkNode>()
  private readonly edges: NetworkEdge[] = []

  constructor(private readonly name: string) {}

  /**
   * Adds a layer and joins the `out` port of each node in `fromIds` to it: a single one to its port `in`, several to
   * `in0`, `in1`, ... in order.
   * @returns the id, to be given to the next `add`
   * @throws NetloomError `graph.duplicateId`, or `document.schema` for an id that breaks the rule of names
   */
  add(id: string, type: string, params: ParameterValues = {}, ...fromIds: readonly string[]): string {
    if (this.nodes.has(id)) {
      throw new NetloomError('graph.duplicateId', `Two layers are named "${id}".`, {
        nodeId: id,
        hint: 'Give one of them another name.',
      })
    }
    this.nodes.set(id, { id: parseNodeId(id), type, params })
    fromIds.forEach((from, index) => this.connect(from, id, fromIds.length === 1 ? 'in' : `in${index}`))
    return id
  }

  /** Joins two layers by ports with other names than those `add` uses. */
  connect(from: string, to: string, toPort: string, fromPort = 'out'): void {
    this.edges.push({
      from: { node: this.requireNode(from), port: fromPort },
      to: { node: this.requireNode(to), port: toPort },
    })
  }

  /** The document, with a position for every node: one row per step from the input, side by side within a row. */
  build(): NetworkDocument {
    const positions = placeNodes(
      Array.from(this.nodes.values(), ({ id }) => id),
      this.edges,
    )
    return {
      format: 'netloom',
      version: documentVersion,
      name: this.name,
      nodes: [...this.nodes.values()].map((node) => ({ ...node, position: positions.get(node.id) })),
      edges: [...this.edges],
    }
  }

  private requireNode(id: string): NodeId {
    const node = this.nodes.get(id)
    if (!node) throw internalError(`"${id}" is joined before it is added`)
    return node.id
  }
}
