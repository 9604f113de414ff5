// Repairs where the network does not end in one value per class; not the check itself (classes.ts).
import type { NetworkDocument } from '../../graph/document'
import type { Edit } from '../../graph/edits'
import { NetloomError, type Issue } from '../../graph/errors'
import { setClassCount } from '../../network/classCount'
import { readClassCount, type Repair } from './repair'
import { findFreeName, nodeOf, type NewLayer } from './repairEdits'

/** Repairs of `dataset.classes`. */
export function findClassRepairs(document: NetworkDocument, issue: Issue): readonly Repair[] {
  const classCount = readClassCount(issue)
  if (classCount === undefined) return []
  const counted = changeCount(document, classCount)
  return counted ? [counted] : appendLayers(document, issue, classCount)
}

/** The layer that decides the number of outputs gives as many as there are classes. */
function changeCount(document: NetworkDocument, classCount: number): Repair | undefined {
  let result: NetworkDocument
  try {
    result = setClassCount(document, classCount)
  } catch (error) {
    // No layer decides the number, or the document has other errors: then there is no such repair.
    if (error instanceof NetloomError) return undefined
    throw error
  }
  const before = new Map(document.nodes.map((node) => [node.id, node]))
  const changed = result.nodes.filter((node) => before.get(node.id)?.params !== node.params)
  const edits: Edit[] = changed.map(({ id, params }) => ({ type: 'setParams', id, params }))
  if (result.classes !== document.classes) edits.push({ type: 'setClasses', classes: result.classes })
  const [node] = changed
  return node && { label: `Set the outputs of "${node.id}" to ${classCount}`, edit: { type: 'batch', edits } }
}

/** A dense layer of one unit per class at the end, behind what makes a vector of a feature map. */
function appendLayers(document: NetworkDocument, { nodeId, received }: Issue, classCount: number): readonly Repair[] {
  const flatten: NewLayer = { type: 'flatten', params: {}, name: 'flatten' }
  const pool: NewLayer = { type: 'globalAveragePool', params: {}, name: 'globalPool' }
  const dense: NewLayer = { type: 'dense', params: { units: classCount }, name: 'classes' }
  const end = `a dense layer of ${classCount} units`
  const isMap = Array.isArray(received) && received.length === 3
  if (!isMap) return [append(document, nodeId, `Add ${end}`, [dense])].flat()
  return [
    append(document, nodeId, `Add a flatten layer and ${end}`, [flatten, dense]),
    append(document, nodeId, `Add global average pooling, a flatten layer and ${end}`, [pool, flatten, dense]),
  ].flat()
}

function append(
  document: NetworkDocument,
  nodeId: string | undefined,
  label: string,
  layers: readonly NewLayer[],
): readonly Repair[] {
  const last = nodeOf(document, nodeId)
  if (!last) return []
  const taken = new Set<string>(document.nodes.map(({ id }) => id))
  const edits: Edit[] = []
  let from = last.id
  layers.forEach(({ type, params, name }, step) => {
    const id = findFreeName(taken, name, '')
    taken.add(id)
    const { position } = last
    const place = position && { x: position.x, y: position.y + 110 * (step + 1) }
    edits.push({ type: 'addNode', node: { id, type, params, position: place } })
    edits.push({ type: 'connect', edge: { from: { node: from, port: 'out' }, to: { node: id, port: 'in' } } })
    from = id
  })
  return [{ label, edit: { type: 'batch', edits } }]
}
