// Layers and notes as text on the clipboard: a network document of them, the edges between them and the blocks they use; not the events.
import {
  documentVersion,
  type CanvasNote,
  type NetworkDocument,
  type NodeId,
  type Position,
} from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { collectDefinitions, mergeDefinitions } from '../../../session/blocks/definitionMerge'
import { parseDocument, serializeDocument } from '../../../../shared/graph/schema'
import { addPositions, findPlaces, gridSize, snapPosition } from '../../../session/layout/canvasGeometry'
import { nameNote, noteIds } from './notes'

/** The chosen layers with the edges between them, and notes, as text that another window can paste. */
export function printClipboard(
  document: NetworkDocument,
  ids: ReadonlySet<string>,
  notes: readonly CanvasNote[] = [],
): string {
  const places = findPlaces(document)
  const nodes = document.nodes
    .filter(({ id }) => ids.has(id))
    .map((node) => ({ ...node, position: places.get(node.id) }))
  const edges = document.edges.filter(({ from, to }) => ids.has(from.node) && ids.has(to.node))
  const definitions = collectDefinitions(document, new Set(nodes.map(({ type }) => type)))
  return serializeDocument({
    format: 'netloom',
    version: documentVersion,
    name: 'clipboard',
    ...(definitions.length > 0 && { blocks: definitions }),
    nodes,
    edges,
    notes,
  })
}

/** Whether a text claims to be a network document; other texts are left to whoever else wants them. */
export function isClipboardText(text: string): boolean {
  return text.length < 50_000_000 && /^\s*\{\s*"format"\s*:\s*"netloom"/.test(text)
}

export interface Paste {
  readonly edit: Edit
  /** The names of the new layers. */
  readonly ids: readonly NodeId[]
  /** The ids of the new notes. */
  readonly notes: readonly string[]
}

/**
 * Brings copied layers and notes into a document, under new names where theirs are taken.
 * @param at where the top left corner of what was copied comes to stand; left out: a little beside the originals
 * @throws NetloomError as `parseDocument`
 */
export function pasteClipboard(document: NetworkDocument, text: string, at?: Position): Paste {
  const copied = parseDocument(text)
  const places = findPlaces(copied)
  const names = renameTaken(document, copied)
  const nameOf = (id: NodeId): NodeId => names.get(id) ?? id
  const copiedNotes = copied.notes ?? []
  const copiedPlaces = [...places.values(), ...copiedNotes.map(({ position }) => position)]
  const corner = copiedPlaces.reduce(
    (least, place) => ({ x: Math.min(least.x, place.x), y: Math.min(least.y, place.y) }),
    { x: Infinity, y: Infinity },
  )
  const shift = at ? addPositions(at, corner, -1) : findShift(document, copiedPlaces)
  const merged = mergeDefinitions(document.blocks, copied.blocks ?? [])
  const added = copied.nodes.map((node): Edit => ({
    type: 'addNode',
    node: {
      ...node,
      type: merged.typeOf(node.type),
      id: nameOf(node.id),
      position: snapPosition(addPositions(places.get(node.id) ?? { x: 0, y: 0 }, shift)),
    },
  }))
  const edits: Edit[] = [
    ...(merged.blocks === document.blocks ? [] : [{ type: 'setBlocks', blocks: merged.blocks } as const]),
    ...added,
  ]
  for (const { from, to } of copied.edges) {
    const edge = { from: { ...from, node: nameOf(from.node) }, to: { ...to, node: nameOf(to.node) } }
    edits.push({ type: 'connect', edge })
  }
  const taken = noteIds(document)
  const notes = copiedNotes.map((note): CanvasNote => {
    const id = taken.has(note.id) ? nameNote(taken) : note.id
    taken.add(id)
    const layer =
      note.layer !== undefined && copied.nodes.some((node) => node.id === note.layer) ? nameOf(note.layer) : undefined
    const { layer: _, ...free } = note
    const position = snapPosition(addPositions(note.position, shift))
    return { ...free, id, position, ...(layer !== undefined && { layer }) }
  })
  for (const note of notes) edits.push({ type: 'addNote', note })
  const ids = copied.nodes.map(({ id }) => nameOf(id))
  return { edit: { type: 'batch', edits }, ids, notes: notes.map(({ id }) => id) }
}

/** The smallest shift down and right after which nothing that was copied lies exactly on something else. */
function findShift(document: NetworkDocument, places: readonly Position[]): Position {
  const present = [...findPlaces(document).values(), ...(document.notes ?? []).map(({ position }) => position)]
  const taken = new Set(present.map(({ x, y }) => `${Math.round(x)}:${Math.round(y)}`))
  for (let times = 0; ; times += 1) {
    const shift = { x: times * 4 * gridSize, y: times * 4 * gridSize }
    const isFree = places.every(({ x, y }) => {
      const place = snapPosition(addPositions({ x, y }, shift))
      return !taken.has(`${place.x}:${place.y}`) && !taken.has(`${Math.round(x + shift.x)}:${Math.round(y + shift.y)}`)
    })
    if (isFree) return shift
  }
}

/** New names for the copied layers whose names are taken: `conv1` becomes the first free one of `conv2`, `conv3`. */
function renameTaken(document: NetworkDocument, copied: NetworkDocument): ReadonlyMap<NodeId, NodeId> {
  const taken = new Set<string>([...document.nodes, ...copied.nodes].map(({ id }) => id))
  const present = new Set<string>(document.nodes.map(({ id }) => id))
  const names = new Map<NodeId, NodeId>()
  for (const { id } of copied.nodes) {
    if (!present.has(id)) continue
    const base = id.replace(/\d+$/, '') || id
    let number = 1
    while (taken.has(`${base}${number}`)) number += 1
    const name = parseNodeId(`${base}${number}`)
    taken.add(name)
    names.set(id, name)
  }
  return names
}
