import { describe, expect, it } from 'vitest'
import { parseDocument, serializeDocument } from '../graph/schema'
import { isSameDataset, printDatasetChoice, readDatasetChoice } from './documentDataset'

const documentText = (dataset: object) =>
  JSON.stringify({ format: 'netloom', version: 1, name: 'n', dataset, nodes: [], edges: [] })

describe('the dataset of a document', () => {
  it('keeps a plain choice as a plain reference', () => {
    const choice = { reference: 'builtin:digits', options: { limit: undefined }, resize: 'stretch' } as const
    expect(printDatasetChoice(choice)).toEqual({ source: 'builtin:digits' })
    expect(readDatasetChoice({ source: 'builtin:digits' })).toEqual({ ...choice, options: {} })
  })

  it('survives saving and reading with its options', () => {
    const choice = {
      reference: 'folder:/images',
      options: { valFraction: 0.2, trainRange: [0, 500], limit: 40, seed: 3 },
      resize: 'crop',
    } as const
    const text = documentText(printDatasetChoice(choice))
    const { dataset } = parseDocument(serializeDocument(parseDocument(text)))
    expect(dataset && readDatasetChoice(dataset)).toEqual(choice)
  })

  it('refuses an option that there is not, and a resize that there is not', () => {
    expect(() => readDatasetChoice({ source: 'builtin:digits', options: { limitt: 3 } })).toThrow(/limitt/)
    expect(() => readDatasetChoice({ source: 'builtin:digits', options: { resize: 'zoom' } })).toThrow(
      'resize: one of stretch, crop, letterbox',
    )
  })

  it('tells the same choice from another, whatever the order of its options', () => {
    const one = { reference: 'a', options: { limit: 3, seed: 1 } }
    expect(isSameDataset(one, { reference: 'a', options: { seed: 1, limit: 3, valFraction: undefined } })).toBe(true)
    expect(isSameDataset(one, { reference: 'a', options: { seed: 2, limit: 3 } })).toBe(false)
    expect(isSameDataset(one, { reference: 'b', options: { limit: 3, seed: 1 } })).toBe(false)
  })
})
