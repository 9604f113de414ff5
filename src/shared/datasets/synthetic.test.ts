import { describe, expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import { digitExtent, drawSyntheticDigit, labelSyntheticImages, syntheticDigitsVersion } from './syntheticDigits'
import { drawSyntheticShape, shapeClasses, shapeExtent, syntheticShapesVersion } from './syntheticShapes'

type Draw = (seed: number, index: number, label: number) => Uint8Array

/** Softmax regression by plain SGD with momentum on standardised pixels; returns its accuracy on unseen images. */
function fitLinearModel(draw: Draw, size: number, trainCount: number, testCount: number, epochs: number): number {
  const labels = labelSyntheticImages(1, trainCount + testCount, 'linear model')
  const images = Array.from(labels, (label, i) => Float32Array.from(draw(1, i, label), (value) => value / 128 - 0.5))
  const weights = new Float32Array(10 * (size + 1))
  const output = (x: Float32Array): number[] => {
    const z = Array.from({ length: 10 }, (_, k) => {
      let sum = weights[10 * size + k] ?? 0
      for (let i = 0; i < size; i++) sum += (weights[k * size + i] ?? 0) * (x[i] ?? 0)
      return sum
    })
    const largest = Math.max(...z)
    const e = z.map((value) => Math.exp(value - largest))
    const total = e.reduce((sum, value) => sum + value, 0)
    return e.map((value) => value / total)
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 0.01 / (1 + epoch)
    for (const n of new RandomStream(1, epoch).permutation(trainCount)) {
      const x = images[n] ?? new Float32Array(size)
      for (const [k, p] of output(x).entries()) {
        const step = rate * (p - (k === labels[n] ? 1 : 0))
        for (let i = 0; i < size; i++) weights[k * size + i] = (weights[k * size + i] ?? 0) - step * (x[i] ?? 0)
        weights[10 * size + k] = (weights[10 * size + k] ?? 0) - step
      }
    }
  }
  let correct = 0
  for (let n = trainCount; n < trainCount + testCount; n++) {
    const p = output(images[n] ?? new Float32Array(size))
    if (p.indexOf(Math.max(...p)) === labels[n]) correct++
  }
  return correct / testCount
}

/** A checksum of the first twenty images, to notice when they change. */
function checksum(draw: Draw): number {
  let sum = 0
  for (let i = 0; i < 20; i++) {
    const image = draw(1, i, i % 10).reduce((total, value, at) => (total * 31 + value * (at + 1)) % 1000003, 0)
    sum = (sum * 7 + image) % 1000003
  }
  return sum
}

describe('synthetic images', () => {
  it('change only together with their version, since runs name the version in their fingerprint', () => {
    expect([syntheticDigitsVersion, checksum(drawSyntheticDigit)]).toEqual([1, 627956])
    expect([syntheticShapesVersion, checksum(drawSyntheticShape)]).toEqual([1, 976929])
  })
})

describe('synthetic digits', () => {
  it('depend on seed, index and digit alone', () => {
    expect(drawSyntheticDigit(1, 5, 3)).toEqual(drawSyntheticDigit(1, 5, 3))
    expect(drawSyntheticDigit(1, 5, 3)).not.toEqual(drawSyntheticDigit(1, 6, 3))
    expect(drawSyntheticDigit(1, 5, 3)).not.toEqual(drawSyntheticDigit(2, 5, 3))
    expect(drawSyntheticDigit(1, 5, 3)).toHaveLength(digitExtent * digitExtent)
  })

  it('have ink in every image, most of it away from the border', () => {
    for (let i = 0; i < 200; i++) {
      const image = drawSyntheticDigit(3, i, i % 10)
      const bright = [...image.entries()].filter(([, value]) => value > 100)
      const inside = bright.filter(([at]) => at % 28 > 1 && at % 28 < 26 && at >= 56 && at < 28 * 26)
      expect(bright.length).toBeGreaterThan(12)
      expect(inside.length / bright.length).toBeGreaterThan(0.7)
    }
  })

  it('leave a linear model clearly below a CNN: about 80% of unseen images', () => {
    const accuracy = fitLinearModel(drawSyntheticDigit, digitExtent ** 2, 3000, 1000, 5)
    expect(accuracy).toBeGreaterThan(0.65)
    expect(accuracy).toBeLessThan(0.88)
  })

  it('have labels that are equally frequent and in random order', () => {
    const labels = labelSyntheticImages(1, 1000, 'x')
    const counts = Array.from({ length: 10 }, (_, k) => labels.filter((label) => label === k).length)
    expect(counts).toEqual(Array.from({ length: 10 }, () => 100))
    expect([...labels.subarray(0, 10)]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('synthetic shapes', () => {
  it('depend on seed, index and shape alone', () => {
    expect(drawSyntheticShape(1, 5, 3)).toEqual(drawSyntheticShape(1, 5, 3))
    expect(drawSyntheticShape(1, 5, 3)).not.toEqual(drawSyntheticShape(1, 6, 3))
    expect(drawSyntheticShape(1, 5, 3)).toHaveLength(3 * shapeExtent * shapeExtent)
    expect(shapeClasses).toHaveLength(10)
  })

  it('cannot be told by a linear model', () => {
    const accuracy = fitLinearModel(drawSyntheticShape, 3 * shapeExtent ** 2, 1000, 500, 2)
    expect(accuracy).toBeLessThan(0.3)
  })
})
