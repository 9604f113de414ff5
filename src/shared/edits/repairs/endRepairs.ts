// Repairs of where a network begins and ends: missing or spare inputs, spare outputs, layers that lead nowhere.
import type { NetworkDocument, NetworkNode, NodeId } from '../../graph/document'
import type { Edit } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import { findLayer } from '../../layers/index'
import { inferDocument } from '../../network/inferDocument'
import type { Repair, Repairers } from './repair'
import { edgesInto, findFreeName, nodeOf } from './repairEdits'

/** Who repairs both ends of a network. */
export const endRepairers: Repairers = {
  'graph.noInput': addInput,
  'graph.inputs': keepOneInput,
  'graph.outputs': keepOneOutput,
  'graph.dangling': leadOn,
}

/** Layers with one input that has no edge. */
function findOpen(document: NetworkDocument): readonly NetworkNode[] {
  return document.nodes.filter(({ id, type }) => {
    const inputs = findLayer(type)?.inputs
    return inputs?.kind === 'fixed' && inputs.names.length === 1 && edgesInto(document, id).length === 0
  })
}

/** A colour image of 32x32, joined to the one layer that waits for an input. */
function addInput(document: NetworkDocument): readonly Repair[] {
  const id = findFreeName(new Set<string>(document.nodes.map((node) => node.id)), 'input', '')
  const waiting = findOpen(document)
  const [first] = waiting.length === 1 ? waiting : []
  const position = first?.position && { x: first.position.x, y: first.position.y - 110 }
  const node: NetworkNode = { id, type: 'input', params: { shape: [3, 32, 32] }, position: position ?? { x: 0, y: 0 } }
  const edits: Edit[] = [{ type: 'addNode', node, index: 0 }]
  const port = first && findLayer(first.type)?.inputs
  if (first && port?.kind === 'fixed') {
    const to = { node: first.id, port: port.names[0] ?? 'in' }
    edits.push({ type: 'connect', edge: { from: { node: id, port: 'out' }, to }, index: 0 })
  }
  return [{ label: 'Add an input of 3x32x32', edit: { type: 'batch', edits } }]
}

function isInput({ type }: NetworkNode): boolean {
  const inputs = findLayer(type)?.inputs
  return inputs?.kind === 'fixed' && inputs.names.length === 0
}

/** Keeps one of two inputs: what the other fed takes from it. */
function keepOneInput(document: NetworkDocument): readonly Repair[] {
  const inputs = document.nodes.filter(isInput)
  if (inputs.length !== 2) return []
  return inputs.map((kept) => {
    const edits: Edit[] = []
    for (const spare of inputs) {
      if (spare === kept) continue
      for (const edge of document.edges) {
        if (edge.from.node !== spare.id) continue
        edits.push({ type: 'connect', edge: { from: { ...edge.from, node: kept.id }, to: edge.to } })
      }
      edits.push({ type: 'removeNode', id: spare.id })
    }
    return { label: `Keep only "${kept.id}"`, edit: { type: 'batch', edits } }
  })
}

/** A layer and those before it that lead to nothing else; inputs stay. */
function findBranch(document: NetworkDocument, end: NodeId): readonly NodeId[] {
  const branch = new Set([end])
  // A Set visits what is added to it while it is walked.
  for (const id of branch) {
    for (const { edge } of edgesInto(document, id)) {
      const source = nodeOf(document, edge.from.node)
      const leadsOn = document.edges.some(({ from, to }) => from.node === source?.id && !branch.has(to.node))
      if (source && !leadsOn && !isInput(source)) branch.add(source.id)
    }
  }
  return [...branch]
}

function removeBranch(document: NetworkDocument, end: NodeId): Repair {
  const branch = findBranch(document, end)
  const more = branch.length === 1 ? '' : ` and ${branch.length - 1} before it`
  return {
    label: `Remove "${end}"${more}`,
    edit: { type: 'batch', edits: branch.map((id) => ({ type: 'removeNode', id })) },
  }
}

/** The last layers joined where their shapes are equal, or one of two branches removed, the shorter first. */
function keepOneOutput(document: NetworkDocument): readonly Repair[] {
  const taken = new Set(document.edges.map(({ from }) => from.node))
  const { nodes } = inferDocument(document)
  const ends = document.nodes.filter((node) => !taken.has(node.id) && edgesInto(document, node.id).length > 0)
  if (ends.length > 3) return []
  const shapes = ends.map(({ id }) => nodes.get(id)?.outputs[0]?.join())
  const [first] = ends
  const repairs: Repair[] = []
  if (first && shapes[0] !== undefined && shapes.every((shape) => shape === shapes[0])) {
    const id = findFreeName(new Set<string>(document.nodes.map((node) => node.id)), 'add', first.id)
    const deepest = Math.max(...ends.map(({ position }) => position?.y ?? 0))
    const position = { x: first.position?.x ?? 0, y: deepest + 110 }
    const edits: Edit[] = ends.map((end, index) => ({
      type: 'connect',
      edge: { from: { node: end.id, port: 'out' }, to: { node: id, port: `in${index}` } },
    }))
    const node: NetworkNode = { id, type: 'add', params: {}, position }
    repairs.push({ label: 'Add them together', edit: { type: 'batch', edits: [{ type: 'addNode', node }, ...edits] } })
  }
  if (ends.length !== 2) return repairs
  const branches = ends.map(({ id }) => ({ size: findBranch(document, id).length, repair: removeBranch(document, id) }))
  return [...repairs, ...branches.sort((a, b) => a.size - b.size).map(({ repair }) => repair)]
}

/** Joins a layer that leads nowhere to the one layer that waits for an input, or removes it. */
function leadOn(document: NetworkDocument, { nodeId }: Issue): readonly Repair[] {
  const node = nodeOf(document, nodeId)
  if (!node) return []
  const waiting = findOpen(document).filter(({ id }) => id !== node.id)
  const [first] = waiting.length === 1 ? waiting : []
  const inputs = first && findLayer(first.type)?.inputs
  const join: Repair[] =
    first && inputs?.kind === 'fixed'
      ? [
          {
            label: `Join it to "${first.id}"`,
            edit: {
              type: 'connect',
              edge: { from: { node: node.id, port: 'out' }, to: { node: first.id, port: inputs.names[0] ?? 'in' } },
            },
          },
        ]
      : []
  return [...join, removeBranch(document, node.id)]
}
