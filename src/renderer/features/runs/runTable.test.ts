// Order, filter and cells of the table of runs, and the columns of laid-over curves.
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { recipeSchema } from '../../../shared/training/recipe'
import { overlayRuns } from './overlayData'
import { cellText, filterRuns, sortRuns } from './runTable'

function summary(name: string, fields: Partial<RunSummary> = {}): RunSummary {
  return {
    id: `/runs/${name}`,
    name,
    note: '',
    tags: [],
    structure: '1-a',
    documentPath: null,
    session: null,
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
