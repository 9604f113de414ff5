// The layers of an imported network gathered into blocks, with their weights under the new paths; what may be gathered is shared/edits.
import { foldBlocks } from '../../shared/edits/foldBlocks/foldBlocks'
import { gatherParts } from '../../shared/edits/gatherParts/gatherParts'
import type { NetworkDocument } from '../../shared/graph/document'
import type { Tensor, TensorMap } from '../../shared/onnx/tensor'

/** A network as a reader of files gives it: each layer a node, its weights by the paths of the layers. */
interface FlatNetwork {
  readonly document: NetworkDocument
  readonly weights: TensorMap
}

export interface Gathered<Network extends FlatNetwork> {
  readonly network: Network
  /** How many blocks of each type the layers were gathered into. */
  readonly blocks: Readonly<Record<string, number>>
  /** The path of each layer that moved into a block, by its id before. */
  readonly moves: ReadonlyMap<string, string>
}

/** Gathers layers into blocks, and names the weights by the paths that their layers have inside them. */
export function gatherLayers<Network extends FlatNetwork>(flat: Network): Gathered<Network> {
  const folded = foldBlocks(flat.document, { places: true })
  const parts = gatherParts(folded.document)
  const gathered = withoutPaths(parts.document)
  const moves = new Map<string, string>()
  for (const { id } of flat.document.nodes) {
    const path = folded.moves.get(id) ?? id
    const moved = parts.moves.get(path) ?? path
    if (moved !== id) moves.set(id, moved)
  }
  // Those that larger parts took in are not on the canvas.
  const known = Object.keys(folded.blocks).map((type): [string, number] => [
    type,
    gathered.nodes.filter((node) => node.type === type).length,
  ])
  const blocks = { ...Object.fromEntries(known.filter(([, count]) => count > 0)), ...parts.blocks }
  const renamed = Array.from(flat.weights, ([path, tensor]): [string, Tensor] => {
    const end = path.lastIndexOf('/')
    const layer = path.slice(0, end)
    return [`${moves.get(layer) ?? layer}${path.slice(end)}`, tensor]
  })
  return { network: { ...flat, document: gathered, weights: new Map(renamed) }, blocks, moves }
}

function withoutPaths(document: NetworkDocument): NetworkDocument {
  if (!document.weightPaths) return document
  const { weightPaths: _, ...rest } = document
  return rest
}
