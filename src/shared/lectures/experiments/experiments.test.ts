// Every experiment: its networks are sound and as comparable as it says, and its verdict follows the numbers, either way.
import { describe, expect, it } from 'vitest'
import { analyzeDocument } from '../../network/analyze'
import { checkDocument } from '../../network/checkDocument'
import { checkClasses } from '../../network/classCount'
import type { Experiment, ExperimentRequest } from './experimentPlan'
import { experiments, findExperiment } from './index'
import { chanceOf } from './judging'
import { kernelNetwork, thinNetwork } from './networks'
import { countWrong, printPlane } from './perceptronRule'
import { verdictOf, type VariantResult } from './results'

function requestOf({ data }: Experiment, size: ExperimentRequest['size']): ExperimentRequest {
  return { size, seed: 3, data }
}

function require(id: string): Experiment {
  const experiment = findExperiment(id)
  if (!experiment) throw new Error(`no experiment ${id}`)
  return experiment
}

/** A result with these numbers; 1,000 test images. */
function result(
  id: string,
  {
    test = 0.9,
    train = 1,
    measures = {},
    parameters = 100,
  }: {
    readonly test?: number
    readonly train?: number
    readonly measures?: Readonly<Record<string, number>>
    readonly parameters?: number
  },
): VariantResult {
  const images = 1000
  return {
    id,
    run: '',
    parameters,
    macs: 0,
    seconds: 1,
    epochs: [1, 2].map((epoch) => ({ epoch, train: { loss: 0, accuracy: train }, val: null })),
    test: { loss: 0, top1: test, images },
    measures: Object.entries(measures).map(([id, top1]) => ({ id, loss: 0, top1, images })),
    table: null,
    field: null,
  }
}

const byId = (...results: readonly VariantResult[]) => new Map(results.map((each) => [each.id, each]))

describe.each(experiments.map((experiment) => ({ id: experiment.id, experiment })))('$id', ({ experiment }) => {
  it.each(['full', 'quick'] as const)('has sound networks for its images: %s', (size) => {
    const variants = experiment.variants(requestOf(experiment, size))
    expect(new Set(variants.map(({ id }) => id)).size).toBe(variants.length)
    for (const { document, recipe } of variants) {
      expect(checkDocument(document).map(({ message }) => message)).toEqual([])
      expect(checkClasses(document, experiment.data.classes)).toEqual([])
      expect(recipe.seed).toBe(3)
    }
  })

  it('takes other images where it says so', () => {
    if (!experiment.takesData) return expect(experiment.data.reference).toMatch(/^builtin:/)
    const data = { reference: 'cifar10:somewhere', input: [3, 32, 32] as const, classes: 7 }
    for (const { document } of experiment.variants({ size: 'full', seed: 1, data })) {
      expect(checkClasses(document, 7)).toEqual([])
      expect(document.dataset?.source).toBe('cifar10:somewhere')
    }
  })
})

describe('what is compared', () => {
  it('has as many parameters with shortcuts as without', () => {
    for (const depth of [8, 20, 56]) {
      const [plain, residual] = (['plain', 'residual'] as const).map(
        (kind) => analyzeDocument(thinNetwork([3, 32, 32], 10, depth, kind)).parameters.total,
      )
      expect(plain).toBe(residual)
    }
  })

  it('sees the same region with one 5x5 as with two 3x3, by 25 C^2 or 18 C^2 weights', () => {
    const [large, small] = (['one5x5', 'two3x3'] as const).map((kind) =>
      analyzeDocument(kernelNetwork([3, 32, 32], 10, kind)),
    )
    const fieldOf = (analysis: typeof large) => analysis?.layers.find(({ id }) => id === 'pool2')?.receptiveField?.size
    expect(fieldOf(large)).toBeDefined()
    expect(fieldOf(small)).toEqual(fieldOf(large))
    // Two stages of C = 16: 2*25*256 against 2*18*256 weights, and two more pairs of norms of 16 + 16.
    expect((large?.parameters.total ?? 0) - (small?.parameters.total ?? 0)).toBe(2 * 7 * 256 - 2 * 32)
  })
})

describe('the verdict', () => {
  it('takes two standard errors or one point for chance', () => {
    // sqrt(0.5*0.5/100 * 2) = 0.0707
    expect(chanceOf({ top1: 0.5, images: 100 }, { top1: 0.5, images: 100 })).toBeCloseTo(0.1414, 4)
    expect(chanceOf({ top1: 1, images: 100 }, { top1: 1, images: 100 })).toBe(0.01)
  })

  it('of permuted pixels wants the MLP unmoved and the CNN hurt', () => {
    const judge = (mlpAfter: number, cnnAfter: number) =>
      require('permuted-pixels').judge(
        byId(
          result('mlp', { test: 0.96 }),
          result('mlp-permuted', { test: mlpAfter }),
          result('cnn', { test: 0.99 }),
          result('cnn-permuted', { test: cnnAfter }),
        ),
      )
    expect(judge(0.965, 0.9)).toEqual({
      agrees: true,
      parts: [
        { what: 'The MLP loses nothing', agrees: true },
        { what: 'LeNet-5 loses', agrees: true },
      ],
      text: 'The MLP gained 0.5 points (96.0% to 96.5%), no more than chance. LeNet-5 lost 9.0 points (99.0% to 90.0%), more than chance.',
    })
    expect(judge(0.9, 0.9).agrees).toBe(false)
    expect(judge(0.96, 0.988).agrees).toBe(false)
  })

  it('of shifted digits compares what the MLP and the CNN lose', () => {
    const judge = (lenetAfter: number, meanAfter: number) =>
      require('shifted-digits').judge(
        byId(
          result('mlp', { test: 0.98, measures: { 'shift-3': 0.3 } }),
          result('lenet5', { test: 0.98, measures: { 'shift-3': lenetAfter } }),
          result('gap', { test: 0.98, measures: { 'shift-3': meanAfter } }),
        ),
      )
    expect(judge(0.9, 0.9).agrees).toBe(true)
    expect(judge(0.9, 0.5).agrees).toBe(false)
    // One network that contradicts the claim is enough, and is named.
    expect(judge(0.6, 0.9).agrees).toBe(false)
    expect(judge(0.6, 0.9).parts.filter(({ agrees }) => !agrees)).toEqual([{ what: 'LeNet-5 is not', agrees: false }])
  })

  it('of depth wants the plain error to rise and the residual one not', () => {
    const judge = (plain: readonly number[], residual: readonly number[]) =>
      require('plain-against-residual').judge(
        byId(
          ...[8, 20, 56].flatMap((depth, index) => [
            result(`plain${depth}`, { train: 1 - (plain[index] ?? 0) }),
            result(`residual${depth}`, { train: 1 - (residual[index] ?? 0) }),
          ]),
        ),
      ).agrees
    expect(judge([0.2, 0.3, 0.4], [0.2, 0.15, 0.15])).toBe(true)
    expect(judge([0.2, 0.3, 0.15], [0.2, 0.15, 0.15])).toBe(false)
    expect(judge([0.2, 0.3, 0.4], [0.2, 0.15, 0.3])).toBe(false)
    // The networks between the ends count too.
    expect(judge([0.2, 0.1, 0.4], [0.2, 0.15, 0.15])).toBe(false)
    expect(judge([0.2, 0.3, 0.4], [0.2, 0.3, 0.15])).toBe(false)
  })

  it('of small kernels and of heads follows parameters and accuracies', () => {
    const kernels = (small: number) =>
      require('small-kernels').judge(
        byId(result('one5x5', { test: 0.9, parameters: 1000 }), result('two3x3', { test: small, parameters: 800 })),
      ).agrees
    expect(kernels(0.92)).toBe(true)
    expect(kernels(0.8)).toBe(false)
    const heads = (meanAfter: number) =>
      require('average-against-dense').judge(
        byId(
          result('dense', { test: 0.7, train: 1, measures: { 'shift-4': 0.3 }, parameters: 1000 }),
          result('mean', { test: 0.8, train: 0.9, measures: { 'shift-4': meanAfter }, parameters: 100 }),
        ),
      ).agrees
    expect(heads(0.75)).toBe(true)
    expect(heads(0.2)).toBe(false)
  })
})

it('gives a quick run no verdict, also one that was kept before', () => {
  const verdict = { agrees: true, parts: [{ what: 'It learns', agrees: true }], text: '97% right.' }
  expect(verdictOf({ size: 'full', verdict })).toEqual(verdict)
  expect(verdictOf({ size: 'quick', verdict })).toEqual({ agrees: null, parts: [], text: '97% right.' })
  expect(verdictOf({ size: 'quick', verdict: null })).toBeNull()
})

describe('the tables of the perceptron', () => {
  it('count the rows that are answered wrongly', () => {
    expect(countWrong({ name: 'xor' }, [-1, 1, 1, -1])).toBe(0)
    expect(countWrong({ name: 'xor' }, [1, 1, 1, 1])).toBe(2)
  })

  it('print a plane as an equation', () => {
    expect(printPlane({ weights: [2, -0.5], bias: -3 })).toBe('2 x1 - 0.5 x2 - 3 = 0')
    expect(printPlane({ weights: [-1], bias: 0 })).toBe('-1 x1 + 0 = 0')
  })
})
