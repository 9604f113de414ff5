// Tests of the dataset's option fields.
import { expect, test } from 'vitest'
import { countOptions, parseOptionFields, printOptions } from './optionFields'

const empty = printOptions({})

test('leaves out what is empty', () => {
  expect(parseOptionFields(empty)).toEqual({ options: {} })
})

test('reads back what it prints', () => {
  const options = {
    valFraction: 0.15,
    testFraction: 0.2,
    trainRange: [0, 5000] as const,
    testRange: [10, 20] as const,
    limit: 300,
    seed: 0,
    centre: true,
    shift: 3,
    permute: 7,
  }
  expect(parseOptionFields(printOptions(options))).toEqual({ options })
  expect(countOptions(options)).toBe(9)
})

test('names the rule of every field that breaks it', () => {
  const result = parseOptionFields({
    valPercent: '100',
    testPercent: 'half',
    trainRange: '10:5',
    testRange: '5',
    limit: '0',
    seed: '-1',
    shift: '300',
    permute: 'x',
    centre: '',
    leaveOutCopies: '',
    valDirectory: '',
  })
  expect('errors' in result && Object.keys(result.errors)).toEqual([
    'valPercent',
    'testPercent',
    'trainRange',
    'testRange',
    'limit',
    'seed',
    'shift',
    'permute',
  ])
})

test('refuses validation images from two places', () => {
  expect(parseOptionFields({ ...empty, valDirectory: 'images/val', valPercent: '10' })).toEqual({
    errors: { valPercent: 'Validation images come from a folder already.' },
  })
})
