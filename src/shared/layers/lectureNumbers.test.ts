// The arithmetic of the lectures that concerns layers, with the numbers that they print.
import { describe, expect, it } from 'vitest'
import { NetloomError } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import { extendReceptiveField, inputReceptiveField, type ReceptiveField } from '../shapes/receptiveField'
import { countParameters } from './define'
import { findLayer } from './index'
import { printStatement, type ArithmeticLine } from '../shapes/arithmeticLine'
import { keyboardSigns } from '../shapes/expression'

function layer(type: string, params: Record<string, unknown>, ...inputs: readonly Shape[]) {
  const definition = findLayer(type)
  if (!definition) throw new Error(`no layer ${type}`)
  const inputNames = inputs.map((_, index) => (inputs.length === 1 ? 'conv4' : `branch${index}`))
  const context = { nodeId: 'pool1', params: definition.params.strict().parse(params), inputs, inputNames }
  const { outputs, warnings = [] } = definition.infer(context)
  const inferred = { ...context, outputs }
  const weights = definition.weights?.(context) ?? []
  return {
    output: outputs[0],
    warnings: warnings.map(({ message }) => message),
    parameters: countParameters(weights),
    kernelWeights: countElements(weights.find(({ name }) => name === 'weight')?.shape ?? [0]),
    macs: definition.macs?.(inferred) ?? 0,
    lines: definition.explain(inferred).map(printLine),
    widen: (field: ReceptiveField) => extendReceptiveField(field, definition.receptiveWindow?.(context)),
  }
}

/** `title: numbers = result`. */
function printLine({ title, states }: ArithmeticLine): string {
  const { numbers, result } = printStatement(states, keyboardSigns)
  return `${title}: ${numbers === undefined ? '' : `${numbers} = `}${result}`
}

function refusal(run: () => unknown): NetloomError {
  try {
    run()
  } catch (error) {
    if (error instanceof NetloomError) return error
  }
  throw new Error('it was not refused')
}

describe('output sizes', () => {
  it.each([
    { stride: 1, extent: 5 },
    { stride: 2, extent: 3 },
  ])('7x7 with 3x3 at stride $stride gives $extent without a warning', ({ stride, extent }) => {
    const { output, warnings } = layer('conv2d', { filters: 1, kernel: 3, stride }, [1, 7, 7])
    expect(output).toEqual([1, extent, extent])
    expect(warnings).toEqual([])
  })

  it('7x7 with 3x3 at stride 3 warns with the arithmetic and runs as 2x2', () => {
    const { output, warnings } = layer('conv2d', { filters: 1, kernel: 3, stride: 3 }, [1, 7, 7])
    expect(output).toEqual([1, 2, 2])
    expect(warnings).toEqual([
      'Conv2D "pool1": (7 - 3)/3 + 1 = 2.33: the last row is dropped.',
      'Conv2D "pool1": (7 - 3)/3 + 1 = 2.33: the last column is dropped.',
    ])
  })

  it.each([
    { kernel: 3, pad: 1 },
    { kernel: 5, pad: 2 },
    { kernel: 7, pad: 3 },
  ])('$kernel x $kernel with padding $pad keeps 7x7, as padding same does', ({ kernel, pad }) => {
    for (const padding of ['same-upper', 'same-lower', [pad, pad, pad, pad]]) {
      expect(layer('conv2d', { filters: 1, kernel, padding }, [1, 7, 7]).output).toEqual([1, 7, 7])
    }
  })
})

describe('parameters and multiplications', () => {
  it('counts 760 for ten 5x5 filters on 32x32x3, 76 per filter', () => {
    const { output, parameters, lines } = layer(
      'conv2d',
      { filters: 10, kernel: 5, padding: [2, 2, 2, 2] },
      [3, 32, 32],
    )
    expect(output).toEqual([10, 32, 32])
    expect(parameters).toBe(760)
    expect(lines).toEqual([
      'Height and width: ⌊(32 - 5 + 2*2)/1⌋ + 1 = 32',
      'Channels: 10',
      'Parameters: (5*5*3 + 1)*10 = 760',
      'Multiplications: 10*5*5*3*32*32 = 768,000',
    ])
  })

  it('counts 460 for ten 3x3 filters on 33x33x5', () => {
    const { output, parameters } = layer('conv2d', { filters: 10, kernel: 3, stride: 2 }, [5, 33, 33])
    expect(output).toEqual([10, 16, 16])
    expect(parameters).toBe(460)
  })

  it('counts 1,792 and 64*3*3*3*222*222 for 64 3x3 filters on 224x224x3', () => {
    const { output, parameters, macs, lines } = layer('conv2d', { filters: 64, kernel: 3 }, [3, 224, 224])
    expect(output).toEqual([64, 222, 222])
    expect(parameters).toBe(1792)
    expect(macs).toBe(64 * 3 * 3 * 3 * 222 * 222)
    expect(lines).toContain('Parameters: (3*3*3 + 1)*64 = 1,792')
    expect(lines).toContain('Multiplications: 64*3*3*3*222*222 = 85,162,752')
  })

  it('counts 34,848 weights and 96 biases for the first layer of AlexNet, and none for its pooling', () => {
    const conv = layer('conv2d', { filters: 96, kernel: 11, stride: 4 }, [3, 227, 227])
    expect(conv.output).toEqual([96, 55, 55])
    expect(conv.kernelWeights).toBe(34_848)
    expect(conv.parameters).toBe(34_848 + 96)
    const pool = layer('maxPool2d', { kernel: 3, stride: 2 }, [96, 55, 55])
    expect(pool.output).toEqual([96, 27, 27])
    expect(pool.parameters).toBe(0)
  })

  it('counts 27C^2 weights for three 3x3 convolutions against 49C^2 for one 7x7', () => {
    const c = 8
    const weights = (kernel: number) => layer('conv2d', { filters: c, kernel, bias: false }, [c, 16, 16]).parameters
    expect(3 * weights(3)).toBe(27 * c * c)
    expect(weights(7)).toBe(49 * c * c)
  })

  it('counts 3.6 billion parameters for 100 hidden units on a 12-megapixel colour image', () => {
    const { output: flat } = layer('flatten', {}, [3, 3000, 4000])
    expect(flat).toEqual([36_000_000])
    expect(layer('dense', { units: 100 }, flat ?? []).parameters).toBe(3_600_000_100)
  })
})

describe('receptive fields', () => {
  it('are 5x5 behind two and 7x7 behind three 3x3 convolutions', () => {
    const conv = layer('conv2d', { filters: 4, kernel: 3 }, [4, 16, 16])
    const twice = conv.widen(conv.widen(inputReceptiveField) ?? inputReceptiveField)
    expect(twice?.size).toEqual([5, 5])
    expect(twice && conv.widen(twice)?.size).toEqual([7, 7])
  })
})

describe('inception modules on 28x28x256', () => {
  const image: Shape = [256, 28, 28]
  const conv = (filters: number, kernel: number, input: Shape) =>
    layer('conv2d', { filters, kernel, padding: 'same-upper', bias: false }, input)
  const pool = layer('maxPool2d', { kernel: 3, stride: 1, padding: [1, 1, 1, 1] }, image)

  it('give 28x28x672 with 854M multiplications without bottlenecks', () => {
    const branches = [conv(128, 1, image), conv(192, 3, image), conv(96, 5, image), pool]
    const shapes = branches.map(({ output }) => output ?? [])
    expect(layer('concat', {}, ...shapes).output).toEqual([672, 28, 28])
    const macs = branches.reduce((sum, branch) => sum + branch.macs, 0)
    expect(macs).toBe(28 * 28 * 256 * (128 + 192 * 9 + 96 * 25))
    expect(Math.round(macs / 1e6)).toBe(854)
  })

  it('give 28x28x480 with 271.3M multiplications with bottlenecks of 64', () => {
    const narrow: Shape = [64, 28, 28]
    const reduce = conv(64, 1, image)
    const ends = [conv(128, 1, image), conv(192, 3, narrow), conv(96, 5, narrow), conv(64, 1, pool.output ?? [])]
    expect(layer('concat', {}, ...ends.map(({ output }) => output ?? [])).output).toEqual([480, 28, 28])
    const macs = [reduce, reduce, ...ends].reduce((sum, branch) => sum + branch.macs, 0)
    expect(macs).toBe(28 * 28 * (256 * (64 + 64 + 128 + 64) + 64 * (192 * 9 + 96 * 25)))
    expect(Math.floor(macs / 1e5)).toBe(2713)
  })
})

describe('errors', () => {
  it('name the window, its input and the way out', () => {
    const error = refusal(() => layer('maxPool2d', { kernel: 3 }, [64, 2, 2]))
    expect(error.message).toBe(
      'MaxPool2D "pool1": window 3x3 is larger than its input 2x2 (from "conv4", [N, 64, 2, 2]). ' +
        'Use a smaller window or padding "same".',
    )
    expect(error.expected).toEqual([2, 2])
    expect(error.received).toEqual([3, 3])
  })

  it('print the padded extents and the span that were compared', () => {
    const params = { filters: 1, kernel: 3, dilation: 3, padding: [1, 1, 1, 1] }
    expect(refusal(() => layer('conv2d', params, [8, 4, 4])).message).toBe(
      'Conv2D "pool1": window 3x3 with dilation 3x3 (spans 7x7) is larger than its padded input 6x6 ' +
        '(4x4 with padding 1, 1, 1, 1) (from "conv4", [N, 8, 4, 4]). Use a smaller window or more padding.',
    )
  })

  it('send a feature map through flatten before a dense layer', () => {
    expect(refusal(() => layer('dense', { units: 10 }, [64, 7, 7])).message).toBe(
      'Dense "pool1": takes a vector [N, F], not a feature map (from "conv4", [N, 64, 7, 7]). ' +
        'Insert a flatten layer before it.',
    )
  })
})
