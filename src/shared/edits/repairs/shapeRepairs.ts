// Repairs where ranks or shapes do not fit: layers set in between; not windows (windowRepairs.ts).
import type { NetworkDocument, NodeId } from '../../graph/document'
import type { Edit, PlacedEdge } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import type { Shape } from '../../graph/shape'
import { inferDocument, type Inference } from '../../network/inferDocument'
import type { Repair } from './repair'
import { edgesInto, insertInto, nodeOf, setSome, type NewLayer } from './repairEdits'

const flatten: NewLayer = { type: 'flatten', params: {}, name: 'flatten' }
const globalPool: NewLayer = { type: 'globalAveragePool', params: {}, name: 'globalPool' }

/** One input of a layer. */
interface Arriving extends PlacedEdge {
  readonly shape: Shape
  /** The place of its source in the order of computation. */
  readonly rank: number
}

/** Repairs of `layer.rank` and `layer.shape`. */
export function findShapeRepairs(document: NetworkDocument, issue: Issue): readonly Repair[] {
  if (issue.path?.startsWith('scaling')) {
    return [{ label: 'Take the scaling away', edit: { type: 'setScaling', scaling: undefined } }]
  }
  const node = nodeOf(document, issue.nodeId)
  if (!node) return []
  const inference = inferDocument(document)
  const arriving = listArriving(document, inference, node.id)
  if (issue.code === 'layer.rank') {
    return issue.expected === 'rank 1' ? toVector(document, arriving) : toFeatureMap(document, inference, arriving)
  }
  if (node.type === 'concat') return alignPositions(document, arriving)
  if (node.type === 'add' || node.type === 'multiply') return alignAll(document, arriving)
  return node.type === 'reshape' ? openReshape(document, node.id) : []
}

function listArriving(document: NetworkDocument, { nodes, order }: Inference, id: NodeId): readonly Arriving[] {
  return edgesInto(document, id).flatMap(({ edge, index }) => {
    const source = nodes.get(edge.from.node)
    const shape = source?.outputs[source.definition.outputPorts.indexOf(edge.from.port)]
    return shape ? [{ edge, index, shape, rank: order.indexOf(edge.from.node) }] : []
  })
}

function toVector(document: NetworkDocument, arriving: readonly Arriving[]): readonly Repair[] {
  const maps = arriving.filter(({ shape }) => shape.length === 3)
  const chains = (layers: readonly NewLayer[]): Edit =>
    insertInto(
      document,
      maps.map((at) => ({ at, layers })),
    )
  const isOnePixel = maps.every(({ shape }) => shape[1] === 1 && shape[2] === 1)
  return [
    { label: 'Insert a flatten layer', edit: chains([flatten]) },
    ...(isOnePixel
      ? []
      : [{ label: 'Insert global average pooling and a flatten layer', edit: chains([globalPool, flatten]) }]),
  ]
}

function toFeatureMap(
  document: NetworkDocument,
  { nodes }: Inference,
  arriving: readonly Arriving[],
): readonly Repair[] {
  const [input] = arriving
  if (!input) return []
  const repairs: Repair[] = []
  const source = nodeOf(document, input.edge.from.node)
  const before = source?.type === 'flatten' ? edgesInto(document, source.id)[0] : undefined
  if (source && before) {
    const isShared = document.edges.filter(({ from }) => from.node === source.id).length > 1
    const edits: Edit[] = [
      { type: 'disconnect', edge: input.edge, index: input.index },
      { type: 'connect', edge: { from: before.edge.from, to: input.edge.to }, index: input.index },
    ]
    if (!isShared) edits.push({ type: 'removeNode', id: source.id })
    const label = isShared ? `Take the input from before "${source.id}"` : `Remove the flatten layer "${source.id}"`
    repairs.push({ label, edit: { type: 'batch', edits } })
  }
  if (source && nodes.get(source.id)?.params.keepDims === false) {
    repairs.push({ label: `Keep the axes of "${source.id}"`, edit: setSome(source, { keepDims: true }) })
  }
  const layer: NewLayer = { type: 'reshape', params: { shape: [-1, 1, 1] }, name: 'reshape' }
  repairs.push({
    label: `Insert a reshape to ${input.shape[0] ?? 1}x1x1`,
    edit: insertInto(document, [{ at: input, layers: [layer] }]),
  })
  return repairs
}

/** The stride with which a 1x1 window makes `to` positions of `from`; undefined where there is none. */
function findStride(from: number, to: number): number | undefined {
  if (to > from) return undefined
  if (to === from) return 1
  // floor((from - 1)/stride) + 1 = to
  const stride = Math.floor((from - 1) / to) + 1
  return Math.floor((from - 1) / stride) + 1 === to ? stride : undefined
}

/** The 1x1 convolution or dense layer that gives `shape` the target's extents. */
function projection(shape: Shape, target: Shape): NewLayer | undefined {
  const [filters = 1, height = 1, width = 1] = target
  if (shape.length !== target.length) return undefined
  if (target.length === 1) return { type: 'dense', params: { units: filters }, name: 'projection' }
  const down = findStride(shape[1] ?? 1, height)
  const right = findStride(shape[2] ?? 1, width)
  if (down === undefined || right === undefined) return undefined
  const stride = down === 1 && right === 1 ? {} : { stride: down === right ? down : [down, right] }
  return { type: 'conv2d', params: { filters, kernel: 1, ...stride }, name: 'projection' }
}

/**
 * Projects all inputs but those of one shape. First towards the input that is computed last: the others are the
 * shortcuts.
 */
function alignAll(document: NetworkDocument, arriving: readonly Arriving[]): readonly Repair[] {
  const flat = flattenMixed(document, arriving)
  const targets = [...arriving].sort((a, b) => b.rank - a.rank)
  const seen = new Set<string>()
  const repairs = targets.flatMap(({ shape: target }): Repair[] => {
    if (seen.has(target.join())) return []
    seen.add(target.join())
    return alignTo(document, arriving, (shape) => (shape.join() === target.join() ? undefined : target))
  })
  return [...repairs.slice(0, 2), ...flat]
}

/** Brings all inputs to the fewest positions among them; each keeps its channels. */
function alignPositions(document: NetworkDocument, arriving: readonly Arriving[]): readonly Repair[] {
  const maps = arriving.filter(({ shape }) => shape.length === 3)
  if (maps.length !== arriving.length) return flattenMixed(document, arriving)
  const least = (axis: number): number => Math.min(...maps.map(({ shape }) => shape[axis] ?? 1))
  const [height, width] = [least(1), least(2)]
  return alignTo(document, arriving, (shape) =>
    shape[1] === height && shape[2] === width ? undefined : [shape[0] ?? 1, height, width],
  )
}

function alignTo(
  document: NetworkDocument,
  arriving: readonly Arriving[],
  targetOf: (shape: Shape) => Shape | undefined,
): Repair[] {
  const chains: { at: PlacedEdge; layers: NewLayer[] }[] = []
  for (const at of arriving) {
    const target = targetOf(at.shape)
    if (!target) continue
    const layer = projection(at.shape, target)
    if (!layer) return []
    chains.push({ at, layers: [layer] })
  }
  const [first] = chains
  if (!first) return []
  return [{ label: labelProjection(chains), edit: insertInto(document, chains) }]
}

function labelProjection(chains: readonly { at: PlacedEdge; layers: readonly NewLayer[] }[]): string {
  const [first] = chains
  const layer = first?.layers[0]
  const after = chains.map(({ at }) => `"${at.edge.from.node}"`).join(' and ')
  if (layer?.type === 'dense') return `Insert a dense layer of ${String(layer.params.units)} units after ${after}`
  const { stride } = layer?.params ?? {}
  const step =
    stride === undefined ? '' : `, stride ${JSON.stringify(stride).replaceAll(/[[\]]/g, '').replace(',', 'x')}`
  return `Insert a 1x1 projection to ${String(layer?.params.filters)} channels${step} after ${after}`
}

/** Vectors and feature maps together: the feature maps become vectors. */
function flattenMixed(document: NetworkDocument, arriving: readonly Arriving[]): readonly Repair[] {
  const maps = arriving.filter(({ shape }) => shape.length === 3)
  if (maps.length === 0 || maps.length === arriving.length) return []
  const chains = maps.map((at) => ({ at, layers: [flatten] }))
  const after = maps.map(({ edge }) => `"${edge.from.node}"`).join(' and ')
  return [{ label: `Insert a flatten layer after ${after}`, edit: insertInto(document, chains) }]
}

/** Leaves one extent of a reshape open. */
function openReshape(document: NetworkDocument, id: NodeId): readonly Repair[] {
  const node = nodeOf(document, id)
  const shape: unknown = node?.params.shape
  if (!node || !Array.isArray(shape)) return []
  return shape.map((_, axis): Repair => {
    const open = shape.map((extent: unknown, index) => (index === axis ? -1 : extent))
    return { label: `Reshape to ${open.join('x')}`, edit: setSome(node, { shape: open }) }
  })
}
