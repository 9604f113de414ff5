// Tests of the cells of blocks, of the rows of the analysis and of the owners of paths.
import { expect, it } from 'vitest'
import { analyzeDocument } from '../../../../shared/network/analyze'
import { inferDocument } from '../../../../shared/network/inferDocument'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { printAnalysisCsv, sortLayers } from '../../inspector/analysis/analysisRows'
import { listAnalysisRows } from '../../inspector/analysis/analysisView'
import { ownerOf } from '../../../session/document/owners'
import { listCells, mostCells, readRepeat } from './blockCells'

function network() {
  const builder = new DocumentBuilder('blocks')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('vgg', 'vggBlock', { convolutions: 20, filters: 8 }, 'input')
  builder.add('stem', 'convBnRelu', { filters: 16 }, 'vgg')
  builder.add('pool', 'globalAveragePool', {}, 'stem')
  return builder.build()
}

it('draws no more cells than fit', () => {
  const block = inferDocument(network()).nodes.get(parseNodeId('vgg'))
  const cells = block ? listCells(block) : []
  expect(cells).toHaveLength(mostCells)
  expect(cells.at(-1)).toBe('more')
})

it('reads a repeat count only where it is a whole number above 1', () => {
  expect([3, 1, 0, 2.5, '4', undefined].map((repeat) => readRepeat({ repeat }))).toEqual([3, 1, 1, 1, 1, 1])
})

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

it('finds the node that holds a path', () => {
  const document = network()
  expect(ownerOf(document, 'stem/conv')).toBe('stem')
  expect(ownerOf(document, 'pool')).toBe('pool')
  expect(ownerOf(document, 'elsewhere/conv')).toBeUndefined()
})
