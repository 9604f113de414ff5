// ONNX operators that no gradient passes, and the freezing of what lies before them; not the gradients (autodiff/).
import { differentiableOperators } from '../autodiff/rule'
import type { NodeId } from '../graph/document'
import type { Issue } from '../graph/errors'
import type { InferredLayer } from './inferNode'
import { ownValue } from '../graph/ownValue'

const differentiable: ReadonlySet<string> = new Set(differentiableOperators)

/** Forms of differentiable operators that have no gradient here, by operator. */
const withoutGradient: Readonly<Record<string, (attribute: (name: string) => unknown) => boolean>> = {
  ScatterElements: scattersOtherwise,
  ScatterND: scattersOtherwise,
}

/** Products and extremes of what meets at one place. */
function scattersOtherwise(attribute: (name: string) => unknown): boolean {
  return !['none', 'add', undefined].includes(readText(attribute('reduction')))
}

/** The text of a saved attribute. */
function readText(attribute: unknown): string | undefined {
  const isText = typeof attribute === 'object' && attribute !== null && 'value' in attribute
  return isText && typeof attribute.value === 'string' ? attribute.value : undefined
}

/** Whether a layer stops every gradient: an ONNX operator without a rule. */
function isBarrier({ definition, params }: InferredLayer): boolean {
  if (definition.type !== 'onnxOperator') return false
  const { opType, domain, attributes } = params
  if (domain !== '' || typeof opType !== 'string' || !differentiable.has(opType)) return true
  const table = typeof attributes === 'object' && attributes !== null ? attributes : {}
  return ownValue(withoutGradient, opType)?.((name) => Object.getOwnPropertyDescriptor(table, name)?.value) === true
}

/** What `freezeBeforeBarriers` gives. */
export interface BarrierFreeze {
  readonly layers: ReadonlyMap<NodeId, InferredLayer>
  /** A warning for each barrier with trainable weights before it. */
  readonly issues: readonly Issue[]
}

/**
 * Marks layers frozen that lie before an operator without a gradient: they could not learn through it.
 * @param layers each after its sources
 */
export function freezeBeforeBarriers(layers: ReadonlyMap<NodeId, InferredLayer>): BarrierFreeze {
  const barriers = [...layers.values()].filter(isBarrier)
  if (barriers.length === 0) return { layers, issues: [] }
  const frozen = new Set<NodeId>()
  const issues: Issue[] = []
  for (const barrier of barriers) {
    const before = findBefore(layers, barrier.node.id)
    const learning = [...before].filter((id) => {
      const layer = layers.get(id)
      return layer?.node.frozen !== true && layer?.weights.some(({ trainable }) => trainable) === true
    })
    if (learning.length > 0) issues.push(warn(barrier, learning))
    for (const id of before) frozen.add(id)
  }
  const marked = Array.from(layers, ([id, layer]): [NodeId, InferredLayer] =>
    frozen.has(id) && layer.weights.length > 0
      ? [id, { ...layer, node: { ...layer.node, frozen: true } }]
      : [id, layer],
  )
  return { layers: new Map(marked), issues }
}

/** The layer and all that it depends on. */
function findBefore(layers: ReadonlyMap<NodeId, InferredLayer>, id: NodeId): ReadonlySet<NodeId> {
  const found = new Set<NodeId>([id])
  for (const each of found) for (const { node } of layers.get(each)?.sources ?? []) found.add(node)
  return found
}

/** How many layers a finding names. */
const mostNamed = 5

function warn({ node, definition, params }: InferredLayer, learning: readonly NodeId[]): Issue {
  const count = learning.length
  const name = definition.summary(params)
  const layers = count === 1 ? 'layer keeps its weights' : 'layers keep their weights'
  const named = learning.slice(0, mostNamed).join(', ')
  const names = count > mostNamed ? `${named} and ${count - mostNamed} more` : named
  return {
    level: 'warning',
    code: 'autodiff.noGradient',
    nodeId: node.id,
    received: name,
    message: `${name} "${node.id}" has no gradient: ${count} ${layers} while the network is trained, as no gradient reaches them (${names}). Replace the operator by a layer to train them.`,
  }
}
