// What blocks a training, and the ways out of failures.
import { describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../../shared/training/recipe'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { lenet5 } from '../../../../shared/lectures/architectures/lenet5'
import { findBlockers, type TrainingChoice } from './blockers'
import { findWaysOut } from './waysOut'

const recipe = recipeSchema.parse({})
const choice: TrainingChoice = {
  document: lenet5.build(),
  issues: [],
  dataset: 'builtin:digits',
  classes: null,
  trainCount: 8000,
  recipe,
  drafts: [],
  precisionProblem: null,
}

describe('findBlockers', () => {
  it('finds nothing where all is chosen', () => {
    expect(findBlockers(choice)).toEqual([])
  })

  it('leads to the design of an empty network and to the data', () => {
    const empty = { ...choice.document, nodes: [], edges: [] }
    const kinds = findBlockers({ ...choice, document: empty, dataset: undefined }).map(({ remedy }) => remedy.kind)
    expect(kinds).toEqual(['design', 'data'])
  })

  it('lets nothing train while a field holds what is no value', () => {
    expect(findBlockers({ ...choice, drafts: ['Epochs: Must be 1 or more.'] })).toEqual([
      { message: 'Epochs: Must be 1 or more.', remedy: { kind: 'here' } },
    ])
  })

  it('offers the batch that the training split allows', () => {
    const [blocker] = findBlockers({ ...choice, trainCount: 40 })
    expect(blocker?.message).toContain('batch of 64')
    expect(blocker?.remedy).toMatchObject({ kind: 'recipe', way: { key: 'batchSize', value: 40 } })
  })

  it('offers a batch of two where a batch norm would see one value', () => {
    const builder = new DocumentBuilder('norm')
    builder.add('input', 'input', { shape: [4] })
    builder.add('norm', 'batchNorm', {}, 'input')
    const [blocker] = findBlockers({ ...choice, document: builder.build(), recipe: { ...recipe, batchSize: 1 } })
    expect(blocker).toMatchObject({ remedy: { kind: 'recipe', way: { key: 'batchSize', value: 2 } } })
  })

  it('offers as many outputs as there are classes, and leaves warnings alone', () => {
    const issues = [
      { level: 'warning', code: 'layer.dropped', message: 'A column is dropped.' },
      { level: 'error', code: 'dataset.classes', message: 'Ten outputs, two classes.' },
    ] as const
    const blockers = findBlockers({ ...choice, issues, classes: ['cat', 'dog'] })
    expect(blockers).toEqual([
      { message: 'Ten outputs, two classes.', remedy: { kind: 'classes', classes: ['cat', 'dog'] } },
    ])
  })
})

describe('mixed precision', () => {
  const refused = { ...choice, precisionProblem: 'Not on CPU.' }

  it('blocks where it is switched on and cannot be had, with the way back', () => {
    expect(findBlockers(refused)).toEqual([])
    const [blocker] = findBlockers({ ...refused, recipe: { ...recipe, mixedPrecision: true } })
    expect(blocker).toMatchObject({
      message: 'Mixed precision is switched on. Not on CPU.',
      remedy: { way: { key: 'mixedPrecision', value: false } },
    })
  })
})

describe('findWaysOut', () => {
  it('offers smaller steps, clipping and warm-up after a divergence', () => {
    const ways = findWaysOut(
      { code: 'training.diverged', message: 'The loss is NaN.' },
      { ...recipe, learningRate: 0.5 },
    )
    expect(ways.map(({ key, value }) => [key, value])).toEqual([
      ['learningRate', 0.05],
      ['gradientClipNorm', 1],
      ['warmupSteps', 500],
    ])
  })

  it('offers nothing that is set already', () => {
    const set = { ...recipe, gradientClipNorm: 1, warmupSteps: 10 }
    expect(findWaysOut({ code: 'training.diverged', message: '' }, set)).toHaveLength(1)
  })

  it('halves a batch that does not fit', () => {
    const [way] = findWaysOut({ code: 'engine.failed', message: 'Failed to allocate memory' }, recipe)
    expect(way).toMatchObject({ key: 'batchSize', value: 32 })
  })
})
