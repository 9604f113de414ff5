import { describe, expect, it } from 'vitest'
import { compareNaturally } from './naturalOrder'

describe('natural order', () => {
  it('orders numbers by value', () => {
    expect(['img10', 'img2', 'img1'].sort(compareNaturally)).toEqual(['img1', 'img2', 'img10'])
  })

  it('ignores case unless nothing else differs', () => {
    expect(['b', 'A', 'a', 'B'].sort(compareNaturally)).toEqual(['A', 'a', 'B', 'b'])
  })

  it('orders numbers beyond 2^53 and with leading zeros', () => {
    const names = ['99999999999999999999', '100000000000000000000', '007', '8', '7']
    expect(names.sort(compareNaturally)).toEqual(['007', '7', '8', '99999999999999999999', '100000000000000000000'])
  })

  it('puts a prefix first', () => {
    expect(['ab', 'a', ''].sort(compareNaturally)).toEqual(['', 'a', 'ab'])
  })
})
