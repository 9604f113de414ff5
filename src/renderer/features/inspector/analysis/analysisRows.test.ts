import { printBytes } from '../../../../shared/graph/printNumbers'
import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../../../shared/lectures/architectures/index'
import { analyzeDocument } from '../../../../shared/network/analyze'
import { applyEdit } from '../../../../shared/graph/edits'
import { analysisColumns, nextOrder, printAnalysisCsv, sortLayers } from './analysisRows'
import { printShape, printPerAxis } from '../../../kernel/print/printFacts'

const lenet = findArchitecture('lenet5')!.build()
const analysis = analyzeDocument(lenet)

function columnOf(key: string) {
  return analysisColumns.find((column) => column.key === key)!
}

describe('sortLayers', () => {
  it('keeps the order of the network, or sorts by numbers and names', () => {
    expect(sortLayers(analysis.layers, null)).toBe(analysis.layers)
    const byMacs = sortLayers(analysis.layers, { key: 'macs', isDescending: true }).map(({ macs }) => macs)
    expect(byMacs).toEqual(analysis.layers.map(({ macs }) => macs).sort((a, b) => b - a))
    const byName = sortLayers(
      [10, 9].map((number) => ({ ...analysis.layers[0]!, id: `conv${number}` })),
      { key: 'id', isDescending: false },
    )
    expect(byName.map(({ id }) => id)).toEqual(['conv9', 'conv10'])
  })

  it('begins with the largest number, then the smallest, then the order of the network', () => {
    const macs = columnOf('macs')
    const first = nextOrder(null, macs)
    expect(first).toEqual({ key: 'macs', isDescending: true })
    const second = nextOrder(first, macs)
    expect(second).toEqual({ key: 'macs', isDescending: false })
    expect(nextOrder(second, macs)).toBeNull()
    expect(nextOrder(second, columnOf('id'))).toEqual({ key: 'id', isDescending: false })
  })
})

describe('printAnalysisCsv', () => {
  it('writes exact numbers, a line per layer and the totals, which are the sums', () => {
    const lines = printAnalysisCsv(analysis, analysis.layers).trimEnd().split('\n')
    expect(lines).toHaveLength(analysis.layers.length + 2)
    expect(lines[0]).toBe(
      'layer,type,output,trainable_parameters,frozen_parameters,macs,flops,activation_bytes,receptive_field,' +
        'receptive_field_jump,receptive_field_start',
    )
    const sums = [3, 4, 5, 6, 7].map((place) =>
      lines.slice(1, -1).reduce((sum, line) => sum + Number(line.split(',')[place]), 0),
    )
    expect(lines.at(-1)).toBe(`total,,,${sums.join(',')},,,`)
    expect(lines.at(-1)).toContain(',61706,0,')
  })

  it('quotes a name with a comma', () => {
    const layer = { ...analysis.layers[0]!, id: 'a,b' }
    expect(printAnalysisCsv(analysis, [layer]).split('\n')[1]).toMatch(/^"a,b",Input,1x/)
  })

  it('tells frozen parameters from trainable ones', () => {
    const conv = lenet.nodes.find(({ type }) => type === 'conv2d')!
    const document = applyEdit(lenet, { type: 'setFrozen', id: conv.id, frozen: true })
    const frozen = analyzeDocument(document).layers.find(({ id }) => id === conv.id)!
    expect(columnOf('frozenParameters').print(frozen)).toBe('156')
    expect(columnOf('trainableParameters').print(frozen)).toBe('0')
  })
})

describe('printed facts', () => {
  it('prints shapes, sizes and axes', () => {
    expect(printShape([64, 56, 56])).toBe('64×56×56')
    expect(printBytes(0)).toBe('0 B')
    expect(printBytes(1023)).toBe('1,023 B')
    expect(printBytes(3_211_264)).toBe('3.06 MiB')
    expect(printPerAxis([3, 5.5])).toBe('3×5.5')
    expect(printPerAxis(43)).toBe('43')
  })
})
