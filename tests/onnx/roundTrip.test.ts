// Models of other programs through our reader and writer, damaged ones included; ONNX Runtime and onnx.checker are the judges.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NetloomError } from '../../src/shared/graph/errors'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { decodeModel, encodeModel } from '../../src/shared/onnx/bytes'
import type { OnnxGraph, OnnxModel } from '../../src/shared/onnx/model'
import { printOnnx } from '../../src/shared/onnx/printOnnx'
import { specialize } from '../../src/shared/onnx/specialize'
import { RandomStream } from '../../src/shared/training/randomStream'
import { checkFile, hasChecker, recordedModels } from './modelFiles'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-onnx-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A small model with most things in it that a file can hold. */
function smallModel(): OnnxModel {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', ['N', 1, 4, 4])
  const data = Float32Array.from({ length: 18 }, (_, index) => index / 8)
  const w = builder.initializer('conv/weight', { dataType: 'float32', dims: [2, 1, 3, 3], data })
  const conv = builder.add('Conv', [x, w], { auto_pad: 'SAME_UPPER' }, { name: 'conv' })
  const relu = builder.add('LeakyRelu', [conv], { alpha: { float: 0.25 } }, { name: 'relu' })
  const flat = builder.add('Reshape', [relu, builder.ints([0, -1])], {}, { name: 'flat' })
  builder.output(flat, 'float32', ['N', 32])
  return modelOf(builder.build('small'), 17)
}

function modelOf(graph: OnnxGraph, opset: number): OnnxModel {
  const facts = { irVersion: 8, producerName: 'netloom', producerVersion: '0.1.0', docString: 'a test' }
  return { ...facts, opsets: { '': opset }, metadata: { classes: '["cat","dog"]' }, graph }
}

async function run(bytes: Uint8Array, dims: readonly number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
  try {
    const size = dims.reduce((product, extent) => product * extent, 1)
    const values = Float32Array.from({ length: size }, (_, index) => Math.sin(index))
    const results = await session.run({ [session.inputNames[0] ?? '']: new Tensor('float32', values, dims) })
    const data = results[session.outputNames[0] ?? '']?.data
    if (!(data instanceof Float32Array)) throw new Error('the output is not float32')
    return data
  } finally {
    await session.release()
  }
}

describe.skipIf(recordedModels.length === 0)('a model exported by PyTorch', () => {
  it.each(recordedModels.map((path) => [basename(path), path] as const))(
    '%s comes back equal, and ONNX Runtime gives the same outputs to the last bit',
    async (_, path) => {
      const bytes = await readFile(path)
      const model = decodeModel(bytes)
      const written = encodeModel(model)
      expect(decodeModel(written)).toEqual(model)
      expect(await run(written, [2, 3, 32, 32])).toEqual(await run(bytes, [2, 3, 32, 32]))
    },
  )

  it.each(recordedModels.map((path) => [basename(path), path] as const))(
    '%s specialises to batch 4 without shape subgraphs, and gives the same outputs',
    async (_, path) => {
      const bytes = await readFile(path)
      const model = decodeModel(bytes)
      const builder = specialize(model.graph, { input: [4, 3, 32, 32] })
      const shapes = builder.nodes.map((node) => builder.shapeOf(node.outputs[0] ?? ''))
      expect(shapes).toHaveLength(builder.nodes.length)
      expect(builder.shapeOf('logits')).toEqual([4, 10])
      const operators = new Set(builder.nodes.map((node) => node.opType))
      for (const folded of ['Shape', 'Constant', 'ConstantOfShape', 'Gather', 'Concat', 'Cast'])
        expect(operators).not.toContain(folded)
      builder.output('logits', 'float32', [4, 10])
      const special = encodeModel({ ...model, graph: builder.build('batch4') })
      expect(await run(special, [4, 3, 32, 32])).toEqual(await run(bytes, [4, 3, 32, 32]))
    },
  )

  it.skipIf(!hasChecker).each(recordedModels.map((path) => [basename(path), path] as const))(
    '%s passes onnx.checker after our writer',
    async (name, path) => {
      const file = join(folder, name)
      await writeFile(file, encodeModel(decodeModel(await readFile(path))))
      checkFile(file)
    },
  )
})

describe('a model written by us', () => {
  it.skipIf(!hasChecker)('passes onnx.checker', async () => {
    const file = join(folder, 'small.onnx')
    await writeFile(file, encodeModel(smallModel()))
    checkFile(file)
  })

  it('is loaded by ONNX Runtime', async () => {
    expect(await run(encodeModel(smallModel()), [3, 1, 4, 4])).toHaveLength(96)
  })
})

/** Reads bytes as far as they go: decoding, shapes, text. @returns the error's code, or undefined where all went well */
function readWhole(bytes: Uint8Array, dims: readonly number[]): string | undefined {
  try {
    const { graph } = decodeModel(bytes)
    printOnnx(graph)
    specialize(graph, Object.fromEntries(graph.inputs.map((input) => [input.name, dims])))
    return undefined
  } catch (error) {
    return error instanceof NetloomError ? error.code : String(error)
  }
}

const allowedCodes = /^onnx\.(malformed|unsupported|shape|externalData)$/

describe('damaged bytes', () => {
  const small = encodeModel(smallModel())

  it('give onnx.malformed wherever a file is cut off', () => {
    for (let length = 0; length < small.length; length++)
      expect([length, readWhole(small.subarray(0, length), [1, 1, 4, 4])]).toEqual([length, 'onnx.malformed'])
  })

  it('give an onnx error or a model, quickly, for every single byte changed', () => {
    const random = new RandomStream(1)
    const started = performance.now()
    for (let index = 0; index < small.length; index++) {
      const damaged = small.slice()
      damaged[index] = (damaged[index] ?? 0) ^ (1 + random.below(255))
      const code = readWhole(damaged, [1, 1, 4, 4])
      if (code !== undefined) expect([index, code]).toEqual([index, expect.stringMatching(allowedCodes)])
    }
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('give onnx.malformed for noise', () => {
    const random = new RandomStream(2)
    for (let round = 0; round < 300; round++) {
      const noise = Uint8Array.from({ length: 1 + random.below(400) }, () => random.below(256))
      expect(readWhole(noise, [1])).toMatch(allowedCodes)
    }
  })

  it.skipIf(recordedModels.length === 0)('are survived in a real file: 60 cuts and 300 changed bytes', async () => {
    const bytes = new Uint8Array(await readFile(recordedModels[0] ?? ''))
    const random = new RandomStream(3)
    const started = performance.now()
    for (let round = 0; round < 60; round++) {
      const length = Math.floor((bytes.length * round) / 60)
      expect([length, readWhole(bytes.subarray(0, length), [2, 3, 32, 32])]).toEqual([length, 'onnx.malformed'])
    }
    for (let round = 0; round < 300; round++) {
      // Half of them where the nodes are: the file begins with the graph's structure, then come a megabyte of weights.
      const index = random.below(round % 2 === 0 ? 16_384 : bytes.length)
      const before = bytes[index] ?? 0
      bytes[index] = before ^ (1 + random.below(255))
      const code = readWhole(bytes, [2, 3, 32, 32])
      if (code !== undefined) expect([index, code]).toEqual([index, expect.stringMatching(allowedCodes)])
      bytes[index] = before
    }
    expect(performance.now() - started).toBeLessThan(30_000)
  })
})
