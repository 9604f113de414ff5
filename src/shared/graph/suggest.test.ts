import { describe, expect, it } from 'vitest'
import { suggestName } from './suggest'

describe('suggestName', () => {
  const known = ['filters', 'kernel', 'stride', 'padding']

  it.each([
    ['kernal', 'kernel'],
    ['fliters', 'filters'],
    ['Stride', 'stride'],
    ['paddings', 'padding'],
  ])('takes %s for %s', (misspelt, meant) => {
    expect(suggestName(misspelt, known)).toBe(meant)
  })

  it('suggests nothing where no name is near', () => {
    expect(suggestName('dilation', known)).toBeUndefined()
    expect(suggestName('x'.repeat(1000), known)).toBeUndefined()
  })
})
