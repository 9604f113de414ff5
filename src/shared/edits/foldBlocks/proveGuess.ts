// Whether a block with guessed parameters is exactly what stands in the network: its expansion, layer by layer; not the guess (readers/).
import type { NetworkNode, NodeId, PortReference } from '../../graph/document'
import { isBlock } from '../../layers/define'
import { flattenNodes } from '../../network/flattenNodes'
import type { FindLayer, InferredLayer, InferredNode } from '../../network/inferDocument'
import { inferReadyNode } from '../../network/inferNode'
import { parseParams } from '../../network/parseParams'
import type { BlockGuess, FoldView } from './foldView'
import { printLayer } from './layerPrint'

/** A block that is proved to compute what some layers of the network compute. */
export interface ProvedBlock {
  readonly guess: BlockGuess
  /** The layer whose output the block gives. */
  readonly end: NodeId
  /** Layers of the network by the paths of those inside the block that they equal, relative to the block. */
  readonly layers: ReadonlyMap<string, NodeId>
  readonly frozen: boolean
}

const probe = 'block' as NodeId

/** Proves a guess, or returns undefined. Nothing but its end may be used outside of the block. */
export function proveGuess(
  view: FoldView,
  end: InferredNode,
  guess: BlockGuess,
  findLayer: FindLayer,
): ProvedBlock | undefined {
  const expansion = expandGuess(view, guess, findLayer)
  if (!expansion || !isSame(expansion.outputShape, end.outputs[0])) return undefined
  const layers = matchLayers(view, end, guess.entry, expansion)
  if (layers?.size !== expansion.layers.size) return undefined
  const taken = new Set(layers.values())
  if (taken.size !== layers.size) return undefined
  const leaks = [...taken].some(
    (id) => id !== end.node.id && view.consumersOf(id).some((consumer) => !taken.has(consumer)),
  )
  if (leaks) return undefined
  const states = new Set([...layers.values()].map((id) => view.node(id)?.node.frozen === true))
  if (states.size !== 1) return undefined
  const cut = probe.length + 1
  return {
    guess,
    end: end.node.id,
    layers: new Map(Array.from(layers, ([path, id]) => [path.slice(cut), id])),
    frozen: states.has(true),
  }
}

interface Expansion {
  readonly layers: ReadonlyMap<NodeId, InferredLayer>
  readonly output: PortReference
  readonly outputShape: readonly number[] | undefined
}

function expandGuess(view: FoldView, { type, params, entry }: BlockGuess, findLayer: FindLayer): Expansion | undefined {
  const source = view.node(entry.node)
  const shape = source?.outputs[source.outputPorts.indexOf(entry.port)]
  const definition = findLayer(type)
  if (!shape || !definition || !isBlock(definition)) return undefined
  const node: NetworkNode = { id: probe, type, params }
  const parsed = parseParams(node, definition).params
  if (!parsed) return undefined
  const ready = { node, definition, params: parsed, inputs: [shape], sources: [entry] }
  const { inferred } = inferReadyNode(ready, findLayer)
  if (!inferred) return undefined
  const { layers, resolve } = flattenNodes(new Map([[probe, inferred]]))
  const output = resolve({ node: probe, port: inferred.outputPorts[0] ?? 'out' })
  return output && { layers, output, outputShape: inferred.outputs[0] }
}

function isSame(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.join() === b.join()
}

const commutative: ReadonlySet<string> = new Set(['add', 'multiply'])

/** Walks both graphs back from their ends; undefined where they differ. */
function matchLayers(
  view: FoldView,
  end: InferredNode,
  entry: PortReference,
  { layers, output }: Expansion,
): ReadonlyMap<NodeId, NodeId> | undefined {
  const matched = new Map<NodeId, NodeId>()
  const isEntry = (port: PortReference): boolean => port.node === entry.node && port.port === entry.port

  const matchPort = (inner: PortReference, outer: PortReference): boolean => {
    const layer = layers.get(inner.node)
    if (!layer) return isEntry(inner) && isEntry(outer)
    return inner.port === outer.port && matchLayer(layer, outer.node)
  }
  const matchAll = (inner: readonly PortReference[], outer: readonly PortReference[]): boolean =>
    inner.length === outer.length && inner.every((port, index) => matchPort(port, outer[index] ?? port))
  const matchLayer = (layer: InferredLayer, id: NodeId): boolean => {
    const earlier = matched.get(layer.node.id)
    if (earlier !== undefined) return earlier === id
    const node = view.node(id)
    if (!node || node.node.type !== layer.node.type || isBlock(node.definition)) return false
    if (printLayer(node) !== printLayer(layer)) return false
    const before = new Map(matched)
    matched.set(layer.node.id, id)
    if (matchAll(layer.sources, node.sources)) return true
    if (!commutative.has(layer.node.type)) return false
    // A sum or product may have its inputs the other way round: the values are the same.
    const attempt = [...before]
    matched.clear()
    for (const [key, value] of attempt) matched.set(key, value)
    matched.set(layer.node.id, id)
    return matchAll(layer.sources, node.sources.toReversed())
  }
  return matchPort(output, { node: end.node.id, port: end.outputPorts[0] ?? 'out' }) ? matched : undefined
}
