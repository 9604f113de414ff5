import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { analyzeDocument } from '../network/analyze'
import { inferDocument } from '../network/inferDocument'
import { splitFrozen } from './splitFrozen'

function residualNetwork(dropout = 0): NetworkDocument {
  const builder = new DocumentBuilder('residual')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stem', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('drop', 'dropout', { rate: dropout }, 'stem')
  builder.add('conv', 'conv2d', { filters: 4, kernel: 3, padding: 'same-upper' }, 'drop')
  builder.add('sum', 'add', {}, 'drop', 'conv')
  builder.add('relu', 'relu', {}, 'sum')
  builder.add('pool', 'globalAveragePool', {}, 'relu')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 5 }, 'flatten')
  return builder.build()
}

const ids = (document: NetworkDocument) => document.nodes.map(({ id }) => id)

describe('cutting a network behind its frozen part', () => {
  it('cuts before the head where all else is frozen', () => {
    const split = splitFrozen(residualNetwork(), ['stem', 'conv'])
    expect(split && ids(split.head)).toEqual(['features', 'fc'])
    expect(split?.featureShape).toEqual([4])
    // 3*4*9 products at 64 places, 4*4*9 at 64; then 4*5.
    expect([split?.bodyMacs, split?.macs]).toEqual([6912 + 9216, 6912 + 9216 + 20])
  })

  it('keeps both branches of an open residual block behind the cut', () => {
    const split = splitFrozen(residualNetwork(), ['stem'])
    expect(split && ids(split.head)).toEqual(['features', 'conv', 'sum', 'relu', 'pool', 'flatten', 'fc'])
    expect(split && ids(split.body)).toEqual(['input', 'stem/conv', 'stem/bn', 'stem/relu', 'drop'])
  })

  it('gives two sound networks that count together as one', () => {
    const whole = residualNetwork()
    const split = splitFrozen(whole, ['stem'])
    if (!split) throw new Error('there is a cut')
    const parts = [split.body, split.head].map((document) => analyzeDocument(document))
    expect(parts.map(({ issues }) => issues)).toEqual([[], []])
    const parameters = analyzeDocument(whole).parameters.total
    expect(parts.reduce((sum, part) => sum + part.parameters.total, 0)).toBe(parameters)
    const paths = parts.flatMap(({ layers }) => layers.map(({ id }) => id)).filter((id) => id !== 'features')
    expect(new Set(paths)).toEqual(new Set(inferDocument(whole).layers.keys()))
  })

  it('stops before dropout, which draws anew at every step', () => {
    const split = splitFrozen(residualNetwork(0.5), ['stem', 'conv'])
    expect(split && ids(split.body).at(-1)).toBe('stem/relu')
  })

  it('finds no cut where the first layer is trained, or nothing is frozen', () => {
    expect(splitFrozen(residualNetwork(), [])).toBeUndefined()
    expect(splitFrozen(residualNetwork(), ['conv'])).toBeUndefined()
  })

  it('finds none where everything is frozen', () => {
    expect(splitFrozen(residualNetwork(), ['*'])).toBeUndefined()
  })
})
