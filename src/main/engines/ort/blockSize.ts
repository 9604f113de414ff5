// Finds out whether ONNX Runtime's blocked CPU kernels are there and compute what the plain ones do; who uses them is legalise.
import type * as ort from 'onnxruntime-node'
import { Tensor } from './silencedRuntime'
import { differentiateFrom } from '../../../shared/autodiff/backward'
import { compositeRules } from '../../../shared/lower/compositeRules'
import { legalise } from '../../../shared/targets/legalise'
import { blockedDomain } from '../../../shared/targets/channelLayout'
import { GraphBuilder } from '../../../shared/onnx/builder'
import { RandomStream } from '../../../shared/training/randomStream'
import { encodeGraph, openSession } from './runtime'

let known: Promise<number | null> | undefined

/**
 * Channels per block of the blocked CPU kernels on this machine: 16 with AVX-512, 8 with AVX, null where there are none.
 * The kernels are no public interface of ONNX Runtime, so once per process a small convolution and its gradients are run
 * in both layouts; where they differ, or anything fails, the blocked kernels are not used.
 */
export function findBlockSize(): Promise<number | null> {
  known ??= probe().catch(() => null)
  return known
}

async function probe(): Promise<number | null> {
  const block = await measureBlock()
  if (block === null) return null
  const graph = buildTrial()
  const [plain, blocked] = [await runTrial(graph, null), await runTrial(graph, block)]
  return agree(plain, blocked) ? block : null
}

type Feeds = Readonly<Record<string, ort.Tensor>>

/** The outputs of a graph one after the other. */
async function runGraph(builder: GraphBuilder, feeds: Feeds): Promise<Float32Array[]> {
  const session = await openSession(encodeGraph(builder.build('probe')), { device: 'cpu', isFinal: true })
  try {
    const outputs = await session.run(feeds)
    return builder.outputs.map(({ name }) => {
      const data = outputs[name]?.data
      return data instanceof Float32Array ? data : new Float32Array()
    })
  } finally {
    await session.release()
  }
}

/** Lets ONNX Runtime reorder 16 channels of two columns and looks where they went. */
async function measureBlock(): Promise<number | null> {
  const channels = 16
  const builder = new GraphBuilder(true)
  const input = builder.input('x', 'float32', [1, channels, 1, 2])
  builder.output(builder.add('ReorderInput', [input], {}, { domain: blockedDomain }), 'float32')
  const values = Float32Array.from({ length: channels * 2 }, (_, index) => index)
  const [reordered] = await runGraph(builder, { x: new Tensor('float32', values, [1, channels, 1, 2]) })
  // Element (channel c, column 1) is 2c + 1: channel 0's second column follows the first block.
  const block = reordered?.indexOf(1)
  return block === 8 || block === 16 ? block : null
}

const trialInputs = { x: [2, 16, 6, 16], w: [20, 16, 3, 3], dy: [2, 20, 6, 16] } as const

/** y = relu(w * x), and the gradients by x and w for a given dy. */
function buildTrial(): GraphBuilder {
  const builder = new GraphBuilder(true)
  builder.input('x', 'float32', trialInputs.x)
  builder.input('w', 'float32', trialInputs.w)
  const product = builder.add('Conv', ['x', 'w'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  const y = builder.add('Relu', [product], {}, { name: 'y' })
  const dy = builder.input('dy', 'float32', trialInputs.dy)
  const gradients = differentiateFrom(builder, new Map([[y, dy]]), ['x', 'w'], compositeRules(builder))
  for (const value of [y, ...gradients.values()]) builder.output(value, 'float32')
  return builder
}

function runTrial(graph: GraphBuilder, blockSize: number | null): Promise<Float32Array[]> {
  const stream = new RandomStream(1, 'block size')
  const feeds = Object.fromEntries(
    Object.entries(trialInputs).map(([name, dims]) => {
      const size = dims.reduce((product: number, extent) => product * extent, 1)
      return [
        name,
        new Tensor(
          'float32',
          Float32Array.from({ length: size }, () => stream.normal()),
          [...dims],
        ),
      ]
    }),
  )
  return runGraph(legalise(graph, { blockSize }), feeds)
}

/** Sums of some hundred products differ by rounding only. */
function agree(expected: readonly Float32Array[], received: readonly Float32Array[]): boolean {
  return expected.every((values, index) => {
    const others = received[index]
    return others?.length === values.length && values.every((value, at) => Math.abs(value - (others[at] ?? NaN)) < 1e-3)
  })
}
