// Tests of where the arrow keys lead.
import { expect, it } from 'vitest'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { findPlaces, type Direction } from '../../../session/layout/canvasGeometry'
import { findNeighbour, type ArrowKey } from './neighbours'

/** input -> left, right -> sum -> end, drawn downwards; for `right` the axes are exchanged. */
function diamond(direction: Direction) {
  const builder = new DocumentBuilder('diamond')
  builder.add('input', 'input', { shape: [1, 4, 4] })
  builder.add('left', 'relu', {}, 'input')
  builder.add('right', 'sigmoid', {}, 'input')
  builder.add('sum', 'add', {}, 'left', 'right')
  builder.add('end', 'relu', {}, 'sum')
  const document = builder.build()
  if (direction === 'down') return document
  const nodes = document.nodes.map((node) => ({
    ...node,
    position: { x: node.position?.y ?? 0, y: node.position?.x ?? 0 },
  }))
  return { ...document, nodes }
}

function go(direction: Direction, from: string, key: ArrowKey): string | undefined {
  const document = diamond(direction)
  return findNeighbour(document, findPlaces(document), parseNodeId(from), key, direction)
}

it('goes along the data and between branches where the data runs down', () => {
  expect(go('down', 'sum', 'ArrowDown')).toBe('end')
  expect(go('down', 'left', 'ArrowUp')).toBe('input')
  expect(go('down', 'left', 'ArrowRight')).toBe('right')
  expect(go('down', 'right', 'ArrowLeft')).toBe('left')
})

it('goes along the data and between branches where the data runs to the right', () => {
  expect(go('right', 'sum', 'ArrowRight')).toBe('end')
  expect(go('right', 'left', 'ArrowLeft')).toBe('input')
  expect(go('right', 'left', 'ArrowDown')).toBe('right')
  expect(go('right', 'right', 'ArrowUp')).toBe('left')
})

it('lets left and right follow a chain that runs down', () => {
  expect(go('down', 'sum', 'ArrowRight')).toBe('end')
  expect(go('down', 'end', 'ArrowLeft')).toBe('sum')
})

it('stays at the ends', () => {
  expect(go('down', 'end', 'ArrowDown')).toBeUndefined()
  expect(go('right', 'end', 'ArrowDown')).toBeUndefined()
})

it('goes to the next layer rather than along a shortcut that lies straight ahead', () => {
  const builder = new DocumentBuilder('residual')
  builder.add('input', 'input', { shape: [1, 4, 4] })
  builder.add('relu', 'relu', {}, 'input')
  builder.add('sum', 'add', {}, 'relu', 'input')
  const document = builder.build()
  const places = new Map([
    [parseNodeId('input'), { x: 0, y: 0 }],
    [parseNodeId('relu'), { x: 120, y: 96 }],
    [parseNodeId('sum'), { x: 0, y: 192 }],
  ])
  expect(findNeighbour(document, places, parseNodeId('input'), 'ArrowDown', 'down')).toBe('relu')
  expect(findNeighbour(document, places, parseNodeId('sum'), 'ArrowUp', 'down')).toBe('relu')
})
