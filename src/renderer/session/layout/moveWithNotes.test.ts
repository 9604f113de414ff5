// Notes that belong to a layer go where it goes; others, and those that are moved themselves, do not.
import { expect, it } from 'vitest'
import type { CanvasNote, NetworkDocument } from '../../../shared/graph/document'
import { applyEdit } from '../../../shared/graph/edits'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { findArchitecture } from '../../../shared/lectures/architectures/index'
import { findPlaces } from './canvasGeometry'
import { moveWithNotes } from './moveWithNotes'

const conv1 = parseNodeId('conv1')
const note = (id: string, layer?: string): CanvasNote => ({
  id,
  text: id,
  position: { x: 300, y: 100 },
  ...(layer !== undefined && { layer: parseNodeId(layer) }),
})
const document: NetworkDocument = {
  ...findArchitecture('lenet5')!.build(),
  notes: [note('own', 'conv1'), note('free'), note('other', 'conv2'), note('gone', 'nowhere')],
}
const place = findPlaces(document).get(conv1)!
const moves = [{ id: conv1, position: { x: place.x + 40, y: place.y - 16 } }]

function placesAfter(movedNotes?: ReadonlySet<string>) {
  const moved = applyEdit(document, { type: 'batch', edits: moveWithNotes(document, moves, movedNotes) })
  return Object.fromEntries((moved.notes ?? []).map(({ id, position }) => [id, position]))
}

it('moves the notes of a layer with it', () => {
  const stays = { x: 300, y: 100 }
  expect(placesAfter()).toEqual({ own: { x: 340, y: 84 }, free: stays, other: stays, gone: stays })
  expect(placesAfter(new Set(['own']))).toMatchObject({ own: stays })
  expect(moveWithNotes(document, [])).toEqual([])
})

it('is known under the new name of the layer', () => {
  const renamed = applyEdit(document, { type: 'renameNode', id: conv1, to: 'stem' })
  expect(renamed.notes?.map(({ layer }) => layer)).toEqual(['stem', undefined, 'conv2', 'nowhere'])
})
