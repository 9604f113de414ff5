// Names of texts: the same for the same text, another for each of many alike.
import { expect, it } from 'vitest'
import { hashText } from './hashText'

it('gives 32 digits that depend on the text alone', () => {
  expect(hashText('conv2d')).toMatch(/^[0-9a-f]{32}$/)
  expect(hashText('conv2d')).toBe(hashText(['conv', '2d'].join('')))
})

it('tells 50,000 alike texts apart, and by each of its parts', () => {
  const texts = Array.from({ length: 50_000 }, (_, index) => `{"filters":${index % 512},"kernel":[${index >> 9},3]}`)
  const names = texts.map(hashText)
  expect(new Set(names).size).toBe(texts.length)
  for (const start of [0, 8, 16, 24])
    // Of 50,000 in 2^32 fewer than one pair falls together by chance.
    expect(new Set(names.map((name) => name.slice(start, start + 8))).size).toBeGreaterThan(texts.length - 5)
})

it('sees an order', () => {
  expect(hashText('ab')).not.toBe(hashText('ba'))
  expect(hashText('a\u0000')).not.toBe(hashText('a'))
})
