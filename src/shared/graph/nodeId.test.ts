// Names of layers: what may stand in one, and the character at fault where one may not.
import { describe, expect, it } from 'vitest'
import { explainNodeId, isNodeId } from './nodeId'

describe('names of layers', () => {
  it.each(['conv1', 'stage2/block1/conv1', 'Faltung_größe', '卷积-1', 'слой.2'])('may be %s', (name) => {
    expect([isNodeId(name), explainNodeId(name)]).toEqual([true, undefined])
  })

  it.each([
    ['my conv', 'This one has a space: write "_" or "-" in its place.'],
    ['a\tb', 'This one has a tab.'],
    ['conv#1', 'This one has "#".'],
    ['conv🙂', 'This one has "🙂".'],
    ['a\u200bb', 'This one has the character U+200B.'],
    ['e\u0301', 'This one has the character U+0301.'],
    ['a//b', 'A part between two "/" is empty here.'],
    ['', 'This one is empty.'],
    ['x'.repeat(201), 'This one has 201.'],
  ])('may not be %j, with the reason', (name, reason) => {
    expect(explainNodeId(name)).toContain(reason)
  })
})
