import { describe, expect, it } from 'vitest'
import type { CanvasNote, NetworkDocument } from './document'
import { DocumentBuilder } from './documentBuilder'
import { applyEdit, type Edit } from './edits'
import { parseDocument, serializeDocument } from './schema'

const first: CanvasNote = { id: 'note1', text: 'The stem.\nHalves twice.', position: { x: 8, y: 16 } }
const second: CanvasNote = {
  id: 'note2',
  text: 'Head',
  position: { x: 0, y: -96 },
  size: { width: 320, height: 64 },
  color: 'blue',
}

function start(notes?: readonly CanvasNote[]): NetworkDocument {
  const builder = new DocumentBuilder('noted')
  builder.add('input', 'input', { shape: [1, 8, 8] })
  return notes ? { ...builder.build(), notes } : builder.build()
}

/** Applies an edit and checks that the document itself stays as it was. */
function applyPurely(document: NetworkDocument, edit: Edit): NetworkDocument {
  const before = structuredClone(document)
  const result = applyEdit(document, edit)
  expect(document).toStrictEqual(before)
  return result
}

describe('notes', () => {
  it('are added, changed and removed', () => {
    expect(applyPurely(start(), { type: 'addNote', note: first }).notes).toEqual([first])
    expect(applyPurely(start([first]), { type: 'addNote', note: second, index: 0 }).notes).toEqual([second, first])
    const moved = { ...first, text: 'Other', position: { x: 1, y: 2 } }
    expect(applyPurely(start([first, second]), { type: 'changeNote', note: moved }).notes).toEqual([moved, second])
    expect(applyPurely(start([first, second]), { type: 'removeNote', id: 'note1' }).notes).toEqual([second])
  })

  it('leave no trace when the last one is removed', () => {
    expect(Object.keys(applyPurely(start([first]), { type: 'removeNote', id: 'note1' }))).not.toContain('notes')
  })

  it('refuse an id that is taken or not there', () => {
    expect(() => applyEdit(start([first]), { type: 'addNote', note: first })).toThrow(/already has the id "note1"/)
    expect(() => applyEdit(start([first]), { type: 'addNote', note: second, index: 2 })).toThrow(/no place 2 among 1/)
    expect(() => applyEdit(start(), { type: 'removeNote', id: 'note1' })).toThrow(/no note "note1"/)
    expect(() => applyEdit(start(), { type: 'changeNote', note: second })).toThrow(/no note "note2"/)
  })

  it('are kept in the file, one per line', () => {
    const text = serializeDocument(start([first, second]))
    expect(text.split('"notes"')[1]).toBe(`: [
    { "id": "note1", "text": "The stem.\\nHalves twice.", "position": { "x": 8, "y": 16 } },
    {
      "id": "note2",
      "text": "Head",
      "position": { "x": 0, "y": -96 },
      "size": { "width": 320, "height": 64 },
      "color": "blue"
    }
  ]
}
`)
    expect(parseDocument(text)).toStrictEqual(start([first, second]))
    expect(serializeDocument(parseDocument(text))).toBe(text)
  })

  it.each([
    [{ ...first, colour: 'blue' }, /unknown key: notes\[0\]\.colour.*Did you mean "color"/s],
    [{ ...first, color: 'pink' }, /notes\[0\]\.color must be/],
    [{ ...second, size: { width: 10, height: 64 } }, /notes\[0\]\.size\.width must be/],
    [{ ...first, text: 3 }, /notes\[0\]\.text must be/],
  ])('refuse a file with %j', (note, message) => {
    const text = JSON.stringify({ ...start(), notes: [note] })
    expect(() => parseDocument(text)).toThrow(message)
  })

  it('refuse two notes with one id', () => {
    const text = JSON.stringify({ ...start(), notes: [first, first] })
    expect(() => parseDocument(text)).toThrow(/notes\[0\] and notes\[1\] both have the id "note1"/)
  })
})
