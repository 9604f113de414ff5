// A short name for what decides a network's speed: its structure, batch and optimiser; not its weights, names or positions.
import { createHash } from 'node:crypto'
import type { NetworkDocument, NetworkEdge, NetworkNode } from '../../shared/graph/document'
import type { Recipe } from '../../shared/training/recipe'

/** Nodes and edges with indices in place of names. */
function structureOf({
  nodes,
  edges,
}: {
  readonly nodes: readonly NetworkNode[]
  readonly edges: readonly NetworkEdge[]
}) {
  const places = new Map(nodes.map(({ id }, index) => [id, index]))
  return {
    nodes: nodes.map(({ type, params, frozen = false }) => [type, params, frozen]),
    edges: edges.map(({ from, to }) => [places.get(from.node), from.port, places.get(to.node), to.port]),
  }
}

/** The same for networks that compute the same operations on the same shapes, in the same order. */
export function hashNetwork(document: NetworkDocument, recipe: Recipe): string {
  const parts = {
    ...structureOf(document),
    blocks: document.blocks?.map((block) => [
      block.type,
      structureOf(block),
      block.inputs,
      block.outputs,
      block.exposed,
    ]),
    batchSize: recipe.batchSize,
    optimizer: recipe.optimizer.type,
    freeze: recipe.freeze,
    ...(recipe.mixedPrecision ? { mixedPrecision: true } : {}),
  }
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
}
