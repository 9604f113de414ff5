// Every gradient rule against central differences of the forward graph; what PyTorch recorded is in ../reference.
import { describe, expect, it } from 'vitest'
import { differentiableOperators } from '../../src/shared/autodiff/rule'
import { convolutionCases } from './cases/convolutions'
import { elementCases } from './cases/elements'
import { movementCases } from './cases/movement'
import { windowCases } from './cases/windows'
import { checkNumerically } from './checkNumerically'

const cases = [...convolutionCases, ...windowCases, ...elementCases, ...movementCases]

describe('gradients against central differences', () => {
  it('covers every differentiable operator', () => {
    const covered = new Set(cases.map(({ op }) => op))
    expect(differentiableOperators.filter((operator) => !covered.has(operator))).toEqual([])
  })

  it.each(cases)('$title', async (numeric) => {
    await checkNumerically(numeric)
  })

  it.each(cases.filter(({ op }) => op.endsWith('MaxPool')))('$title, without indices', async (numeric) => {
    await checkNumerically(numeric, { maxPoolIndices: false })
  })
})
