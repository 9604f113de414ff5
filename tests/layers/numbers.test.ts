// Layers in ONNX Runtime against numbers of the lectures and hand arithmetic.
import { describe, expect, it } from 'vitest'
import { runLayer, type LayerCall } from './runLayer'

async function expectNumbers(call: LayerCall, expected: readonly number[]): Promise<void> {
  const { data, dims, inferred } = await runLayer(call)
  expect(dims).toEqual([call.batch ?? 1, ...inferred])
  expect(data).toHaveLength(expected.length)
  expected.forEach((value, index) => expect(data[index]).toBeCloseTo(value, 5))
}

const nine = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const four = [0, 1, 2, 3]

describe('the convolutions of the lectures', () => {
  const conv = { type: 'conv2d', inputs: [[1, 3, 3]], values: [nine], weights: { weight: four } } as const

  it('give [[19, 25], [37, 43]]', () =>
    expectNumbers({ ...conv, params: { filters: 1, kernel: 2, bias: false } }, [19, 25, 37, 43]))

  it('give [[0, 8], [6, 8]] at stride 3x2 with padding 1', () => {
    const params = { filters: 1, kernel: 2, bias: false, stride: [3, 2], padding: [1, 1, 1, 1] }
    return expectNumbers({ ...conv, params }, [0, 8, 6, 8])
  })

  it('give [[4, 3, 4], [2, 4, 3], [2, 3, 4]] on the binary image', () => {
    const image = ['11100', '01110', '00111', '00110', '01100'].flatMap((row) => row.split('').map(Number))
    return expectNumbers(
      {
        type: 'conv2d',
        params: { filters: 1, kernel: 3, bias: false },
        inputs: [[1, 5, 5]],
        values: [image],
        weights: { weight: [1, 0, 1, 0, 1, 0, 1, 0, 1] },
      },
      [4, 3, 4, 2, 4, 3, 2, 3, 4],
    )
  })

  it('keep a flat image under the blur kernels and lose it under the edge kernels', async () => {
    const edge4 = [0, -1, 0, -1, 4, -1, 0, -1, 0].map((value) => value / 4)
    const edge8 = [-1, -1, -1, -1, 8, -1, -1, -1, -1]
    const sharpen = [0, -1, 0, -1, 5, -1, 0, -1, 0]
    const gaussian = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((value) => value / 16)
    const blur = Array.from({ length: 25 }, () => 0.04)
    for (const [weight, value] of [
      [blur, 6],
      [edge4, 0],
      [edge8, 0],
      [sharpen, 6],
      [gaussian, 6],
    ] as const) {
      const kernel = Math.sqrt(weight.length)
      await expectNumbers(
        {
          type: 'conv2d',
          params: { filters: 1, kernel, bias: false },
          inputs: [[1, kernel, kernel]],
          values: [weight.map(() => 6)],
          weights: { weight },
        },
        [value],
      )
    }
  })
})

describe('the pooling of the lectures', () => {
  const image = [12, 20, 30, 0, 20, 12, 2, 0, 0, 70, 5, 2, 8, 2, 90, 3]
  const pool = { inputs: [[1, 4, 4]], values: [image] } as const

  it('gives [[20, 30], [70, 90]] for the maximum', () =>
    expectNumbers({ type: 'maxPool2d', ...pool }, [20, 30, 70, 90]))

  it('gives [[16, 8], [20, 25]] for the average', () =>
    expectNumbers({ type: 'averagePool2d', ...pool }, [16, 8, 20, 25]))
})

describe('padding', () => {
  const row = { inputs: [[1, 1, 3]], values: [[1, 2, 3]] } as const
  const params = { filters: 1, kernel: [1, 2], bias: false }

  it('puts the odd column of an even window to the right for upper, to the left for lower', async () => {
    const conv = { type: 'conv2d', ...row, weights: { weight: [1, 1] } } as const
    await expectNumbers({ ...conv, params: { ...params, padding: 'same-upper' } }, [3, 5, 3])
    await expectNumbers({ ...conv, params: { ...params, padding: 'same-lower' } }, [1, 3, 5])
  })

  it('never wins a maximum, and counts in an average only where asked', async () => {
    const pooling = { kernel: [1, 3], stride: 1, padding: [0, 1, 0, 1] }
    const negative = { inputs: [[1, 1, 3]], values: [[-1, -2, -3]] } as const
    await expectNumbers({ type: 'maxPool2d', params: pooling, ...negative }, [-1, -1, -2])
    await expectNumbers({ type: 'averagePool2d', params: pooling, ...row }, [1.5, 2, 2.5])
    const counted = { ...pooling, countIncludePad: true }
    await expectNumbers({ type: 'averagePool2d', params: counted, ...row }, [1, 2, 5 / 3])
  })

  it('of a ceil-mode average counts as stated, what reaches past it does not', () => {
    // Windows of 6 start at -1, 1, 3, 5: they hold 2 of 3, 3 of 3, 3 of 3 and 1 of 2 counted rows.
    const factors = [2 / 3, 1, 1, 1 / 2]
    return expectNumbers(
      {
        type: 'averagePool2d',
        params: { kernel: 3, stride: 2, padding: [1, 1, 1, 1], ceilMode: true, countIncludePad: true },
        inputs: [[1, 6, 6]],
        values: [Array.from({ length: 36 }, () => 1)],
      },
      factors.flatMap((a) => factors.map((b) => a * b)),
    )
  })

  it('of a ceil-mode average counts nowhere by default', () =>
    expectNumbers(
      {
        type: 'averagePool2d',
        params: { kernel: [1, 2], ceilMode: true },
        inputs: [[1, 1, 5]],
        values: [[1, 3, 5, 7, 8]],
      },
      [2, 6, 8],
    ))

  it('of zeroPad2d lies at the sides and channels that it names', () =>
    expectNumbers(
      {
        type: 'zeroPad2d',
        params: { padding: [1, 0, 0, 2], channels: [1, 0] },
        inputs: [[1, 1, 2]],
        values: [[5, 6]],
      },
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 0, 0],
    ))
})

describe('other convolutions', () => {
  it('transposed: spread each value over a window', async () => {
    const call = { type: 'convTranspose2d', inputs: [[1, 2, 2]], values: [four], weights: { weight: four } } as const
    const params = { filters: 1, kernel: 2, bias: false }
    await expectNumbers({ ...call, params: { ...params, stride: 1 } }, [0, 0, 1, 0, 4, 6, 4, 12, 9])
    await expectNumbers({ ...call, params }, [0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9])
  })

  it('depthwise: give each channel its own filters', () =>
    expectNumbers(
      {
        type: 'depthwiseConv2d',
        params: { kernel: 1, multiplier: 2 },
        inputs: [[2, 1, 1]],
        values: [[3, 5]],
        weights: { weight: [1, 10, 100, 1000], bias: [0, 1, 2, 3] },
      },
      [3, 31, 502, 5003],
    ))
})

describe('normalisation', () => {
  it('of batches uses the running statistics: (x - mean)/sqrt(variance + epsilon)*scale + bias', () =>
    expectNumbers(
      {
        type: 'batchNorm',
        params: { epsilon: 1e-12 },
        inputs: [[2, 1, 1]],
        values: [[5, 7, 9, 1]],
        weights: { scale: [2, 3], bias: [1, 0], runningMean: [1, 4], runningVariance: [4, 9] },
        batch: 2,
      },
      [5, 3, 9, -3],
    ))

  it('of local responses divides alpha by the size: x_c/(k + alpha/size*sum)^beta', () =>
    expectNumbers(
      {
        type: 'localResponseNorm',
        params: { size: 3, alpha: 3, beta: 1, k: 1 },
        inputs: [[3, 1, 1]],
        values: [[1, 2, 3]],
      },
      [1 / 6, 2 / 15, 3 / 14],
    ))

  it('of layers covers all axes of one image and no other image', () =>
    expectNumbers(
      {
        type: 'layerNorm',
        params: { epsilon: 1e-12 },
        inputs: [[2, 1, 1]],
        // means 2 and 20, deviations 1 and 10
        values: [[1, 3, 10, 30]],
        weights: { scale: [1, 2], bias: [0, 5] },
        batch: 2,
      },
      [-1, 7, -1, 7],
    ))
})

describe('activations', () => {
  const values = [-4, -1, 0, 1, 4]
  const each: readonly (readonly [string, Record<string, unknown>, (x: number) => number])[] = [
    ['relu', {}, (x) => Math.max(0, x)],
    ['leakyRelu', { slope: 0.1 }, (x) => (x < 0 ? 0.1 * x : x)],
    ['elu', { alpha: 2 }, (x) => (x < 0 ? 2 * (Math.exp(x) - 1) : x)],
    ['sigmoid', {}, (x) => 1 / (1 + Math.exp(-x))],
    ['tanh', {}, (x) => Math.tanh(x)],
    ['hardSwish', {}, (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))],
    ['swish', {}, (x) => x / (1 + Math.exp(-x))],
    ['softplus', {}, (x) => Math.log(1 + Math.exp(x))],
    ['threshold', {}, (x) => (x >= 0 ? 1 : -1)],
    ['threshold', { output: 'step' }, (x) => (x >= 0 ? 1 : 0)],
    ['dropout', {}, (x) => x],
  ]

  it.each(each)('%s %o is its formula', (type, params, f) =>
    expectNumbers({ type, params, inputs: [[5]], values: [values] }, values.map(f)),
  )

  it('prelu has a slope for each channel, or one for all', async () => {
    const call = { type: 'prelu', inputs: [[2, 1, 2]], values: [[-1, 1, -2, 2]] } as const
    await expectNumbers({ ...call, weights: { slope: [0.5, 0.1] } }, [-0.5, 1, -0.2, 2])
    await expectNumbers({ ...call, params: { shared: true }, weights: { slope: [0.5] } }, [-0.5, 1, -1, 2])
  })

  it('softmax sums to 1 over the channels at each position', () => {
    const p = Math.E / (1 + Math.E)
    return expectNumbers({ type: 'softmax', inputs: [[2, 1, 2]], values: [[0, 1, 1, 1]] }, [1 - p, 0.5, p, 0.5])
  })
})

describe('what joins, picks and enlarges', () => {
  it('dense multiplies by rows of its weight and adds the bias', () =>
    expectNumbers(
      {
        type: 'dense',
        params: { units: 2 },
        inputs: [[3]],
        values: [[1, 2, 3]],
        weights: { weight: [1, 0, 1, 2, 2, 2], bias: [10, 20] },
      },
      [14, 32],
    ))

  it('add and multiply repeat an extent of 1', async () => {
    const call = {
      inputs: [
        [2, 1, 1],
        [2, 1, 2],
      ],
      values: [
        [2, 3],
        [1, 2, 3, 4],
      ],
    } as const
    await expectNumbers({ type: 'add', ...call }, [3, 4, 6, 7])
    await expectNumbers({ type: 'multiply', ...call }, [2, 4, 9, 12])
  })

  it('add takes three inputs, and concat keeps their order', async () => {
    const call = { inputs: [[1], [1], [1]], values: [[1], [20], [300]] } as const
    await expectNumbers({ type: 'add', ...call }, [321])
    await expectNumbers({ type: 'concat', ...call }, [1, 20, 300])
  })

  it('global pooling leaves one value per channel', async () => {
    const call = { inputs: [[2, 1, 2]], values: [[1, 3, 5, 9]] } as const
    await expectNumbers({ type: 'globalAveragePool', ...call }, [2, 7])
    await expectNumbers({ type: 'globalMaxPool', params: { keepDims: false }, ...call }, [3, 9])
  })

  it('an average over 1x1 with stride 2 picks every other pixel', () =>
    expectNumbers(
      { type: 'averagePool2d', params: { kernel: 1, stride: 2 }, inputs: [[1, 3, 3]], values: [nine] },
      [0, 2, 6, 8],
    ))

  it('upsampling repeats values or blends them between their centres', async () => {
    const square = { type: 'upsample2d', inputs: [[1, 2, 2]], values: [[1, 2, 3, 4]] } as const
    await expectNumbers(square, [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    const row = { type: 'upsample2d', inputs: [[1, 1, 2]], values: [[0, 1]] } as const
    await expectNumbers({ ...row, params: { scale: [1, 2], mode: 'bilinear' } }, [0, 0.25, 0.75, 1])
  })
})

it('SELU is 1.0507 times x, or times 1.67326*(exp(x) - 1) below 0', () =>
  // 1.050701*1.673263*(exp(-1) - 1), 1.050701*1.673263*(exp(-1/2) - 1)
  expectNumbers(
    { type: 'selu', params: {}, inputs: [[5]], values: [[-1, -0.5, 0, 1, 2]] },
    [-1.1113307, -0.6917582, 0, 1.050701, 2.101402],
  ))
