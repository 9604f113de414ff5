// Whether an edge between two ports may be drawn and fits, with the reason where it does not; not the edit that draws it.
import { inferDocument, type Inference } from '../../../shared/network/inferDocument'
import { inferOutputs } from '../../../shared/network/inferNode'
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'
import { NetloomError } from '../../../shared/graph/errors'
import type { Shape } from '../../../shared/graph/shape'
import { portsOf, type NodeDefinition } from '../../../shared/layers/define'
import { definitionIn, definitionsIn, portsIn } from '../blocks/definitions'
import { edgesInto, edgesOutOf, listInputPorts } from './ports'

/** `fits`; `misfit`: may be drawn, but its shapes do not fit; `refused`: can never be part of a network. */
export interface Verdict {
  readonly kind: 'fits' | 'misfit' | 'refused'
  /** Why not, as a sentence. */
  readonly reason?: string
}

const fits: Verdict = { kind: 'fits' }

/** The shape at an output port, where it is known. */
export function shapeAt(inference: Pick<Inference, 'nodes'>, { node, port }: PortReference): Shape | undefined {
  const source = inference.nodes.get(node)
  return source?.outputs[source.outputPorts.indexOf(port)]
}

/** All nodes that `start` leads to, itself included. */
export function findFollowers(document: NetworkDocument, start: NodeId): ReadonlySet<NodeId> {
  const found = new Set([start])
  // A Set visits what is added to it while it is walked.
  for (const id of found) for (const { to } of edgesOutOf(document, id)) found.add(to.node)
  return found
}

/** All nodes that lead to `start`, itself included. */
export function findLeaders(document: NetworkDocument, start: NodeId): ReadonlySet<NodeId> {
  const found = new Set([start])
  for (const id of found) for (const { from } of edgesInto(document, id)) found.add(from.node)
  return found
}

/** A document with its nodes by name, for many judgements in a row. */
interface Ground {
  readonly document: NetworkDocument
  readonly inference: Inference
  readonly nodes: ReadonlyMap<NodeId, NetworkNode>
}

function prepareGround(document: NetworkDocument): Ground {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  return { document, inference: inferDocument(document), nodes }
}

/** Judges an edge from an output to an input port. */
export function judgeConnection(document: NetworkDocument, from: PortReference, to: PortReference): Verdict {
  return judge(prepareGround(document), from, to, findLeaders(document, from.node).has(to.node))
}

function judge(ground: Ground, from: PortReference, to: PortReference, closesCycle: boolean): Verdict {
  if (from.node === to.node) return { kind: 'refused', reason: `"${to.node}" cannot take its own output.` }
  if (closesCycle) {
    const reason = `"${to.node}" already leads to "${from.node}": a network only runs forward.`
    return { kind: 'refused', reason }
  }
  const joined = edgesInto(ground.document, to.node)
  const isThere = joined.some((edge) => edge.to.port === to.port && isSamePort(edge.from, from))
  if (isThere) return { kind: 'refused', reason: `"${from.node}" is joined to "${to.node}" already.` }
  return judgeShapes(ground, from, to)
}

function isSamePort(a: PortReference, b: PortReference): boolean {
  return a.node === b.node && a.port === b.port
}

/** Runs the layer's own rule on the shapes it would get; inputs that are not known yet are no hindrance. */
function judgeShapes({ document, inference, nodes }: Ground, from: PortReference, to: PortReference): Verdict {
  const node = nodes.get(to.node)
  const definition = node && definitionIn(document, node.type)
  const params = node && definition?.params.safeParse(node.params)
  if (!definition || !params?.success || !shapeAt(inference, from)) return fits
  const ports = portsOf(definition, node.params)
  const joined = edgesInto(document, to.node)
  const inputs: Shape[] = []
  const inputNames: string[] = []
  for (const port of listInputPorts(ports, joined)) {
    const source = port === to.port ? from : joined.find((edge) => edge.to.port === port)?.from
    const known = source && shapeAt(inference, source)
    if (source && known) {
      inputs.push(known)
      inputNames.push(source.node)
    } else if (ports.inputs.kind === 'fixed') return fits
  }
  const context = { nodeId: to.node, params: params.data, inputs, inputNames }
  return tryShapes(() => inferOutputs(definition, context, definitionsIn(document)))
}

function tryShapes(infer: () => unknown): Verdict {
  try {
    infer()
    return fits
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    return { kind: 'misfit', reason: error.message }
  }
}

/** Judges a layer or block, with the given parameters, behind an output of a known shape. */
export function judgeLayer(
  document: NetworkDocument,
  definition: NodeDefinition,
  params: Readonly<Record<string, unknown>>,
  shape: Shape | undefined,
): Verdict {
  const parsed = definition.params.safeParse(params)
  if (!parsed.success) return fits
  const { inputs: ports } = portsOf(definition, params)
  if (ports.kind === 'fixed' && ports.names.length === 0) {
    return { kind: 'refused', reason: `${definition.title} takes no input.` }
  }
  if (!shape) return fits
  const count = ports.kind === 'fixed' ? ports.names.length : ports.min
  const inputs = Array.from({ length: count }, () => shape)
  const context = { nodeId: 'new', params: parsed.data, inputs, inputNames: inputs.map(() => 'before') }
  return tryShapes(() => inferOutputs(definition, context, definitionsIn(document)))
}

/** The edit that draws an edge; one that lies at the input port already is replaced. */
export function connectEdit(document: NetworkDocument, edge: NetworkEdge): Edit {
  const replaced = edgesInto(document, edge.to.node).filter(({ to }) => to.port === edge.to.port)
  const edits: Edit[] = replaced.map((old) => ({ type: 'disconnect', edge: old }))
  return { type: 'batch', edits: [...edits, { type: 'connect', edge }] }
}

/** Judges every port that an edge from (or to) `held` could end at, by `node:port`. */
export function judgeAll(
  document: NetworkDocument,
  held: PortReference,
  side: 'output' | 'input',
): ReadonlyMap<string, Verdict> {
  const ground = prepareGround(document)
  const verdicts = new Map<string, Verdict>()
  const blocked = side === 'output' ? findLeaders(document, held.node) : findFollowers(document, held.node)
  for (const node of document.nodes) {
    const own = portsIn(document, node)
    if (!own) continue
    const ports = side === 'output' ? listInputPorts(own, edgesInto(document, node.id)) : own.outputPorts
    for (const port of ports) {
      const far = { node: node.id, port }
      const [from, to] = side === 'output' ? [held, far] : [far, held]
      verdicts.set(portKey(far), judge(ground, from, to, blocked.has(node.id)))
    }
  }
  return verdicts
}

/** A port as the key of a map. */
export function portKey({ node, port }: PortReference): string {
  return `${node}:${port}`
}
