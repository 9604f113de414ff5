// Tests of looks and groups: images that were changed a little stay together, others apart.
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../training/randomStream'
import { ImageResizer } from '../resize'
import { coefficientCount, countBits, hashSide, lookAtImage } from './perceptualHash'
import { groupSimilar, type ImageLooks } from './similarImages'

const pixels = hashSide * hashSide

/** A soft scene of a few waves of its own, [32, 32]. */
function scene(seed: number): Uint8Array {
  const random = new RandomStream(seed, 'scene')
  const waves = Array.from({ length: 8 }, () => ({
    across: random.between(-0.5, 0.5),
    down: random.between(-0.5, 0.5),
    phase: random.between(0, 6),
    height: random.between(5, 25),
  }))
  return Uint8Array.from({ length: pixels }, (_, at) => {
    const [x, y] = [at % hashSide, Math.floor(at / hashSide)]
    const sum = waves.reduce(
      (total, wave) => total + wave.height * Math.sin(wave.across * x + wave.down * y + wave.phase),
      128,
    )
    return Math.max(0, Math.min(255, Math.round(sum)))
  })
}

const change = (image: Uint8Array, valueAt: (value: number, at: number) => number): Uint8Array =>
  image.map((value, at) => Math.max(0, Math.min(255, Math.round(valueAt(value, at)))))

/** There and back through a smaller or larger size. */
function resized(image: Uint8Array, side: number): Uint8Array {
  const own = { channels: 1, height: hashSide, width: hashSide } as const
  const other = { channels: 1, height: side, width: side } as const
  const there = new ImageResizer(own, { ...other, resize: 'stretch' }).resize(image)
  return new ImageResizer(other, { ...own, resize: 'stretch' }).resize(there)
}

interface TestImage {
  readonly grey: Uint8Array
  readonly digest?: string
  readonly tint?: readonly [number, number]
}

function looksOf(images: readonly TestImage[]): ImageLooks {
  const looks = {
    digests: images.map(({ digest }, row) => digest ?? `own ${row}`),
    coefficients: new Float32Array(images.length * coefficientCount),
    hashes: new Uint32Array(2 * images.length),
    tints: new Float32Array(2 * images.length),
  }
  for (const [row, { grey, tint = [0, 0] }] of images.entries()) {
    const { coefficients, hash } = lookAtImage(grey)
    looks.coefficients.set(coefficients, row * coefficientCount)
    looks.hashes.set(hash, 2 * row)
    looks.tints.set(tint, 2 * row)
  }
  return looks
}

const rowsOf = (images: readonly TestImage[]): readonly (readonly number[])[] =>
  groupSimilar(looksOf(images)).map(({ rows }) => rows)

describe('the look of an image', () => {
  it('has 31 of 63 bits set, and coefficients of length 1', () => {
    const { coefficients, hash } = lookAtImage(scene(1))
    expect(countBits(hash[0]) + countBits(hash[1])).toBe(31)
    expect(coefficients.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
  })

  it('is empty where there is nothing to see', () => {
    const { coefficients, hash } = lookAtImage(new Uint8Array(pixels).fill(200))
    expect(hash).toEqual([0, 0])
    expect(coefficients.every((value) => value === 0)).toBe(true)
  })

  it('counts bits', () => {
    expect([0, 1, 0b1011, 0x80000000, 0xffffffff].map(countBits)).toEqual([0, 1, 3, 1, 32])
  })
})

describe('groups', () => {
  const others = Array.from({ length: 40 }, (_, seed) => ({ grey: scene(100 + seed) }))
  const noise = new RandomStream(5, 'noise')
  const changes: readonly (readonly [string, (image: Uint8Array) => Uint8Array])[] = [
    ['made lighter', (image) => change(image, (value) => 1.1 * value + 8)],
    ['made darker', (image) => change(image, (value) => 0.8 * value)],
    ['stored with noise', (image) => change(image, (value) => value + noise.between(-12, 12))],
    ['made smaller', (image) => resized(image, 20)],
    ['made larger', (image) => resized(image, 75)],
  ]

  it.each(changes)('find an image that was %s', (_, changed) => {
    for (let seed = 0; seed < 10; seed++) {
      const grey = scene(seed)
      expect(rowsOf([...others, { grey }, { grey: changed(grey) }])).toEqual([[40, 41]])
    }
  })

  it('are none among different images, nor among mirrored ones', () => {
    const mirrored = scene(1).map((_, at, image) => image[at - (at % hashSide) + hashSide - 1 - (at % hashSide)] ?? 0)
    expect(rowsOf([...others, { grey: scene(1) }, { grey: mirrored }])).toEqual([])
  })

  it('hold exact copies also of plain images, which are compared by content alone', () => {
    const plain = new Uint8Array(pixels).fill(9)
    const groups = groupSimilar(
      looksOf([{ grey: plain, digest: 'a' }, { grey: plain, digest: 'a' }, { grey: plain, digest: 'b' }, ...others]),
    )
    expect(groups).toEqual([{ rows: [0, 1], isExact: true, likeness: 1 }])
  })

  it('join copies of copies, and say by how much the farthest differs', () => {
    const grey = scene(3)
    const [group] = groupSimilar(
      looksOf([{ grey, digest: 'x' }, ...others, { grey, digest: 'x' }, { grey: resized(grey, 20) }]),
    )
    expect(group?.rows).toEqual([0, 41, 42])
    expect(group?.isExact).toBe(false)
    expect(group?.likeness).toBeGreaterThan(0.96)
    expect(group?.likeness).toBeLessThan(1)
  })

  it('keep apart what differs in colour alone', () => {
    const grey = scene(4)
    expect(rowsOf([...others, { grey, tint: [60, 0] }, { grey, tint: [0, 60] }])).toEqual([])
  })

  it('are none where every image is near the next, as strokes of one digit are', () => {
    // Vertical strokes at 60 angles, each a little farther than the one before.
    const strokes = Array.from({ length: 60 }, (_, step) => ({
      grey: Uint8Array.from({ length: pixels }, (_, at) => {
        const [x, y] = [at % hashSide, Math.floor(at / hashSide)]
        const centre = 15.5 + ((y - 15.5) * (step - 30)) / 24
        return Math.max(0, Math.round(255 - 60 * Math.abs(x - centre)))
      }),
    }))
    expect(rowsOf(strokes)).toEqual([])
    expect(
      rowsOf([...strokes, { grey: change(strokes[30]?.grey ?? new Uint8Array(pixels), (v) => 0.97 * v) }]),
    ).toEqual([[30, 60]])
  })
})
