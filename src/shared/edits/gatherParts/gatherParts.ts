// Makes blocks of a network that stays large when its known blocks are found: its parts become blocks of the document; not finding them (findParts.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference, UserBlock } from '../../graph/document'
import { placeNodes } from '../../graph/placeNodes'
import { errorOf } from '../../graph/issue'
import { inferDocument, type InferredNode } from '../../network/inferDocument'
import { FoldView } from '../foldBlocks/foldView'
import { nameGroups } from '../foldBlocks/nameGroups'
import { heldPaths } from '../makeBlock'
import {
  findParts,
  joinArithmetic,
  joinConvolutions,
  joinEqual,
  joinInverted,
  type Part,
  type PartKind,
} from './findParts'

/** A network of more nodes than this is not taken in at a glance. */
export const mostNodes = 40

export interface GatheredParts {
  readonly document: NetworkDocument
  /** Layers whose paths changed, from the old path to the new one; weights go with them. */
  readonly moves: ReadonlyMap<string, string>
  /** How many nodes of the document are blocks of each kind. */
  readonly blocks: Readonly<Record<string, number>>
}

/**
 * Gathers the layers of a large network into blocks of the document, one definition for parts that are equal, until it
 * has at most `mostNodes` nodes or nothing is left to gather. Expanding the blocks gives the layers from before.
 * Small networks, and those with findings or side branches, stay as they are.
 */
export function gatherParts(document: NetworkDocument): GatheredParts {
  const unchanged = { document, moves: new Map<string, string>(), blocks: {} }
  if (document.nodes.length <= mostNodes || !canGather(document)) return unchanged
  const steps: readonly ((view: FoldView) => readonly Part[])[] = [
    (view) => joinArithmetic(joinInverted(findParts(view))),
    (view) => joinConvolutions(findParts(view)),
    joinEqual,
  ]
  let gathered = document
  let view = viewOf(document)
  const moves = new Map<string, string>()
  for (const find of steps) {
    if (gathered.nodes.length <= mostNodes) break
    const parts = find(view)
    if (parts.every(({ nodes }) => nodes.length === 1)) continue
    const step = replaceParts(view, parts)
    if (!canGather(step.document)) break
    gathered = step.document
    view = viewOf(gathered)
    follow(moves, step.moves)
  }
  return { document: gathered, moves, blocks: countKinds(gathered) }
}

function countKinds({ nodes }: NetworkDocument): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { type } of nodes) {
    const [, kind] = /^user\/(.*)-\d+$/.exec(type) ?? []
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}

function viewOf(document: NetworkDocument): FoldView {
  return new FoldView(document, inferDocument(document))
}

/** Whether a document is sound from one input to one output, with nothing beside. */
function canGather(document: NetworkDocument): boolean {
  const { issues, inputId, outputId, nodes } = inferDocument(document)
  const hasSides = [...nodes.values()].some(({ outputPorts }) => outputPorts.length === 0)
  return !errorOf(issues) && inputId !== undefined && outputId !== undefined && !hasSides
}

/** Moves go on where they were moved to. */
function follow(moves: Map<string, string>, next: ReadonlyMap<string, string>): void {
  const arrived = new Set(moves.values())
  for (const [from, to] of moves) moves.set(from, next.get(to) ?? to)
  for (const [from, to] of next) if (!arrived.has(from)) moves.set(from, to)
}

/** A part as its definition holds it. */
interface Written {
  readonly body: Pick<UserBlock, 'nodes' | 'edges' | 'inputs' | 'outputs'>
  readonly rename: ReadonlyMap<NodeId, NodeId>
  readonly entry: PortReference
  /** The port that the rest of the network takes from. */
  readonly exit: PortReference
}

function replaceParts(view: FoldView, parts: readonly Part[]): Omit<GatheredParts, 'blocks'> {
  const { document } = view
  const definitions = new Definitions(document.blocks ?? [])
  const made = parts.flatMap((part) => {
    const written = part.nodes.length > 1 ? writePart(view, part) : undefined
    return written ? [{ part, written, type: definitions.typeOf(written.body, part.kind) }] : []
  })
  const names = nameGroups(
    document,
    made.map(({ part: { nodes } }) => nodes.map(({ node }) => node.id)),
  )
  const moves = new Map<string, string>()
  const partOf = new Map<NodeId, number>()
  const blocks = made.map(({ part, written, type }, index): NetworkNode => {
    const id = names[index] ?? written.exit.node
    for (const inferred of part.nodes) {
      const { node } = inferred
      partOf.set(node.id, index)
      for (const path of heldPaths(inferred, node.id))
        moves.set(path, `${id}/${written.rename.get(node.id) ?? ''}${path.slice(node.id.length)}`)
    }
    return { id, type, params: {}, ...(part.nodes[0]?.node.frozen === true ? { frozen: true } : {}) }
  })
  const nodes = document.nodes.flatMap((node): NetworkNode[] => {
    const index = partOf.get(node.id)
    const block = index === undefined ? node : made[index]?.written.exit.node === node.id ? blocks[index] : undefined
    return block ? [block] : []
  })
  const fed = new Set<number>()
  const edges = document.edges.flatMap(({ from, to }): NetworkEdge[] => {
    const [source, target] = [partOf.get(from.node), partOf.get(to.node)]
    if (target !== undefined && (source === target || fed.has(target))) return []
    if (target !== undefined) fed.add(target)
    const blockAt = (index: number | undefined): NodeId | undefined =>
      index === undefined ? undefined : blocks[index]?.id
    const [outOf, into] = [blockAt(source), blockAt(target)]
    return [
      {
        from: outOf === undefined ? from : { node: outOf, port: 'out' },
        to: into === undefined ? to : { node: into, port: 'in' },
      },
    ]
  })
  const places = placeNodes(
    nodes.map(({ id }) => id),
    edges,
  )
  const placed = nodes.map((node) => ({ ...node, position: places.get(node.id) }))
  return { document: { ...document, nodes: placed, edges, blocks: definitions.list() }, moves }
}

/** The definition that a part has, with names that do not depend on where it stands; undefined where it cannot be one. */
function writePart(view: FoldView, { nodes }: Part): Written | undefined {
  const held = new Map(nodes.map((inferred) => [inferred.node.id, inferred]))
  const last = nodes.at(-1)
  if (!last || new Set(nodes.map(({ node }) => node.frozen === true)).size > 1) return undefined
  const rename = innerNames(nodes)
  const inward = ({ node, port }: PortReference): PortReference => ({ node: rename.get(node) ?? node, port })
  const arriving = nodes.flatMap(({ node }) => view.edgesInto(node.id))
  const inner = arriving.filter(({ from }) => held.has(from.node))
  const outer = arriving.filter(({ from }) => !held.has(from.node))
  const [entry, ...others] = new Map(outer.map(({ from }) => [`${from.node}:${from.port}`, from])).values()
  if (!entry || others.length > 0) return undefined
  const taken = view
    .consumersOf(last.node.id)
    .flatMap((id) => view.edgesInto(id).filter(({ from }) => from.node === last.node.id))
  const exit = taken[0]?.from ?? { node: last.node.id, port: last.outputPorts[0] ?? 'out' }
  const edges = inner.map(({ from, to }) => ({ from: inward(from), to: inward(to) }))
  const ids = nodes.map(({ node }) => rename.get(node.id) ?? node.id)
  const places = placeNodes(ids, edges)
  return {
    body: {
      nodes: nodes.map(({ node: { type, params, frozen } }, index): NetworkNode => {
        const id = ids[index] ?? last.node.id
        return { id, type, params, position: places.get(id), ...(frozen ? { frozen } : {}) }
      }),
      edges,
      inputs: [{ name: 'in', to: outer.map(({ to }) => inward(to)) }],
      outputs: [{ name: 'out', from: inward(exit) }],
    },
    rename,
    entry,
    exit,
  }
}

const words: Readonly<Record<string, string>> = {
  conv2d: 'conv',
  depthwiseConv2d: 'depthwise',
  batchNorm: 'bn',
  squeezeExcitation: 'se',
  globalAveragePool: 'pool',
}

/** `conv1`, `bn1`, `conv2`, ... in the order of the data. */
function innerNames(nodes: readonly InferredNode[]): ReadonlyMap<NodeId, NodeId> {
  const counts = new Map<string, number>()
  return new Map(
    nodes.map(({ node, params }): [NodeId, NodeId] => {
      const kind = node.type === 'onnxOperator' ? String(params.opType) : (node.type.split('/').at(-1) ?? node.type)
      const word = words[kind] ?? `${kind.slice(0, 1).toLowerCase()}${kind.slice(1).replace(/[^A-Za-z0-9]/g, '')}`
      const count = (counts.get(word) ?? 0) + 1
      counts.set(word, count)
      return [node.id, `${word}${count}` as NodeId]
    }),
  )
}

const titles: Readonly<Record<PartKind, string>> = {
  residual: 'Residual',
  'inverted-residual': 'Inverted residual',
  branches: 'Branches',
  'squeeze-excitation': 'Squeeze-excitation',
  normalisation: 'Normalisation',
  convolution: 'Convolution',
  stage: 'Stage',
  part: 'Part',
}

/** The block definitions of a document as it grows: one for all parts that are equal. */
class Definitions {
  private readonly blocks: UserBlock[]
  private readonly types = new Map<string, string>()
  private readonly counts = new Map<PartKind, number>()

  constructor(blocks: readonly UserBlock[]) {
    this.blocks = [...blocks]
  }

  typeOf(body: Written['body'], kind: PartKind): UserBlock['type'] {
    const key = JSON.stringify(body)
    const known = this.types.get(key)
    if (known !== undefined) return known
    const taken = new Set(this.blocks.map(({ type }) => type))
    let number = (this.counts.get(kind) ?? 0) + 1
    while (taken.has(`user/${kind}-${number}`)) number += 1
    this.counts.set(kind, number)
    const type = `user/${kind}-${number}`
    this.types.set(key, type)
    this.blocks.push({ type, title: `${titles[kind]} ${number}`, ...body, exposed: [] })
    return type
  }

  list(): readonly UserBlock[] {
    return this.blocks
  }
}
