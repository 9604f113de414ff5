import { describe, expect, it } from 'vitest'
import type { NetworkNode, NodeId } from '../../../../shared/graph/document'
import { findLayer } from '../../../../shared/layers/index'
import { readFields } from '../../../kernel/forms/fieldForms'
import { buildFreezeEdit, buildParamEdit, checkParam, findCommonFields, mixed, readValue } from './paramEdits'

function node(id: string, type: string, params: NetworkNode['params'] = {}): NetworkNode {
  return { id: id as NodeId, type, params }
}

const conv = node('conv1', 'conv2d', { filters: 8, kernel: 3 })

function specOf(type: string, key: string) {
  return readFields(findLayer(type)!.params).find((field) => field.key === key)!
}

describe('findCommonFields', () => {
  it('gives all parameters of one type and the shared ones of several', () => {
    const pool = node('pool', 'maxPool2d')
    expect(findCommonFields([conv, node('conv2', 'conv2d')])).toHaveLength(8)
    expect(findCommonFields([conv, pool]).map(({ key }) => key)).toEqual(['kernel', 'stride', 'padding'])
    expect(findCommonFields([conv, node('relu', 'relu')])).toEqual([])
    expect(findCommonFields([conv, node('what', 'what')])).toEqual([])
  })
})

describe('readValue', () => {
  it('shows the default of a parameter that is left out', () => {
    expect(readValue([conv], specOf('conv2d', 'stride'))).toEqual([1, 1])
  })

  it('takes 3 and 3x3 for the same window and tells other values apart', () => {
    const other = node('conv2', 'conv2d', { filters: 9, kernel: [3, 3] })
    expect(readValue([conv, other], specOf('conv2d', 'kernel'))).toBe(3)
    expect(readValue([conv, other], specOf('conv2d', 'filters'))).toBe(mixed)
  })
})

describe('buildParamEdit', () => {
  it('keeps the place of a parameter and takes it away for undefined', () => {
    expect(buildParamEdit([conv], 'filters', 16)).toEqual({
      type: 'setParams',
      id: 'conv1',
      params: { filters: 16, kernel: 3 },
    })
    const changed = buildParamEdit([conv], 'filters', 16)
    expect(changed.type === 'setParams' && Object.keys(changed.params)).toEqual(['filters', 'kernel'])
    expect(buildParamEdit([conv], 'kernel', undefined)).toMatchObject({ params: { filters: 8 } })
  })

  it('changes several layers as one edit', () => {
    const edit = buildParamEdit([conv, node('conv2', 'conv2d')], 'bias', false)
    expect(edit.type === 'batch' && edit.edits).toHaveLength(2)
  })
})

describe('buildFreezeEdit', () => {
  it('leaves no trace of a layer that is free again', () => {
    expect(buildFreezeEdit([conv], false)).toEqual({
      type: 'batch',
      edits: [{ type: 'setFrozen', id: 'conv1', frozen: undefined }],
    })
  })
})

describe('checkParam', () => {
  it("gives the layer's own error about one parameter", () => {
    expect(checkParam(conv, 'filters', 0)).toBe('Parameter "filters" must be at least 1, is 0.')
    expect(checkParam(conv, 'filters', undefined)).toBe('Parameter "filters" must be a number and is missing.')
    expect(checkParam(conv, 'filters', 12)).toBeUndefined()
    expect(checkParam({ ...conv, params: { filters: 0, kernel: 3 } }, 'kernel', 3)).toBeUndefined()
    expect(checkParam(conv, 'stride', [1, 0])).toContain('stride[1]')
  })
})
