// Which wires bring a shape that the layer at their end refuses, and the two shapes that do not meet; not the message (issues).
import type { Inference } from '../../../../shared/network/inferDocument'
import type { NetworkDocument, NetworkEdge, NodeId } from '../../../../shared/graph/document'
import { NetloomError, type ErrorCode, type Issue } from '../../../../shared/graph/errors'
import type { Shape } from '../../../../shared/graph/shape'
import { isBlock, type NodeDefinition } from '../../../../shared/layers/define'
import { definitionIn } from '../../../session/blocks/definitions'
import { shapeAt } from '../../../session/wiring/connections'
import { printShape } from '../../../kernel/print/printFacts'
import { edgesInto } from '../../../session/wiring/ports'

const shapeCodes: ReadonlySet<ErrorCode> = new Set(['layer.shape', 'layer.rank', 'layer.window', 'layer.division'])

/** What layers ask for when they refuse a rank, as a shape. */
const wantedRanks: ReadonlyMap<unknown, string> = new Map([
  ['rank 1', 'vector'],
  ['rank 3', 'C×H×W'],
])

interface Arrival {
  readonly edge: NetworkEdge
  readonly shape: Shape
}

/**
 * The wires whose shapes are refused, each with what is said on it: `32×8×8 ≠ 64×8×8` where branches do not meet (the
 * shape most branches have is the right one), `64×5×5 ≠ vector`, or the shape alone where the parameters are to blame.
 */
export function findMismatches(
  document: NetworkDocument,
  inference: Pick<Inference, 'nodes'>,
  issues: readonly Issue[],
): ReadonlyMap<NetworkEdge, string> {
  const texts = new Map<NetworkEdge, string>()
  for (const { level, code, nodeId, expected } of issues) {
    const node = level === 'error' && shapeCodes.has(code) && document.nodes.find(({ id }) => id === nodeId)
    if (!node) continue
    const arrivals = listArrivals(document, inference, node.id)
    const definition = definitionIn(document, node.type)
    const clashes = definition && arrivals.length > 1 ? findClashes(definition, arrivals) : []
    for (const { edge, shape, right } of clashes) texts.set(edge, `${printShape(shape)} ≠ ${printShape(right)}`)
    if (clashes.length > 0) continue
    const wanted = wantedRanks.get(expected)
    for (const { edge, shape } of arrivals) {
      texts.set(edge, wanted === undefined ? `! ${printShape(shape)}` : `${printShape(shape)} ≠ ${wanted}`)
    }
  }
  return texts
}

/** What arrives at a node, in the order of its ports. */
function listArrivals(document: NetworkDocument, inference: Pick<Inference, 'nodes'>, id: NodeId): readonly Arrival[] {
  const arrivals = edgesInto(document, id).flatMap((edge) => {
    const shape = shapeAt(inference, edge.from)
    return shape ? [{ edge, shape }] : []
  })
  return arrivals.toSorted((a, b) => a.edge.to.port.localeCompare(b.edge.to.port, 'en', { numeric: true }))
}

/** The branches that the layer refuses beside the shape that most branches have. */
function findClashes(
  definition: NodeDefinition,
  arrivals: readonly Arrival[],
): readonly (Arrival & { readonly right: Shape })[] {
  const right = mostFrequent(arrivals.map(({ shape }) => shape))
  if (!right) return []
  return arrivals.filter(({ shape }) => !canMeet(definition, [right, shape])).map((arrival) => ({ ...arrival, right }))
}

/** The shape that occurs most often; the first one of those that occur equally often. */
function mostFrequent(shapes: readonly Shape[]): Shape | undefined {
  const counts = new Map<string, number>()
  for (const shape of shapes) counts.set(shape.join(), (counts.get(shape.join()) ?? 0) + 1)
  const highest = Math.max(...counts.values())
  return shapes.find((shape) => counts.get(shape.join()) === highest)
}

function canMeet(definition: NodeDefinition, inputs: readonly Shape[]): boolean {
  const params = definition.params.safeParse({})
  if (isBlock(definition) || !params.success || definition.inputs.kind === 'fixed') return true
  try {
    definition.infer({ nodeId: 'trial', params: params.data, inputs, inputNames: inputs.map(() => 'trial') })
    return true
  } catch (error) {
    if (error instanceof NetloomError) return false
    throw error
  }
}
