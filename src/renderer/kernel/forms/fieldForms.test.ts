import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findLayer, layerDefinitions } from '../../../shared/layers/index'
import { findAlternative, firstList, readFields, type FieldForm } from './fieldForms'

function formOf(type: string, key: string): FieldForm | undefined {
  return readFields(findLayer(type)!.params).find((field) => field.key === key)?.form
}

describe('readFields', () => {
  it('reads title, unit, help and default of a parameter', () => {
    const stride = readFields(findLayer('conv2d')!.params).find(({ key }) => key === 'stride')
    expect(stride).toEqual({
      key: 'stride',
      title: 'Stride',
      usualMost: 32,
      unit: 'px',
      help: 'Steps of the window down and to the right.',
      isOptional: true,
      fallback: [1, 1],
      form: { kind: 'pair', item: { kind: 'number', isWhole: true, min: 1, max: 65_536 } },
    })
  })

  it('tells a parameter that must be stated from one with a default', () => {
    const optional = readFields(findLayer('conv2d')!.params).map(({ key, isOptional }) => [key, isOptional])
    expect(Object.fromEntries(optional)).toMatchObject({ filters: false, kernel: false, groups: true, bias: true })
  })

  it('reads whole and other numbers with their ranges', () => {
    expect(formOf('conv2d', 'filters')).toEqual({ kind: 'number', isWhole: true, min: 1, max: 1_000_000 })
    expect(formOf('conv2d', 'groups')).toEqual({ kind: 'number', isWhole: true, min: 1, max: undefined })
    expect(formOf('dropout', 'rate')).toEqual({ kind: 'number', isWhole: false, min: 0, max: 1 })
  })

  it('reads padding as three words or four sides', () => {
    const form = formOf('conv2d', 'padding')
    expect(form?.kind === 'alternatives' && form.alternatives.map(({ label }) => label)).toEqual([
      'valid',
      'same-upper',
      'same-lower',
      'four sides',
    ])
  })

  it('reads shapes as an image or a vector, with open extents', () => {
    const input = formOf('input', 'shape')
    expect(input?.kind === 'alternatives' && input.alternatives.map(({ label }) => label)).toEqual(['image', 'vector'])
    const reshape = formOf('reshape', 'shape')
    const list = reshape?.kind === 'alternatives' ? reshape.alternatives[0]?.list : undefined
    expect(list?.items[0]).toMatchObject({ isWhole: true, min: -1 })
    expect(list && firstList(list)).toEqual([1, 1, 1])
  })

  it('reads enums, switches and lists', () => {
    expect(formOf('upsample2d', 'mode')).toMatchObject({ kind: 'alternatives' })
    expect(formOf('conv2d', 'bias')).toEqual({ kind: 'boolean' })
    expect(formOf('zeroPad2d', 'padding')).toMatchObject({ kind: 'list', items: [{}, {}, {}, {}] })
  })

  it('gives every parameter of every layer a control of its own, only those of raw ONNX operators as JSON', () => {
    const own = layerDefinitions.filter(({ type }) => !type.startsWith('onnxOperator'))
    const raw = own.flatMap(({ type, params }) =>
      readFields(params).flatMap(({ key, form, title }) =>
        form.kind === 'json' || title === key.toLowerCase() ? [`${type}.${key}`] : [],
      ),
    )
    expect(raw.filter((name) => name !== 'localResponseNorm.k')).toEqual([])
  })

  it('falls back to JSON for a form that it does not know', () => {
    expect(readFields(z.object({ map: z.record(z.string(), z.number()) }))[0]?.form).toEqual({ kind: 'json' })
  })
})

describe('findAlternative', () => {
  it('finds the form that a value has', () => {
    const form = formOf('conv2d', 'padding')
    const alternatives = form?.kind === 'alternatives' ? form.alternatives : []
    expect(findAlternative(alternatives, 'same-lower')?.label).toBe('same-lower')
    expect(findAlternative(alternatives, [1, 1, 0, 0])?.label).toBe('four sides')
    expect(findAlternative(alternatives, 'wide')).toBeUndefined()
  })
})
