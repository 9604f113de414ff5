import { describe, expect, it } from 'vitest'
import { extendReceptiveField, inputReceptiveField, mergeReceptiveFields, type ReceptiveField } from './receptiveField'

function apply(...windows: readonly { kernel: number; stride: number; pad?: number; dilation?: number }[]) {
  let field: ReceptiveField | null = inputReceptiveField
  for (const { kernel, stride, pad = 0, dilation = 1 } of windows) {
    field =
      field &&
      extendReceptiveField(field, {
        kernel: [kernel, kernel],
        stride: [stride, stride],
        dilation: [dilation, dilation],
        padBegin: [pad, pad],
      })
  }
  return field
}

describe('receptive fields', () => {
  const conv3 = { kernel: 3, stride: 1 }

  it('are 5x5 behind two and 7x7 behind three 3x3 windows', () => {
    expect(apply(conv3, conv3)?.size).toEqual([5, 5])
    expect(apply(conv3, conv3, conv3)?.size).toEqual([7, 7])
  })

  it('multiply the jump by each stride and grow by it afterwards', () => {
    // 11 stride 4, then 3 stride 2: 11 + 2*4 = 19, jump 8; centre 5.5 + 1*4
    expect(apply({ kernel: 11, stride: 4 }, { kernel: 3, stride: 2 })).toEqual({
      size: [19, 19],
      jump: [8, 8],
      start: [9.5, 9.5],
    })
  })

  it('stay centred on the first pixel under same padding, and grow by dilation', () => {
    expect(apply({ kernel: 3, stride: 1, pad: 1 })?.start).toEqual([0.5, 0.5])
    expect(apply({ kernel: 3, stride: 1, dilation: 2 })?.size).toEqual([5, 5])
  })

  it('end where positions end', () => {
    expect(extendReceptiveField(inputReceptiveField, 'none')).toBeNull()
    expect(extendReceptiveField(inputReceptiveField, 'global')).toBeNull()
    expect(extendReceptiveField(inputReceptiveField, undefined)).toEqual(inputReceptiveField)
  })

  it('merge to the largest, and to none where a branch has none', () => {
    const wide = apply({ kernel: 5, stride: 1, pad: 2 })
    expect(mergeReceptiveFields([inputReceptiveField, wide])).toEqual(wide)
    expect(mergeReceptiveFields([wide, null])).toBeNull()
  })
})
