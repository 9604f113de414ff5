import { describe, expect, it } from 'vitest'
import {
  addBatch,
  classMetrics,
  emptySums,
  EvaluationSums,
  largestClasses,
  lossOf,
  meansOf,
  rankOf,
  softmax,
} from './metrics'

const row = (...values: number[]) => Float32Array.from(values)

describe('running sums', () => {
  it('weigh each batch by its images', () => {
    // (2 * 3 + 5 * 1) / 4 and (1 + 1) / 4
    const sums = addBatch(addBatch(emptySums, 2, 1, 3), 5, 1, 1)
    expect(meansOf(sums)).toEqual({ loss: 2.75, accuracy: 0.5 })
  })

  it('are zero where nothing was seen', () => {
    expect(meansOf(emptySums)).toEqual({ loss: 0, accuracy: 0 })
  })
})

describe('softmax', () => {
  it('gives equal shares to equal logits, row by row', () => {
    expect(Array.from(softmax(row(0, 0, 5, 5), 2))).toEqual([0.5, 0.5, 0.5, 0.5])
  })

  it('gives 3/4 and 1/4 for logits ln 3 apart', () => {
    const [a, b] = softmax(row(Math.log(3), 0), 2)
    expect(a).toBeCloseTo(0.75, 6)
    expect(b).toBeCloseTo(0.25, 6)
  })

  it('stays finite for logits of a thousand', () => {
    expect(Array.from(softmax(row(1000, 1000, -1000), 3))).toEqual([0.5, 0.5, 0])
  })
})

describe('largestClasses and rankOf', () => {
  it('put the largest first and of equals the lower class', () => {
    expect(largestClasses(row(1, 3, 2, 3), 3)).toEqual([1, 3, 2])
    expect([0, 1, 2, 3].map((label) => rankOf(row(1, 3, 2, 3), label))).toEqual([3, 0, 2, 1])
  })

  it('count no image as right whose outputs are not numbers', () => {
    expect(rankOf(row(NaN, NaN), 0)).toBeGreaterThan(0)
  })
})

describe('lossOf', () => {
  const plain = { type: 'cross-entropy', labelSmoothing: 0 } as const

  it('gives ln K where the network knows nothing', () => {
    expect(lossOf(plain, row(0, 0, 0, 0), 2, 'logits')).toBeCloseTo(Math.log(4), 12)
  })

  it('gives -ln p from logits and from probabilities', () => {
    expect(lossOf(plain, row(Math.log(3), 0), 1, 'logits')).toBeCloseTo(Math.log(4), 6)
    expect(lossOf(plain, row(0.75, 0.25), 1, 'probabilities')).toBeCloseTo(Math.log(4), 12)
  })

  it('stays finite far from the truth', () => {
    expect(lossOf(plain, row(1000, 0), 1, 'logits')).toBe(1000)
    expect(Number.isFinite(lossOf(plain, row(1, 0), 1, 'probabilities'))).toBe(true)
  })

  it('spreads label smoothing over all classes', () => {
    // targets 0.95 and 0.05 against p = (3/4, 1/4)
    const smooth = lossOf({ type: 'cross-entropy', labelSmoothing: 0.1 }, row(Math.log(3), 0), 0, 'logits')
    expect(smooth).toBeCloseTo(-0.95 * Math.log(0.75) - 0.05 * Math.log(0.25), 6)
  })

  it('gives 2.9, 0 and 12.9 for the cat, car and frog of the CS231n hinge example', () => {
    const hinge = { type: 'hinge', margin: 1 } as const
    expect(lossOf(hinge, row(3.2, 5.1, -1.7), 0, 'logits')).toBeCloseTo(2.9, 5)
    expect(lossOf(hinge, row(1.3, 4.9, 2.0), 1, 'logits')).toBe(0)
    expect(lossOf(hinge, row(2.2, 2.5, -3.1), 2, 'logits')).toBeCloseTo(12.9, 5)
  })

  it('gives the hinge of the logits that the probabilities come from', () => {
    // 1 + ln 3 below, from logits (ln 3, 0)
    const hinge = { type: 'hinge', margin: 1 } as const
    expect(lossOf(hinge, row(0.75, 0.25), 1, 'probabilities')).toBeCloseTo(1 + Math.log(3), 6)
  })

  it('gives the mean squared distance from one-hot', () => {
    // ((0.5 - 1)^2 + 0.5^2) / 2
    expect(lossOf({ type: 'mse' }, row(0.5, 0.5), 0, 'logits')).toBe(0.25)
  })
})

describe('EvaluationSums', () => {
  it('counts top-1, top-5 and the confusion matrix', () => {
    const sums = new EvaluationSums(6, { type: 'cross-entropy', labelSmoothing: 0 }, 'logits')
    sums.add(row(9, 5, 4, 3, 2, 1), Int32Array.of(0))
    sums.add(row(9, 5, 4, 3, 2, 1, 9, 5, 4, 3, 2, 1), Int32Array.of(4, 5))
    const { images, top1, top5, confusion } = sums.result()
    expect({ images, top1, top5 }).toEqual({ images: 3, top1: 1 / 3, top5: 2 / 3 })
    expect(confusion[0]).toEqual([1, 0, 0, 0, 0, 0])
    expect(confusion[5]).toEqual([1, 0, 0, 0, 0, 0])
  })

  it('is all zeros for an empty split', () => {
    expect(new EvaluationSums(2, { type: 'mse' }, 'logits').result()).toMatchObject({ images: 0, loss: 0, top1: 0 })
  })
})

describe('classMetrics', () => {
  it('gives precision by column and recall by row', () => {
    expect(
      classMetrics([
        [3, 1],
        [2, 4],
      ]),
    ).toEqual([
      { count: 4, precision: 3 / 5, recall: 3 / 4 },
      { count: 6, precision: 4 / 5, recall: 4 / 6 },
    ])
  })

  it('says null where there is nothing to divide by', () => {
    expect(
      classMetrics([
        [0, 2],
        [0, 0],
      ]),
    ).toEqual([
      { count: 2, precision: null, recall: 0 },
      { count: 0, precision: 0, recall: null },
    ])
  })
})
