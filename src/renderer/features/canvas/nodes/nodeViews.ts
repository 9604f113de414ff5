// What a node shows on the canvas, computed from the document and its inference; not how it is drawn (LayerNode.tsx).
import { printShape } from '../../../kernel/print/printFacts'
import type { InferredNode, Inference } from '../../../../shared/network/inferDocument'
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId } from '../../../../shared/graph/document'
import type { ErrorCode, Issue } from '../../../../shared/graph/errors'
import {
  countParameters,
  isBlock,
  portsOf,
  type LayerCategory,
  type NodeDefinition,
} from '../../../../shared/layers/define'
import { definitionIn } from '../../../session/blocks/definitions'
import { listCells, readRepeat } from './blockCells'
import { edgesInto, listInputPorts } from '../../../session/wiring/ports'
import type { IconName } from '../../../../shared/layers/parts/iconNames'

/** Everything a node shows; flat, so that two of them are compared field by field. */
export interface NodeView extends Record<string, unknown> {
  readonly id: NodeId
  /** What is written on it: its id, or inside a block the part behind the name of the block. */
  readonly name: string
  readonly title: string
  readonly category: LayerCategory | 'unknown'
  readonly icon: IconName
  readonly summary: string
  /** The categories of the layers inside a block, each a cell; '' for a layer. */
  readonly cells: string
  /** How many of its kind a block stands for; 1 for a layer. */
  readonly repeat: number
  /** null where it is not known. */
  readonly parameters: number | null
  /** Output shape with multiplication signs, or '' where it is not known. */
  readonly shape: string
  readonly inputs: string
  readonly outputs: string
  /** Whether the last input is a free one more, of a layer that takes any number. */
  readonly hasFreeInput: boolean
  readonly frozen: boolean
  readonly hasWeights: boolean
  /** Whether the document has weights, but not for this node or a part of it. */
  readonly startsAnew: boolean
  readonly errors: string
  readonly warnings: string
}

/** Names of ports in a view: one text, so that views are compared quickly. */
export function splitPorts(ports: string): readonly string[] {
  return ports === '' ? [] : ports.split(' ')
}

/** Everything a view is built from: documents share these objects for whatever an edit does not touch. */
interface ViewBasis {
  readonly node: NetworkNode
  readonly definition: NodeDefinition | undefined
  readonly inferred: InferredNode | undefined
  readonly joined: readonly NetworkEdge[]
  readonly weightsFile: string | undefined
  readonly startsAnew: boolean
  readonly issues: readonly Issue[]
  /** Whether no wire leads to it or from it yet. */
  readonly isLoose: boolean
}

const bases = new WeakMap<NodeView, ViewBasis>()
const noIssues: readonly Issue[] = []

function isSameBasis(a: ViewBasis, b: ViewBasis): boolean {
  return (
    a.node === b.node &&
    a.definition === b.definition &&
    a.inferred === b.inferred &&
    a.joined === b.joined &&
    a.weightsFile === b.weightsFile &&
    a.startsAnew === b.startsAnew &&
    a.isLoose === b.isLoose &&
    a.issues.length === b.issues.length &&
    a.issues.every((issue, index) => issue === b.issues[index])
  )
}

/** Views of all nodes; a view that shows the same as before is the same object as before. */
export function buildViews(
  document: NetworkDocument,
  inference: Pick<Inference, 'nodes'>,
  issues: readonly Issue[],
  before: ReadonlyMap<string, NodeView>,
  anew: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, NodeView> {
  const byNode = new Map<string, Issue[]>()
  for (const issue of issues) {
    if (issue.nodeId === undefined) continue
    const list = byNode.get(issue.nodeId)
    if (list) list.push(issue)
    else byNode.set(issue.nodeId, [issue])
  }
  const wired = new Set<string>(document.edges.flatMap(({ from, to }) => [from.node, to.node]))
  const views = new Map<string, NodeView>()
  for (const node of document.nodes) {
    const basis: ViewBasis = {
      node,
      definition: definitionIn(document, node.type),
      inferred: inference.nodes.get(node.id),
      joined: edgesInto(document, node.id),
      weightsFile: document.weights,
      startsAnew: anew.has(node.id),
      issues: byNode.get(node.id) ?? noIssues,
      isLoose: !wired.has(node.id),
    }
    const old = before.get(node.id)
    const oldBasis = old && bases.get(old)
    if (old && oldBasis && isSameBasis(oldBasis, basis)) {
      views.set(node.id, old)
      continue
    }
    const view = buildView(basis)
    const kept = old && isSameView(old, view) ? old : view
    bases.set(kept, basis)
    views.set(node.id, kept)
  }
  return views
}

/** What only wires can mend is no fault of a layer that has none yet: the list of problems tells it all the same. */
const mendedByWires: ReadonlySet<ErrorCode> = new Set(['graph.missingInput', 'graph.arity', 'graph.dangling'])

/** How an issue is marked on its layer. */
function levelOnCanvas({ level, code }: Issue, isLoose: boolean): Issue['level'] {
  return isLoose && mendedByWires.has(code) ? 'warning' : level
}

function isSameView(a: NodeView, b: NodeView): boolean {
  return Object.keys(b).every((key) => a[key] === b[key])
}

function buildView(basis: ViewBasis): NodeView {
  const { node, definition, inferred, joined, weightsFile, startsAnew, issues, isLoose } = basis
  const texts = (level: Issue['level']): string =>
    issues
      .filter((issue) => levelOnCanvas(issue, isLoose) === level)
      .map(({ message }) => message)
      .join('\n')
  const ports = definition && portsOf(definition, node.params)
  const repeat = definition && isBlock(definition) ? readRepeat(node.params) : 1
  const inputs = ports ? listInputPorts(ports, joined) : []
  const parameters = inferred ? countParameters(inferred.weights) : null
  return {
    id: node.id,
    name: node.id,
    title: definition?.title ?? node.type,
    category: definition?.category ?? 'unknown',
    icon: definition?.icon ?? 'help',
    summary: summarise(node, definition, repeat),
    cells: inferred ? listCells(inferred).join(' ') : '',
    repeat,
    parameters,
    shape: inferred?.outputs[0] ? printShape(inferred.outputs[0]) : '',
    inputs: inputs.join(' '),
    outputs: ports?.outputPorts.join(' ') ?? '',
    hasFreeInput: ports?.inputs.kind === 'variadic' && inputs.length > ports.inputs.min,
    frozen: node.frozen ?? false,
    hasWeights: weightsFile !== undefined && !startsAnew && (inferred?.weights.length ?? 0) > 0,
    startsAnew,
    errors: texts('error'),
    warnings: texts('warning'),
  }
}

// Neither node nor definition ever changes, and an edge that is taken away changes the views of all nodes behind it.
const summaries = new WeakMap<NetworkNode, { readonly definition: NodeDefinition; readonly text: string }>()

/** The second line: what matters, else the kind of layer. */
function summarise(node: NetworkNode, definition: NodeDefinition | undefined, repeat: number): string {
  if (!definition) return `unknown layer ${node.type}`
  const known = summaries.get(node)
  if (known?.definition === definition) return known.text
  const text = writeSummary(node, definition, repeat)
  summaries.set(node, { definition, text })
  return text
}

function writeSummary(node: NetworkNode, definition: NodeDefinition, repeat: number): string {
  const params = definition.params.safeParse(node.params)
  const whole = params.success ? definition.summary(params.data) : ''
  // The number of repeats stands on a badge of its own.
  const summary = repeat > 1 ? whole.replace(` · x${repeat}`, '') : whole
  // Layers write "3x3" in plain text; on the screen it is the multiplication sign.
  return summary === '' ? definition.title : summary.replace(/(?<=\d)x(?=\d)/g, '×')
}

/** What a screen reader hears of a node: name, kind, shape, problems. */
export function describeNode(view: NodeView): string {
  const shape = view.shape === '' ? 'shape not known' : `output ${view.shape.replaceAll('×', ' by ')}`
  const frozen = [...(view.frozen ? ['frozen'] : []), ...(view.startsAnew ? ['starts anew'] : [])]
  const errors = view.errors === '' ? [] : [`error: ${view.errors.replaceAll('\n', ' ')}`]
  const warnings = view.warnings === '' ? [] : [`warning: ${view.warnings.replaceAll('\n', ' ')}`]
  const repeat = view.repeat > 1 ? [`${view.repeat} in a row`] : []
  return [view.name, view.title, ...repeat, shape, ...frozen, ...errors, ...warnings].join(', ')
}
