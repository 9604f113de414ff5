import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { findHints, type HintFacts } from './findHints'

type Step = readonly [type: string, params?: Readonly<Record<string, unknown>>]

/** A chain after an input; layers are named by type and place. */
function chain(shape: readonly number[], ...steps: readonly Step[]): NetworkDocument {
  const builder = new DocumentBuilder('chain')
  builder.add('input', 'input', { shape })
  let before = 'input'
  steps.forEach(([type, params = {}], index) => {
    builder.add(`${type}${index + 1}`, type, params, before)
    before = `${type}${index + 1}`
  })
  return builder.build()
}

const conv = (filters: number, kernel = 3, stride = 1): Step => [
  'conv2d',
  { filters, kernel: [kernel, kernel], stride: [stride, stride], padding: 'same-upper' },
]
const codesOf = (document: NetworkDocument, facts?: HintFacts) =>
  findHints(document, facts).map(({ code, nodeId }) => `${code} ${nodeId ?? ''}`)

describe('findHints', () => {
  it('says nothing of a usual network', () => {
    const usual = chain(
      [3, 32, 32],
      conv(16),
      ['batchNorm'],
      ['relu'],
      conv(32, 3, 2),
      ['relu'],
      ['globalAveragePool'],
      ['dense', { units: 10 }],
    )
    expect(codesOf(usual, { sizes: [{ width: 32, height: 32, count: 9 }] })).toEqual([])
  })

  it('sees two convolutions, or dense layers, without an activation between them', () => {
    expect(
      codesOf(
        chain(
          [3, 8, 8],
          conv(8),
          ['batchNorm'],
          conv(8),
          ['relu'],
          ['flatten'],
          ['dense', { units: 8 }],
          ['dropout'],
          ['dense', { units: 4 }],
        ),
      ),
    ).toEqual(['noActivation conv2d3', 'noActivation dense8'])
    // Max pooling is no linear layer, and a 1x1 convolution without one is how bottlenecks are built.
    const others = [conv(8), ['maxPool2d'], conv(8), conv(16, 1), conv(16, 1), ['relu'], ['globalAveragePool']] as const
    expect(codesOf(chain([3, 8, 8], ...others, ['dense', { units: 4 }]))).toEqual([])
  })

  it('sees a window that is larger than the image', () => {
    const [hint] = findHints(chain([3, 4, 4], conv(8, 7)))
    expect(hint).toMatchObject({ code: 'largeWindow', nodeId: 'conv2d1' })
    expect(hint?.text).toContain('7x7 is larger than its input of 4x4')
  })

  it('sees a stride that leaves pixels unseen, and lets a shortcut’s 1x1 with stride 2 be', () => {
    expect(codesOf(chain([3, 16, 16], conv(8, 3, 4)))).toEqual(['skippedPixels conv2d1'])
    expect(codesOf(chain([3, 16, 16], conv(8, 1, 2)))).toEqual([])
    expect(codesOf(chain([3, 16, 16], conv(8, 1, 3)))).toEqual(['skippedPixels conv2d1'])
  })

  it('sees a passage that is narrower than the number of classes', () => {
    const narrow = chain([1, 4, 4], ['flatten'], ['dense', { units: 4 }], ['relu'], ['dense', { units: 10 }])
    expect(codesOf(narrow)).toEqual(['narrow dense2'])
    expect(findHints(narrow)[0]?.text).toContain('4 numbers of Dense "dense2", and 10 classes')
    // A way around it: squeeze and excitation.
    const builder = new DocumentBuilder('around')
    builder.add('input', 'input', { shape: [1, 4, 4] })
    builder.add('flat', 'flatten', {}, 'input')
    builder.add('wide', 'dense', { units: 20 }, 'flat')
    builder.add('act', 'relu', {}, 'wide')
    builder.add('small', 'dense', { units: 2 }, 'act')
    builder.add('smallAct', 'relu', {}, 'small')
    builder.add('back', 'dense', { units: 20 }, 'smallAct')
    builder.add('sum', 'add', {}, 'act', 'back')
    builder.add('out', 'dense', { units: 10 }, 'sum')
    expect(codesOf(builder.build()).filter((code) => code.startsWith('narrow'))).toEqual([])
  })

  it('sees a softmax of a softmax', () => {
    expect(codesOf(chain([1, 2, 2], ['flatten'], ['dense', { units: 4 }], ['softmax'], ['softmax']))).toEqual([
      'softmaxTwice softmax4',
    ])
  })

  it('sees a first dense layer that holds most parameters, with what pooling would leave', () => {
    // 64*32*32 * 128 + 128 = 8,388,736; pooled: 64 * 128 + 128 = 8,320.
    const [hint] = findHints(
      chain(
        [3, 32, 32],
        conv(64),
        ['relu'],
        ['flatten'],
        ['dense', { units: 128 }],
        ['relu'],
        ['dense', { units: 10 }],
      ),
    )
    expect(hint).toMatchObject({ code: 'largeDense', nodeId: 'dense4' })
    expect(hint?.text).toContain('8,388,736')
    expect(hint?.text).toContain('would leave it 8,320')
  })

  it('compares the input with the size that most images have', () => {
    const network = chain([3, 224, 224], conv(8), ['relu'], ['globalAveragePool'], ['dense', { units: 2 }])
    const sizes = (side: number) => ({
      sizes: [
        { width: 9, height: 9, count: 1 },
        { width: side, height: side, count: 5 },
      ],
    })
    expect(codesOf(network, sizes(32))).toEqual(['inputSize input'])
    expect(findHints(network, sizes(32))[0]?.text).toContain('enlarged 7 times, which costs 49 times')
    expect(codesOf(network, sizes(200))).toEqual([])
    expect(codesOf(network, sizes(3000))).toEqual(['inputSize input'])
  })

  it('says nothing of a network that is not sound', () => {
    expect(codesOf({ ...chain([3, 8, 8]), nodes: [] })).toEqual([])
  })
})
