import { expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import { findLookalikes, makePrint } from './lookalikes'

function noise(seed: number): Uint8Array {
  const stream = new RandomStream(seed, 'print')
  return Uint8Array.from({ length: 256 }, () => stream.below(256))
}

it('finds prints that differ by noise, wherever their values fall, and no others', () => {
  const prints = Array.from({ length: 200 }, (_, seed) => noise(seed))
  const stream = new RandomStream(1, 'noise')
  const near = prints
    .slice(0, 50)
    .map((print) => print.map((value) => Math.max(0, Math.min(255, value + stream.below(4) - 1))))
  const pairs = findLookalikes([...prints, ...near], () => true)
  expect(pairs).toEqual(Array.from({ length: 50 }, (_, index) => [index, 200 + index]))
  expect(findLookalikes([...prints, ...near], () => false)).toEqual([])
})

it('compares no prints that show nothing, and not thin strokes on a plain ground', () => {
  const plain = new Uint8Array(256).fill(120)
  expect(findLookalikes([plain, plain.with(3, 124)], () => true)).toEqual([])
  const stroke = (column: number): Uint8Array =>
    new Uint8Array(256).map((_, at) => (at % 16 === column && at > 64 && at < 80 ? 255 : 0))
  expect(findLookalikes([stroke(3), stroke(4)], () => true)).toEqual([])
})

it('makes prints of images of any size and channels', () => {
  const stripes = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (Math.floor(at / 3) % 2 === 0 ? 0 : 200))
  expect([...new Set(makePrint(stripes, { width: 32, height: 32, channels: 3 }))]).toEqual([100])
  const clear = Uint8Array.from([10, 255, 90, 0])
  const print = makePrint(clear, { width: 2, height: 1, channels: 2 })
  expect([print[0], print[7], print[8], print[255]]).toEqual([10, 10, 90, 90])
  expect(makePrint(Uint8Array.of(10, 20, 30), { width: 1, height: 1, channels: 3 })[0]).toBe(20)
})
