// Order, filter and cells of the table of runs, and the columns of laid-over curves.
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { recipeSchema } from '../../../shared/training/recipe'
import { overlayRuns } from './overlayData'
import { powerAxis, shareAxis } from './accuracyPlot'
import { compareRuns } from './compareRuns'
import { groupRuns } from './runGroups'
import { cellText, filterRuns, runColumns, sortRuns } from './runTable'
import { printRunsCsv } from './runsCsv'

function summary(name: string, fields: Partial<RunSummary> = {}): RunSummary {
  return {
    id: `/runs/${name}`,
    name,
    note: '',
    tags: [],
    structure: '1-a',
    documentPath: null,
    session: null,
    hasOrigin: true,
    experiment: null,
    macs: 416_520,
    sizeBytes: 248_000,
    state: 'finished',
    createdMs: 0,
    architecture: 'lenet5',
    parameters: 61_706,
    dataset: 'builtin:digits',
    recipe: recipeSchema.parse({}),
    engine: 'ort',
    device: 'cpu',
    epochs: 3,
    bestEpoch: 2,
    seconds: 90,
    val: null,
    test: null,
    error: null,
    ...fields,
  }
}
const val = (accuracy: number) => ({ val: { loss: 1, accuracy } })
const names = (runs: readonly RunSummary[]) => runs.map(({ name }) => name)

describe('sortRuns', () => {
  const runs = [
    summary('run 10', { ...val(0.5), createdMs: 1 }),
    summary('run 9', { ...val(0.9), createdMs: 2 }),
    summary('none', { createdMs: 3 }),
  ]

  it('sorts numbers in names as numbers', () => {
    expect(names(sortRuns(runs, { column: 'name', isRising: true }))).toEqual(['none', 'run 9', 'run 10'])
  })

  it('puts runs without a value last in both directions', () => {
    expect(names(sortRuns(runs, { column: 'best', isRising: false }))).toEqual(['run 9', 'run 10', 'none'])
    expect(names(sortRuns(runs, { column: 'best', isRising: true }))).toEqual(['run 10', 'run 9', 'none'])
  })
})

describe('filterRuns', () => {
  it('wants every word, in any cell or the note', () => {
    const runs = [summary('a', { note: 'with flips' }), summary('b', { architecture: 'alexnet' })]
    expect(names(filterRuns(runs, 'LeNet flips'))).toEqual(['a'])
    expect(names(filterRuns(runs, ' '))).toEqual(['a', 'b'])
    expect(filterRuns(runs, 'vgg')).toEqual([])
  })
})

describe('cellText', () => {
  it('says the recipe in a line and a dash for what is not there', () => {
    expect(cellText(summary('a'), 'recipe')).toBe('Adam 0.001 · batch 64 · 10 epochs')
    expect(cellText(summary('a'), 'test')).toBe('–')
    expect(cellText(summary('a', val(0.9765)), 'best')).toBe('97.65%')
  })
})

describe('groups', () => {
  const open = { name: 'lenet5', path: '/w/mine.netloom', session: 's', ofRun: null, structure: '1-a' }

  it('puts the open network first, then each document, each experiment and what has no file', () => {
    const runs = [
      summary('e2', { experiment: 'shifted-digits-2' }),
      summary('b', { documentPath: '/w/other.netloom' }),
      summary('a', { documentPath: '/w/mine.netloom' }),
      summary('e1', { experiment: 'shifted-digits-2' }),
      summary('c', { architecture: 'mlp' }),
    ]
    expect(groupRuns(runs, open).map(({ title, detail, runs }) => [title, detail, names(runs).join()])).toEqual([
      ['mine', 'Open now', 'a'],
      ['Shifted digits', 'Experiment, run 2', 'e2,e1'],
      ['other', '/w/other.netloom', 'b'],
      ['mlp', 'Without a file', 'c'],
    ])
  })
})

describe('columns and filter', () => {
  it('sorts counts as numbers and finds tags', () => {
    const runs = [
      summary('big', { parameters: 1_000_000, macs: 5, sizeBytes: 900, bestEpoch: 1, tags: ['final'] }),
      summary('small', { parameters: 60_000, macs: 70, sizeBytes: null, bestEpoch: 12 }),
    ]
    for (const column of ['parameters', 'size'] as const)
      expect(names(sortRuns(runs, { column, isRising: false }))).toEqual(['big', 'small'])
    for (const column of ['macs', 'bestEpoch'] as const)
      expect(names(sortRuns(runs, { column, isRising: false }))).toEqual(['small', 'big'])
    expect(names(filterRuns(runs, 'FINAL'))).toEqual(['big'])
    expect(runColumns.map((column) => cellText(summary('a'), column))).toContain('417 k')
  })
})

describe('the table as CSV', () => {
  it('has numbers as numbers and quotes what a cell needs', () => {
    const text = printRunsCsv([summary('a, b', { ...val(0.5), note: '=1+1' })])
    const [titles = '', row = '', end] = text.split('\r\n')
    expect(end).toBe('')
    expect(titles).toMatch(/^Name,State,Network,Document,Experiment,Tags,Best validation accuracy,/)
    expect(row).toMatch(/^"a, b",Finished,lenet5,,,,0.5,1,2,3,,61706,416520,248000,builtin:digits,ort,cpu,90,/)
    expect(row).toContain(",'=1+1,")
  })
})

describe('comparing', () => {
  it('says in what runs differ, and that networks are other versions', () => {
    const recipe = recipeSchema.parse({ learningRate: 0.01, seed: 7 })
    const facts = compareRuns([summary('a'), summary('b', { recipe, structure: '1-b' })])
    const different = facts.filter(({ isDifferent }) => isDifferent)
    expect(Object.fromEntries(different.map(({ name, values }) => [name, values]))).toEqual({
      Layers: ['version 1', 'version 2'],
      'Learning rate': ['0.001', '0.01'],
      Seed: ['1', '7'],
    })
  })

  it('finds axes around what it shows', () => {
    expect(shareAxis([0.61, 0.78]).ticks.map((tick) => tick.toFixed(2))).toEqual([
      '0.55',
      '0.60',
      '0.65',
      '0.70',
      '0.75',
      '0.80',
    ])
    expect(shareAxis([1]).high).toBe(1)
    expect(powerAxis([234_752, 416_520])).toMatchObject({ low: 200_000, high: 500_000 })
    expect(powerAxis([234_752, 416_520]).ticks).toEqual([200_000, 300_000, 400_000, 500_000])
    expect(powerAxis([900, 4e9])).toMatchObject({ low: 500, high: 5e9 })
    expect(powerAxis([0])).toMatchObject({ low: 1, high: 1.5 })
  })
})

describe('overlayRuns', () => {
  const row = (epoch: number, accuracy: number) => ({
    epoch,
    step: epoch * 10,
    train: { loss: 1, accuracy },
    val: null,
    learningRate: 0.1,
    best: false,
    seconds: null,
  })

  it('aligns runs of different lengths by epoch', () => {
    const data = overlayRuns(
      [
        [row(1, 0.1), row(2, 0.2)],
        [row(2, 0.5), row(4, 0.6)],
      ],
      'trainAccuracy',
    )
    expect(data).toEqual([Float64Array.of(1, 2, 4), [0.1, 0.2, null], [null, 0.5, 0.6]])
  })

  it('has no validation where there is none', () => {
    expect(overlayRuns([[row(1, 0.1)]], 'valLoss')).toEqual([Float64Array.of(1), [null]])
  })
})
