// ONNX operators that no gradient passes, and the freezing of what lies before them; not the gradients (autodiff/).
import { differentiableOperators } from '../autodiff/rule'
import type { NodeId } from '../graph/document'
import { dataTypes } from '../onnx/dataTypes'
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
  return !['none', 'add', undefined].some((value) => value === readValue(attribute('reduction')))
}

/** What a saved attribute holds. */
function readValue(attribute: unknown): unknown {
  return typeof attribute === 'object' && attribute !== null && 'value' in attribute ? attribute.value : undefined
}

/** Operators whose outputs are truth values or whole numbers: a gradient ends there, and needs no rule. */
const countingOperators: ReadonlySet<string> = new Set([
  'Not',
  'And',
  'Or',
  'Xor',
  'Equal',
  'Greater',
  'Less',
  'GreaterOrEqual',
  'LessOrEqual',
  'IsNaN',
  'IsInf',
  'ArgMax',
  'ArgMin',
  'Shape',
  'Size',
  'NonZero',
])

/** Operators whose second output holds places or a mask. */
const withPlaces: ReadonlySet<string> = new Set(['MaxPool', 'TopK', 'Dropout'])

const floatCodes: ReadonlySet<unknown> = new Set(
  (['float32', 'float16', 'float64', 'bfloat16'] as const).map((name) => dataTypes[name].code),
)

/** The ONNX operator that a layer is. */
interface KeptOperator {
  readonly opType: string
  readonly domain: unknown
  readonly attribute: (name: string) => unknown
}

function operatorOf({ definition, params }: InferredLayer): KeptOperator | undefined {
  return definition.type === 'onnxOperator' ? readOperator(params) : undefined
}

function readOperator(saved: Readonly<Record<string, unknown>>): KeptOperator | undefined {
  const { opType, domain, attributes } = saved
  if (typeof opType !== 'string') return undefined
  const table = typeof attributes === 'object' && attributes !== null ? attributes : {}
  return { opType, domain, attribute: (name) => Object.getOwnPropertyDescriptor(table, name)?.value }
}

/** Whether a gradient can arrive at an output of a layer. */
function isFloat(layer: InferredLayer | undefined, port: string): boolean {
  const operator = layer && operatorOf(layer)
  if (!operator || operator.domain !== '') return true
  const { opType, attribute } = operator
  if (opType === 'Cast') return floatCodes.has(readValue(attribute('to')))
  if (withPlaces.has(opType)) return port !== 'out1'
  return !countingOperators.has(opType)
}

type Layers = ReadonlyMap<NodeId, InferredLayer>

/** Whether a layer stops every gradient: an ONNX operator without a rule, at which one arrives. */
function isBarrier(layer: InferredLayer, layers: Layers): boolean {
  if (layer.definition.type === 'onnxOperators') return listBarriers(layer.params['steps'])?.length !== 0
  const operator = operatorOf(layer)
  if (!operator || !isFloat(layer, 'out')) return false
  if (!layer.sources.some(({ node, port }) => isFloat(layers.get(node), port))) return false
  return !hasGradient(operator)
}

/**
 * The operators of a group, saved as its steps, that stop its gradient, each once.
 * @returns undefined where the steps cannot be read
 */
export function listBarriers(steps: unknown): readonly string[] | undefined {
  if (!Array.isArray(steps)) return undefined
  const barriers = new Set<string>()
  for (const step of steps) {
    const operator = typeof step === 'object' && step !== null ? readOperator({ ...step }) : undefined
    if (!operator) return undefined
    const isCounting = operator.domain === '' && countingOperators.has(operator.opType)
    if (!hasGradient(operator) && !isCounting) barriers.add(operator.opType)
  }
  return [...barriers]
}

/** Whether the rules here give the gradient of an operator in its form. */
function hasGradient({ opType, domain, attribute }: KeptOperator): boolean {
  return domain === '' && differentiable.has(opType) && ownValue(withoutGradient, opType)?.(attribute) !== true
}

/** The layers that a gradient can reach from what nothing takes: the output, and the heads at the side. */
function findReached(layers: Layers): ReadonlySet<NodeId> {
  const taken = new Set([...layers.values()].flatMap(({ sources }) => sources.map(({ node }) => node)))
  const reached = new Set([...layers.keys()].filter((id) => !taken.has(id)))
  for (const id of reached)
    for (const { node, port } of layers.get(id)?.sources ?? []) if (isFloat(layers.get(node), port)) reached.add(node)
  return reached
}

/** What `freezeBeforeBarriers` gives. */
export interface BarrierFreeze {
  readonly layers: ReadonlyMap<NodeId, InferredLayer>
  /** A warning for each barrier with trainable weights before it. */
  readonly issues: readonly Issue[]
}

/**
 * Marks layers frozen that lie before an operator without a gradient, and those that only lead to truth values and whole
 * numbers: they could not learn.
 * @param layers each after its sources
 */
export function freezeBeforeBarriers(layers: Layers): BarrierFreeze {
  const frozen = new Set<NodeId>()
  const issues: Issue[] = []
  const freeze = (barrier: InferredLayer, ids: readonly NodeId[]): void => {
    const learning = ids.filter((id) => {
      const layer = layers.get(id)
      return layer?.node.frozen !== true && layer?.weights.some(({ trainable }) => trainable) === true
    })
    if (learning.length > 0) issues.push(warn(barrier, learning))
    for (const id of ids) frozen.add(id)
  }
  for (const layer of layers.values())
    if (isBarrier(layer, layers)) freeze(layer, findBefore(layers, layer.node.id, frozen))
  const ends = [...layers.values()].filter(endsGradients)
  const kept = ends.length === 0 ? frozen : new Set([...frozen, ...findReached(layers)])
  for (const end of ends) {
    const before = findBefore(layers, end.node.id, kept)
    freeze(end, before)
    for (const id of before) kept.add(id)
  }
  if (frozen.size === 0) return { layers, issues }
  const marked = Array.from(layers, ([id, layer]): [NodeId, InferredLayer] =>
    frozen.has(id) && layer.weights.length > 0
      ? [id, { ...layer, node: { ...layer.node, frozen: true } }]
      : [id, layer],
  )
  return { layers: new Map(marked), issues }
}

/** Whether some output of a layer takes no gradient on. */
function endsGradients(layer: InferredLayer): boolean {
  return !isFloat(layer, 'out') || !isFloat(layer, 'out1')
}

/** The layer and all that it depends on, as far as none of `known` stands between: what is before those is known too. */
function findBefore(layers: Layers, id: NodeId, known: ReadonlySet<NodeId>): readonly NodeId[] {
  const found = new Set<NodeId>(known.has(id) ? [] : [id])
  for (const each of found)
    for (const { node } of layers.get(each)?.sources ?? []) if (!known.has(node)) found.add(node)
  return [...found]
}

/** How many layers a finding names. */
const mostNamed = 5

function warn({ node, definition, params }: InferredLayer, learning: readonly NodeId[]): Issue {
  const count = learning.length
  const inside = definition.type === 'onnxOperators' ? listBarriers(params['steps']) : undefined
  const name = inside && inside.length > 0 ? `${inside.join(', ')} in` : definition.summary(params)
  const verb = inside && inside.length > 1 ? 'have' : 'has'
  const layers = count === 1 ? 'layer keeps its weights' : 'layers keep their weights'
  const named = learning.slice(0, mostNamed).join(', ')
  const names = count > mostNamed ? `${named} and ${count - mostNamed} more` : named
  return {
    level: 'warning',
    code: 'autodiff.noGradient',
    nodeId: node.id,
    received: definition.summary(params),
    message: `${name} "${node.id}" ${verb} no gradient: ${count} ${layers} while the network is trained, as no gradient reaches them (${names}). Replace the operator by a layer to train them.`,
  }
}
