// Written PyTorch code, run in PyTorch against ONNX Runtime: every example of every layer and block, and whole architectures. One Python process for all.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor as OrtTensor } from '../../src/main/engines/ort/silencedRuntime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findPythonWithTorch } from '../../src/main/bench/pythonContender'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { requireSound } from '../../src/shared/network/inferDocument'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { lowerDocument } from '../../src/shared/lower/lower'
import { toModel } from '../../src/shared/lower/networkModel'
import { lowerPytorch } from '../../src/shared/exchange/pytorch/lowerPytorch'
import type { Tensor, TensorMap } from '../../src/shared/onnx/tensor'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { countElements } from '../../src/shared/graph/shape'
import type { LayerExample } from '../../src/shared/layers/define'
import { nodeDefinitions } from '../../src/shared/layers/index'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { RandomStream } from '../../src/shared/training/randomStream'
import { encodeSafetensors } from '../../src/shared/training/safetensors'
import { relativeError } from '../reference/runGraph'

const python = findPythonWithTorch()
const script = fileURLToPath(new URL('runFolders.py', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'netloom pytorch '))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const batch = 2

interface Case {
  readonly name: string
  readonly document: NetworkDocument
}

/** Examples of more than that are like their smaller ones. */
const mostParameters = 400_000
const mostMacs = 60_000_000

/**
 * A layer or block behind an input of its shape. Further inputs are the same values through a dense layer, as a network
 * has one input.
 */
function buildExample(type: string, { params, inputs }: LayerExample): NetworkDocument {
  const builder = new DocumentBuilder(type)
  const [first = [], ...others] = inputs
  const input = builder.add('input', 'input', { shape: first })
  const sources = others.map((shape, index) => {
    const flat = builder.add(`flat${index}`, 'flatten', {}, input)
    const dense = builder.add(`dense${index}`, 'dense', { units: countElements(shape) }, flat)
    return builder.add(`shaped${index}`, 'reshape', { shape: [...shape] }, dense)
  })
  builder.add('probe', type, params, input, ...sources)
  return builder.build()
}

const examples: readonly Case[] = nodeDefinitions
  .filter(
    ({ type, outputPorts }) => !['input', 'onnxOperator', 'onnxOperators'].includes(type) && outputPorts.length > 0,
  )
  .flatMap(({ type, examples }) =>
    examples.flatMap((example): Case[] => {
      const { error, inputs, parameters = 0, macs = 0, name } = example
      const isLarge = parameters > mostParameters || macs > mostMacs || countElements(inputs[0] ?? []) > 100_000
      if (error !== undefined || inputs.length === 0 || isLarge) return []
      return [{ name: `${type}: ${name}`, document: buildExample(type, example) }]
    }),
  )

/** What PyTorch has no argument for: padding that differs from side to side, or that is more than half a window. */
const windows: readonly Case[] = (
  [
    ['maxPool2d', { kernel: 3, stride: 2, padding: 'same-upper' }],
    ['maxPool2d', { kernel: 3, stride: 2, padding: [2, 2, 2, 2] }],
    ['maxPool2d', { kernel: 3, stride: 2, padding: [0, 1, 1, 0], ceilMode: true }],
    ['averagePool2d', { kernel: 3, stride: 2, padding: 'same-lower' }],
    ['averagePool2d', { kernel: 3, stride: 2, padding: [0, 1, 2, 1], ceilMode: true }],
    ['averagePool2d', { kernel: 3, stride: 2, padding: [0, 1, 2, 1], ceilMode: true, countIncludePad: true }],
    ['averagePool2d', { kernel: [2, 3], stride: 1, padding: [1, 1, 1, 1], countIncludePad: true }],
    ['conv2d', { filters: 4, kernel: [2, 3], stride: 2, padding: 'same-lower', dilation: [1, 2], groups: 2 }],
    ['depthwiseConv2d', { kernel: 4, padding: 'same-upper' }],
    ['convTranspose2d', { filters: 4, kernel: 3, stride: 2, padding: [2, 0, 0, 1], groups: 2 }],
    ['convTranspose2d', { filters: 4, kernel: 4, stride: [2, 3], padding: [1, 1, 1, 1], outputPadding: 1 }],
    ['upsample2d', { scale: [41, 2] }],
    ['zeroPad2d', { padding: [1, 0, 2, 3], channels: [1, 2] }],
    ['batchNorm', { momentum: 0.99, epsilon: 0.001 }],
    ['relu', { limit: 0.5 }],
  ] as const
).map(([type, params]) => ({
  name: `${type} ${JSON.stringify(params)}`,
  document: buildExample(type, { name: '', params, inputs: [[4, 7, 8]] }),
}))

const architectures: readonly Case[] = (
  [
    ['lenet5', [1, 28, 28]],
    ['resnet20-cifar', [3, 32, 32]],
    ['mobilenet-v2', [3, 32, 32]],
    ['squeezenet', [3, 48, 48]],
    ['googlenet-aux', [3, 64, 64]],
  ] as const
).flatMap(([id, input]) => {
  const architecture = findArchitecture(id)
  return architecture ? [{ name: id, document: architecture.build({ input, classes: 10 }) }] : []
})

const cases = [...examples, ...windows, ...architectures]
const folderOf = (index: number): string => join(root, String(index).padStart(4, '0'))

/** Norms and statistics are not 0 and 1, so that mixing them up shows. */
function drawWeights(document: NetworkDocument): TensorMap {
  const random = new RandomStream(5, 'weights')
  return new Map(
    Array.from(initialiseWeights(document, 1), ([path, tensor]): [string, Tensor] => {
      if (!/\/(scale|bias|runningMean|runningVariance|slope)$/.test(path)) return [path, tensor]
      const isMean = /\/(bias|runningMean)$/.test(path)
      const data = tensor.data.map(() => (isMean ? random.between(-0.3, 0.3) : random.between(0.5, 1.5)))
      return [path, { dims: tensor.dims, data }]
    }),
  )
}

function drawInput(document: NetworkDocument): Tensor {
  const shape = requireSound(document).inputNode.outputs[0] ?? []
  const random = new RandomStream(7, 'input')
  const data = Float32Array.from({ length: batch * countElements(shape) }, () => random.between(-1, 1))
  return { dims: [batch, ...shape], data }
}

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function writeCase({ document }: Case, folder: string): void {
  const channels = requireSound(document).inputNode.outputs[0]?.[0] ?? 1
  const scaling = { mean: Array<number>(channels).fill(0), deviation: Array<number>(channels).fill(1) }
  const { files, tensors } = lowerPytorch(document, { weights: drawWeights(document), scaling })
  mkdirSync(folder)
  for (const { name, text } of files) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'weights.safetensors'), Buffer.concat(encodeSafetensors(tensors, {})))
  writeFileSync(join(folder, 'input.f32'), bytesOf(drawInput(document)))
}

async function runOrt(document: NetworkDocument): Promise<{ dims: readonly number[]; data: Float32Array }> {
  const lowered = lowerDocument(document, { mode: 'inference', weights: drawWeights(document) })
  const session = await InferenceSession.create(encodeModel(toModel(lowered)), { logSeverityLevel: 3 })
  const { dims, data } = drawInput(document)
  const { output } = await session.run({ input: new OrtTensor('float32', data, dims) })
  await session.release()
  if (!output || !(output.data instanceof Float32Array)) throw new Error('no output')
  return { dims: output.dims, data: output.data }
}

const resultSchema = z.union([z.object({ shape: z.array(z.int()) }), z.object({ error: z.string() })])

describe.skipIf(!python)('written PyTorch code (needs a Python with torch)', () => {
  beforeAll(() => {
    cases.forEach((entry, index) => writeCase(entry, folderOf(index)))
    const { status, stderr } = spawnSync(python ?? '', [script, root], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  })

  it.each(cases.map((entry, index) => ({ ...entry, index })))('$name', async ({ document, index }) => {
    const result = resultSchema.parse(JSON.parse(readFileSync(join(folderOf(index), 'result.json'), 'utf8')))
    const expected = await runOrt(document)
    expect(result).toEqual({ shape: expected.dims })
    const bytes = readFileSync(join(folderOf(index), 'output.f32'))
    const values = Float32Array.from({ length: bytes.length / 4 }, (_, place) => bytes.readFloatLE(4 * place))
    expect(relativeError(values, expected.data)).toBeLessThan(1e-4)
  })
})
