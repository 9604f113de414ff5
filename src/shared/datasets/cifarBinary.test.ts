import { describe, expect, it } from 'vitest'
import { cifarRecordBytes, parseCifarBinary } from './cifarBinary'
import { cifar100Classes, cifar10Classes } from './classNames'

describe('CIFAR binary files', () => {
  it('have records of 3073 and 3074 bytes', () => {
    expect(cifarRecordBytes('cifar10')).toBe(3073)
    expect(cifarRecordBytes('cifar100')).toBe(3074)
  })

  it('give label and three planes per record', () => {
    const bytes = new Uint8Array(2 * 3073)
    bytes[0] = 4
    bytes[1] = 11
    bytes[1 + 1024] = 22
    bytes[3073] = 9
    bytes[2 * 3073 - 1] = 33
    const { count, labels, pixels } = parseCifarBinary(bytes, 'b', 'cifar10')
    expect(count).toBe(2)
    expect([...labels]).toEqual([4, 9])
    expect([pixels[0], pixels[1024], pixels[2 * 3072 - 1]]).toEqual([11, 22, 33])
  })

  it('take the fine class of CIFAR-100', () => {
    const bytes = new Uint8Array(3074)
    bytes[0] = 3
    bytes[1] = 99
    expect([...parseCifarBinary(bytes, 'b', 'cifar100').labels]).toEqual([99])
  })

  it('are refused when cut off, with the numbers', () => {
    expect(() => parseCifarBinary(new Uint8Array(4000), 'b', 'cifar10')).toThrow(
      'CIFAR-10 file "b": holds 4000 bytes, 1 records of 3073 and 927 bytes more.',
    )
    expect(() => parseCifarBinary(new Uint8Array(0), 'b', 'cifar10')).toThrow('holds 0 bytes')
  })

  it('are refused with a class out of range', () => {
    const bytes = new Uint8Array(3073).fill(10)
    expect(() => parseCifarBinary(bytes, 'b', 'cifar10')).toThrow('record 0 has class 10, the classes are 0 ... 9')
  })

  it('have 10 and 100 different class names', () => {
    expect(new Set(cifar10Classes).size).toBe(10)
    expect(new Set(cifar100Classes).size).toBe(100)
    expect(cifar100Classes[99]).toBe('worm')
  })
})
