// What option values are accepted and refused.
import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { belowOne, notNegative, imageRange, imageShape, positive, scaling, wholeFrom } from './usage'

describe('option values', () => {
  it('takes whole numbers in their range only', () => {
    expect(wholeFrom(1)('12')).toBe(12)
    for (const text of ['0', '-1', '1.5', '1e3', '', 'ten', '0x10', '99999999999999999999'])
      expect(() => wholeFrom(1)(text), text).toThrow(InvalidArgumentError)
    expect(() => wholeFrom(0, 10)('11')).toThrow('at most 10')
  })

  it('takes decimal numbers in any spelling that people use', () => {
    expect(['0.1', '.5', '1e-3', '2.', '+3', '1E2'].map(positive)).toEqual([0.1, 0.5, 0.001, 2, 3, 100])
    for (const text of ['0', '-0.1', 'NaN', 'Infinity', '1e999', '', '0,1', '1 2'])
      expect(() => positive(text), text).toThrow(InvalidArgumentError)
    expect(notNegative('0')).toBe(0)
    expect(belowOne('0.9')).toBe(0.9)
    expect(() => belowOne('1')).toThrow(InvalidArgumentError)
  })

  it('takes image sizes and ranges in order', () => {
    expect(imageShape('3x32x48')).toEqual([3, 32, 48])
    expect(imageRange('8000:10000')).toEqual([8000, 10000])
    for (const text of ['32x32', '0x32x32', '3x32x32x1', '3*32*32']) expect(() => imageShape(text), text).toThrow()
    for (const text of ['5:5', '6:5', '5', ':5', '-1:5']) expect(() => imageRange(text), text).toThrow()
  })

  it('takes scalings by name and by numbers', () => {
    expect(scaling('imagenet')).toEqual({ mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] })
    expect(scaling('0.5,0.4,0.3:0.2,0.2,0.1')).toEqual({ mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.2, 0.1] })
    for (const text of ['imagnet', '0.5', '0.5:0', '0.5:-1', '0.5,:1,1', '1:2:3', '0.5,0.5:1', 'toString'])
      expect(() => scaling(text), text).toThrow(InvalidArgumentError)
  })
})
