// Tests of the rows of the analysis: blocks as one row, or with their layers.
import { expect, it } from 'vitest'
import { analyzeDocument } from '../../../../shared/network/analyze'
import { inferDocument } from '../../../../shared/network/inferDocument'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { printAnalysisCsv, sortLayers } from './analysisRows'
import { listAnalysisRows } from './analysisView'

function network() {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('vgg', 'vggBlock', { convolutions: 20, filters: 8 }, 'input')
  builder.add('stem', 'convBnRelu', { filters: 16 }, 'vgg')
  builder.add('pool', 'globalAveragePool', {}, 'stem')
  return builder.build()
}

it('lists blocks as one row each, or their layers below them', () => {
  const document = network()
  const analysis = analyzeDocument(document)
  const list = (view: 'blocks' | 'layers') => listAnalysisRows(document, analysis, inferDocument(document), view)
  expect(list('blocks').map(({ id, title }) => [id, title])).toEqual([
    ['input', 'Input'],
    ['vgg', 'VGG block'],
    ['stem', 'Conv-BN-ReLU'],
    ['pool', 'GlobalAveragePool'],
  ])
  const stem = list('layers').slice(-5)
  expect(stem.map(({ id, isGroup, isInside }) => [id, isGroup ?? false, isInside ?? false])).toEqual([
    ['stem', true, false],
    ['stem/conv', false, true],
    ['stem/bn', false, true],
    ['stem/relu', false, true],
    ['pool', false, false],
  ])
  // 8*16*9 weights, 2*16 of the batch norm.
  expect(stem[0]?.parameters).toBe(1152 + 32)
})

it('leaves the sums of blocks out where layers are sorted or written to a file', () => {
  const document = network()
  const analysis = analyzeDocument(document)
  const rows = listAnalysisRows(document, analysis, inferDocument(document), 'layers')
  expect(sortLayers(rows, { key: 'macs', isDescending: true }).some(({ isGroup }) => isGroup)).toBe(false)
  const csv = printAnalysisCsv(analysis, rows)
  expect(csv).toContain('\nstem/conv,')
  expect(csv).not.toContain('\nstem,')
})
