// A published ResNet-20 with its weights put into our document: the same logits, so blocks and shortcuts are the paper's.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { expect, it } from 'vitest'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { lowerDocument } from '../../src/shared/lower/lower'
import type { Tensor as Weight } from '../../src/shared/onnx/tensor'
import { decodeModel, encodeModel } from '../../src/shared/onnx/bytes'
import { writtenIrVersion, writtenOpset, type OnnxGraph } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'

const reference =
  process.env['NETLOOM_REFERENCE'] ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
const file = `${reference}/../models/resnet20-cifar10-bn.onnx`

/** Weights by our paths: convolutions and norms stand in the same order in both networks. */
function takeWeights(graph: OnnxGraph): Map<string, Weight> {
  const weights = new Map<string, Weight>()
  const blocks = [1, 2, 3].flatMap((stage) => [1, 2, 3].map((block) => `stage${stage}/block${block}/`))
  const places = ['1', ...blocks.flatMap((block) => [`${block}1`, `${block}2`])]
  const pathOf = (kind: string, index: number): string => {
    const place = places[index] ?? ''
    return `${place.slice(0, -1)}${kind}${place.slice(-1)}`
  }
  const put = (path: string, initializer: string | undefined): void => {
    const tensor = graph.initializers.get(initializer ?? '')
    if (!(tensor?.data instanceof Float32Array)) throw new Error(`${path} is no float32 initialiser`)
    weights.set(path, { dims: tensor.dims, data: tensor.data })
  }
  const named = (operator: string) => graph.nodes.filter(({ opType }) => opType === operator)
  named('Conv').forEach(({ inputs }, index) => put(`${pathOf('conv', index)}/weight`, inputs[1]))
  named('BatchNormalization').forEach(({ inputs }, index) => {
    ;['scale', 'bias', 'runningMean', 'runningVariance'].forEach((name, place) =>
      put(`${pathOf('bn', index)}/${name}`, inputs[place + 1]),
    )
  })
  const [dense] = named('Gemm')
  put('fc/weight', dense?.inputs[1])
  put('fc/bias', dense?.inputs[2])
  return weights
}

async function run(model: Uint8Array, images: Float32Array, count: number): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 })
  const [input = ''] = session.inputNames
  const results = await session.run({ [input]: new Tensor('float32', images, [count, 3, 32, 32]) })
  await session.release()
  const data = results[session.outputNames[0] ?? '']?.data
  if (!(data instanceof Float32Array)) throw new Error('no logits')
  return data
}

it.skipIf(!existsSync(file))('gives the logits of the published ResNet-20', async () => {
  const bytes = readFileSync(file)
  const document = findArchitecture('resnet20-cifar')?.build()
  if (!document) throw new Error('no resnet20-cifar')
  const { graph } = lowerDocument(document, { mode: 'inference', weights: takeWeights(decodeModel(bytes).graph) })
  const ours = encodeModel({
    irVersion: writtenIrVersion,
    opsets: { '': writtenOpset },
    producerName: 'netloom',
    producerVersion: '0',
    metadata: {},
    graph,
  })
  const random = new RandomStream(3, 'images')
  const images = Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => random.normal())
  const expected = await run(bytes, images, 4)
  const actual = await run(ours, images, 4)
  expect(actual).toHaveLength(40)
  actual.forEach((value, index) => expect(Math.abs(value - (expected[index] ?? NaN))).toBeLessThan(1e-4))
})
