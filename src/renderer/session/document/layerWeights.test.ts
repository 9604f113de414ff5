// Which layers of an edited document start anew, from the shapes of its weights file.
import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../../shared/lectures/architectures/index'
import { inferDocument } from '../../../shared/network/inferDocument'
import { listWeights } from '../../../shared/network/weights'
import { applyEdit } from '../../../shared/graph/edits'
import { compareWeights, describeAnew } from './layerWeights'

const document = { ...findArchitecture('lenet5')!.build({ classes: 10 }), weights: 'lenet5.safetensors' } // it is listed
const shapes = new Map(
  listWeights(inferDocument(document)).map(({ path, shape }) => [path, { dims: shape, data: new Float32Array(0) }]),
)

describe('the weights of an edited document', () => {
  it('are all kept before an edit', () => {
    expect(compareWeights(document, shapes)).toEqual({ layers: 5, anew: [], unused: [] })
  })

  it('start anew where a shape has changed, and what follows', () => {
    const conv = document.nodes.find(({ type }) => type === 'conv2d')
    const edited = applyEdit(document, { type: 'setParams', id: conv!.id, params: { ...conv!.params, filters: 7 } })
    const { layers, anew, unused } = compareWeights(edited, shapes)
    expect(layers).toBe(5)
    // The first convolution and the one that reads its maps.
    expect(anew).toHaveLength(2)
    // Kernel and bias of the first, and the kernel of the second, whose bias still fits.
    expect(unused).toHaveLength(3)
  })

  it('are told in words', () => {
    expect(describeAnew(['fc'])).toBe('fc starts anew')
    expect(describeAnew(['conv1', 'fc'])).toBe('conv1 and fc start anew')
    expect(describeAnew(['a', 'b', 'c', 'd'])).toBe('4 layers start anew')
  })
})
