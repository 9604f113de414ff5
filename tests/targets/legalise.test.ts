// The blocked forms against the plain ones: the same gradients from ONNX Runtime, whatever the layout.
import type * as ort from 'onnxruntime-node'
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { describe, expect, it } from 'vitest'
import { findBlockSize } from '../../src/main/engines/ort/blockSize'
import { encodeGraph } from '../../src/main/engines/ort/runtime'
import { expandTraining } from '../../src/shared/autodiff/expandTraining'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { compositeRules } from '../../src/shared/lower/compositeRules'
import { legalise } from '../../src/shared/targets/legalise'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { RandomStream } from '../../src/shared/training/randomStream'

interface Case {
  readonly name: string
  readonly inputs: Readonly<Record<string, readonly number[]>>
  /** Adds the forward nodes and returns the value whose gradient arrives from outside. */
  build(builder: GraphBuilder): string
}

const pads = (count: number) => [count, count, count, count]

const cases: readonly Case[] = [
  {
    name: '3x3 convolution, rows narrower than a block',
    inputs: { x: [3, 16, 8, 8], w: [32, 16, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(1) }, { name: 'y' }),
  },
  {
    name: '3x3 convolution, rows that fill blocks',
    inputs: { x: [2, 16, 5, 16], w: [32, 16, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(1) }, { name: 'y' }),
  },
  {
    name: '5x3 convolution with uneven padding',
    inputs: { x: [2, 16, 7, 9], w: [16, 16, 5, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: [2, 0, 1, 1] }, { name: 'y' }),
  },
  {
    name: 'valid 5x5 convolution with channels that fill no block',
    inputs: { x: [4, 6, 14, 14], w: [20, 6, 5, 5], b: [20] },
    build: (builder) => builder.add('Conv', ['x', 'w', 'b'], {}, { name: 'y' }),
  },
  {
    name: '5x5 convolution of one plain channel',
    inputs: { x: [4, 1, 12, 12], w: [6, 1, 5, 5], b: [6] },
    build: (builder) =>
      builder.add('Relu', [builder.add('Conv', ['x', 'w', 'b'], { pads: pads(2) })], {}, { name: 'y' }),
  },
  {
    name: 'batch norm, sigmoid and global pooling of channels that fill no block',
    inputs: { x: [3, 6, 7, 7], w: [10, 6, 3, 3], scale: [10], bias: [10], mean: [10], variance: [10] },
    build: (builder) => {
      const conv = builder.add('Conv', ['x', 'w'], { pads: pads(1) }, { name: 'conv' })
      const operands = [conv, 'scale', 'bias', 'mean', 'variance']
      const [norm = ''] = builder.addMany('BatchNormalization', 3, operands, { training_mode: 1 })
      return builder.add('GlobalAveragePool', [builder.add('Sigmoid', [norm])], {}, { name: 'y' })
    },
  },
  {
    name: 'dilated convolution',
    inputs: { x: [2, 32, 9, 9], w: [16, 32, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(2), dilations: [2, 2] }, { name: 'y' }),
  },
  {
    name: '1x1 convolution',
    inputs: { x: [3, 32, 5, 5], w: [16, 32, 1, 1] },
    build: (builder) => builder.add('Conv', ['x', 'w'], {}, { name: 'y' }),
  },
  {
    name: 'strided convolution',
    inputs: { x: [2, 16, 8, 8], w: [32, 16, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(1), strides: [2, 2] }, { name: 'y' }),
  },
  {
    name: 'strided 5x3 convolution of odd sizes',
    inputs: { x: [2, 16, 9, 11], w: [16, 16, 5, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: [2, 1, 2, 1], strides: [2, 3] }, { name: 'y' }),
  },
  {
    name: 'strided convolution whose halves have rows that fill blocks',
    inputs: { x: [1, 16, 6, 32], w: [16, 16, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(1), strides: [2, 2] }, { name: 'y' }),
  },
  {
    name: 'strided 1x1 convolution',
    inputs: { x: [2, 16, 7, 8], w: [32, 16, 1, 1] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { strides: [2, 2] }, { name: 'y' }),
  },
  {
    name: 'strided 7x7 convolution of three plain channels',
    inputs: { x: [2, 3, 15, 16], w: [16, 3, 7, 7] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(3), strides: [2, 2] }, { name: 'y' }),
  },
  {
    name: 'stride larger than the kernel',
    inputs: { x: [2, 16, 9, 9], w: [16, 16, 2, 2] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { strides: [3, 3] }, { name: 'y' }),
  },
  {
    name: 'first convolution from three plain channels',
    inputs: { x: [2, 3, 9, 9], w: [16, 3, 3, 3] },
    build: (builder) => builder.add('Conv', ['x', 'w'], { pads: pads(1) }, { name: 'y' }),
  },
  {
    name: 'convolution, batch norm, residual sum and ReLU',
    inputs: { x: [4, 16, 6, 6], w: [16, 16, 3, 3], scale: [16], bias: [16], mean: [16], variance: [16] },
    build: (builder) => {
      const conv = builder.add('Conv', ['x', 'w'], { pads: pads(1) }, { name: 'conv' })
      const [norm = ''] = builder.addMany('BatchNormalization', 3, [conv, 'scale', 'bias', 'mean', 'variance'], {
        training_mode: 1,
      })
      return builder.add('Relu', [builder.add('Add', [norm, 'x'])], {}, { name: 'y' })
    },
  },
  {
    name: 'convolution with a bias, ReLU, max and average pooling',
    inputs: { x: [2, 16, 8, 8], w: [16, 16, 3, 3], b: [16] },
    build: (builder) => {
      const conv = builder.add('Relu', [builder.add('Conv', ['x', 'w', 'b'], { pads: pads(1) }, { name: 'conv' })])
      const pooled = builder.add('MaxPool', [conv], { kernel_shape: [2, 2], strides: [2, 2] })
      return builder.add('AveragePool', [pooled], { kernel_shape: [2, 2], strides: [2, 2] }, { name: 'y' })
    },
  },
]

interface Outcome {
  /** y and the gradients of all inputs, by name. */
  readonly values: ReadonlyMap<string, Float32Array>
  /** Convolutions on blocked kernels, and on ordinary ones. */
  readonly blocked: number
  readonly ordinary: number
}

/** Runs a case by the gradient rules alone (`rules`), or legalised for a block size. */
async function run(each: Case, blockSize: number | null | 'rules'): Promise<Outcome> {
  const forward = new GraphBuilder(true)
  for (const [name, dims] of Object.entries(each.inputs)) forward.input(name, 'float32', dims)
  const y = each.build(forward)
  const { builder, rules } = expandTraining(forward)
  const dy = builder.input('dy', 'float32', builder.shapeOf(y))
  const wanted = Object.keys(each.inputs).filter((name) => !['mean', 'variance'].includes(name))
  const composites = blockSize === 'rules' ? [] : compositeRules(builder)
  const gradients = differentiateFrom(builder, new Map([[y, dy]]), wanted, new Map([...composites, ...rules]))
  for (const value of [y, ...gradients.values()]) builder.output(value, 'float32')
  const target = blockSize === 'rules' ? builder : legalise(builder, { blockSize })
  const session = await InferenceSession.create(encodeGraph(target.build('case')), { logSeverityLevel: 3 })
  const stream = new RandomStream(7, each.name)
  const feeds: Record<string, ort.Tensor> = {}
  for (const { name, dims = [] } of builder.inputs) {
    const size = dims.reduce<number>((product, dim) => product * Number(dim), 1)
    const data = Float32Array.from({ length: size }, () => stream.normal() + (name === 'variance' ? 4 : 0))
    if (session.inputNames.includes(name)) feeds[name] = new Tensor('float32', data, dims.map(Number))
  }
  const outputs = await session.run(feeds)
  await session.release()
  const names = new Map([['y', y], ...gradients])
  const convolutions = target.nodes.filter((node) => node.opType === 'Conv')
  const blocked = convolutions.filter((node) => node.domain.endsWith('nchwc')).length
  return {
    values: new Map([...names].map(([name, value]) => [name, outputs[value]?.data as Float32Array])),
    blocked,
    ordinary: convolutions.length - blocked,
  }
}

function expectSame(received: Outcome, expected: Outcome): void {
  for (const [name, values] of expected.values) {
    const others = received.values.get(name) ?? new Float32Array()
    const scale = Math.max(1, ...Array.from(values, Math.abs))
    const worst = Math.max(...Array.from(values, (value, index) => Math.abs(value - (others[index] ?? Number.NaN))))
    expect(others.length, name).toBe(values.length)
    expect(worst / scale, name).toBeLessThan(2e-5)
  }
}

describe('legalise', async () => {
  const blockSize = await findBlockSize()
  for (const each of cases) {
    it(`keeps the gradients in plain layout: ${each.name}`, async () => {
      const plain = await run(each, null)
      expect(plain.blocked).toBe(0)
      expectSame(plain, await run(each, 'rules'))
    })

    it.skipIf(blockSize === null)(`keeps the gradients in blocked layout: ${each.name}`, async () => {
      const blocked = await run(each, blockSize)
      // The forward pass and at least two products: the blocked form is really what is tested.
      expect(blocked.blocked).toBeGreaterThan(2)
      expectSame(blocked, await run(each, 'rules'))
    })
  }

  it('turns a convolution that covers its input into matrix products', async () => {
    const covering: Case = {
      name: 'covering',
      inputs: { x: [3, 16, 5, 5], w: [20, 16, 5, 5], b: [20] },
      build: (builder) => builder.add('Conv', ['x', 'w', 'b'], { kernel_shape: [5, 5] }, { name: 'y' }),
    }
    const received = await run(covering, blockSize)
    expect(received.blocked + received.ordinary).toBe(0)
    expectSame(received, await run(covering, 'rules'))
  })

  it('leaves a graph without convolutions as it is', () => {
    const builder = new GraphBuilder(true)
    const x = builder.input('x', 'float32', [2, 16, 4, 4])
    builder.output(builder.add('Relu', [x], {}, { name: 'y' }), 'float32')
    expect(legalise(builder, { blockSize: 16 }).nodes.map((node) => node.opType)).toEqual(['Relu'])
  })
})
