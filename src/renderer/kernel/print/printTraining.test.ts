// Times, losses and shares as people read them.
import { describe, expect, it } from 'vitest'
import { baseName, datasetLabel, printBytes, printDuration, printLoss, printRate, printTimeLeft } from './printTraining'

describe('printDuration', () => {
  it.each([
    [0, '0 s'],
    [0.0051, '5.1 ms'],
    [0.42, '0.4 s'],
    [42, '42 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [7800, '2 h 10 min'],
    [273_600, '3 d 4 h'],
  ])('prints %d seconds as %s', (seconds, text) => {
    expect(printDuration(seconds)).toBe(text)
  })

  it('carries what is rounded up', () => {
    expect(printDuration(3599.6)).toBe('1 h')
    expect(printDuration(86_399)).toBe('1 d')
  })
})

describe('printTimeLeft', () => {
  it.each([
    [null, 'estimating time left'],
    [0.3, 'almost done'],
    [3.2, '4 s left'],
    [32, '35 s left'],
    [124, '2 min left'],
    [3725, 'about 1 h 2 min left'],
  ])('prints %s as %s', (seconds, text) => {
    expect(printTimeLeft(seconds)).toBe(text)
  })
})

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

  it('prints sizes by powers of 1,024', () => {
    expect([512, 1536, 3 * 1024 ** 3].map(printBytes)).toEqual(['512 bytes', '1.5 KB', '3.0 GB'])
  })

  it('names datasets by what a person chose', () => {
    expect(datasetLabel('builtin:digits')).toBe('builtin:digits')
    expect(datasetLabel('folder:/home/me/cats')).toBe('cats')
    expect(baseName('C:\\data\\dogs\\')).toBe('dogs')
  })
})
