// Losses and rates as people read them.
import { describe, expect, it } from 'vitest'
import { baseName, datasetLabel, printLoss, printRate } from './printTraining'

describe('numbers', () => {
  it('prints losses with the digits that matter', () => {
    expect(printLoss(0.123456)).toBe('0.1235')
    expect(printLoss(0.0000123)).toBe('1.23e-5')
    expect(printLoss(2345.678)).toBe('2345.7')
    expect(printLoss(Number.NaN)).toBe('NaN')
  })

  it('prints learning rates without trailing zeros', () => {
    expect([0.1, 0.001, 0.00001, 0].map(printRate)).toEqual(['0.1', '0.001', '1e-5', '0'])
  })

  it('names datasets by what a person chose', () => {
    expect(datasetLabel('builtin:digits')).toBe('builtin:digits')
    expect(datasetLabel('folder:/home/me/cats')).toBe('cats')
    expect(baseName('C:\\data\\dogs\\')).toBe('dogs')
  })
})
