// Which values are questioned: numbers and lists outside of what is usual; zero and what is no number never.
import { describe, expect, it } from 'vitest'
import { findUnusual } from './UnusualValue'

describe('findUnusual', () => {
  it.each([
    [1_000_000, { most: 32_768 }, 1_000_000],
    [32_768, { most: 32_768 }, undefined],
    [[3, 99], { most: 31 }, 99],
    [[3, 5], { most: 31 }, undefined],
    [1e-12, { least: 1e-7, most: 10 }, 1e-12],
    [0, { least: 1e-7 }, undefined],
    ['same-upper', { most: 31 }, undefined],
    [undefined, { most: 31 }, undefined],
  ] as const)('%j within %j gives %j', (value, usual, expected) => {
    expect(findUnusual(value, usual)).toBe(expected)
  })
})
