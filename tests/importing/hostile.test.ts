// Damaged and malicious ONNX files: one clear message each, no crash, no hang, nothing read outside the model's folder.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importNetwork } from '../../src/main/exchange/importOnnxFile'
import { importOnnx } from '../../src/shared/exchange/onnx/importOnnx'
import { NetloomError } from '../../src/shared/graph/errors'
import { decodeModel, encodeModel } from '../../src/shared/onnx/bytes'
import { RandomStream } from '../../src/shared/training/randomStream'
import type { OnnxModel, OnnxNode } from '../../src/shared/onnx/model'
import { buildModel, makeFolder } from './modelCase'

const folder = makeFolder()

/** A small residual network with everything that shape subgraphs are made of. */
function residualModel(): OnnxModel {
  return buildModel((b, x, w) => {
    const conv = b.add('Conv', [x, w(8, 3, 3, 3), w(8)], { pads: [1, 1, 1, 1] })
    const variance = b.initializer('variance', { dataType: 'float32', dims: [8], data: new Float32Array(8).fill(1) })
    const norm = b.add('BatchNormalization', [conv, w(8), w(8), w(8), variance], { epsilon: { float: 1e-5 } })
    const relu = b.add('Relu', [norm])
    const shortcut = b.add('Conv', [relu, w(8, 8, 1, 1)], { strides: [2, 2] })
    const pooled = b.add('MaxPool', [relu], { kernel_shape: [2, 2], strides: [2, 2] })
    const sum = b.add('Concat', [b.add('Add', [pooled, shortcut]), pooled], { axis: 1 })
    const batch = b.add('Gather', [b.add('Shape', [sum]), b.ints([0])], { axis: 0 })
    const flat = b.add('Reshape', [sum, b.add('Concat', [batch, b.ints([-1])], { axis: 0 })])
    return b.add('Gemm', [flat, w(10, 256), w(10)], { transB: 1 })
  })
}

/** What an import of these bytes ends in: nothing, or the message of a NetloomError; anything else is thrown. */
function attempt(bytes: Uint8Array): string | undefined {
  try {
    importOnnx(decodeModel(bytes))
    return undefined
  } catch (error) {
    if (error instanceof NetloomError && error.code !== 'internal') return error.message
    throw error
  }
}

async function refusal(model: OnnxModel | Uint8Array, name = 'hostile.onnx'): Promise<NetloomError> {
  const path = join(folder, name)
  writeFileSync(path, model instanceof Uint8Array ? model : encodeModel(model))
  const startedAtMs = performance.now()
  const error: unknown = await importNetwork(path).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(performance.now() - startedAtMs).toBeLessThan(5000)
  if (!(error instanceof NetloomError)) throw new Error(`no NetloomError but ${String(error)}`)
  expect(error.code).not.toBe('internal')
  expect(error.message).toContain(name)
  expect(error.message).not.toContain('\n')
  return error
}

function plainNode(opType: string, inputs: readonly string[], outputs: readonly string[]): OnnxNode {
  return { opType, domain: '', name: outputs[0] ?? opType, inputs, outputs, attributes: {} }
}

function withNodes(nodes: readonly OnnxNode[]): OnnxModel {
  const model = buildModel((b, x) => b.add('Relu', [x]))
  return { ...model, graph: { ...model.graph, nodes, outputs: [{ name: 'y', dataType: 'float32' }] } }
}

/** A model of a million nodes, put together from bytes: ModelProto holds its graph as field 7, GraphProto its nodes as 1. */
function millionNodes(): Uint8Array {
  // NodeProto: input "x", output "y", operator "Relu".
  const node = [0x0a, 1, 0x78, 0x12, 1, 0x79, 0x22, 4, ...new TextEncoder().encode('Relu')]
  const entry = [0x0a, node.length, ...node]
  const graph = new Uint8Array(1_000_000 * entry.length)
  for (let start = 0; start < graph.length; start += entry.length) graph.set(entry, start)
  const length: number[] = []
  for (let rest = graph.length; rest > 0; rest >>>= 7) length.push(rest > 127 ? (rest & 127) | 128 : rest)
  // IR version 8, operator set 17.
  const head = [0x08, 8, 0x42, 2, 0x10, 17, 0x3a, ...length]
  const bytes = new Uint8Array(head.length + graph.length)
  bytes.set(head)
  bytes.set(graph, head.length)
  return bytes
}

describe('damaged bytes', () => {
  it('refuses a file that is cut anywhere', () => {
    // Repeated to a megabyte so that there is something to cut.
    const bytes = encodeModel(
      buildModel((b, x, w) => {
        const flat = b.add('Flatten', [x])
        return b.add('Gemm', [b.add('Gemm', [flat, w(512, 192)], { transB: 1 }), w(300, 512)], { transB: 1 })
      }),
    )
    let [refused, tried] = [0, 0]
    for (let length = 0; length < bytes.length; length += 1000) {
      tried++
      if (attempt(bytes.slice(0, length)) !== undefined) refused++
    }
    expect(tried).toBeGreaterThan(900)
    expect(refused).toBe(tried)
  })

  it('survives 2,000 variants with flipped bits', async () => {
    const bytes = encodeModel(residualModel())
    expect(attempt(bytes)).toBeUndefined()
    const random = new RandomStream(11, 'flips')
    const startedAtMs = performance.now()
    let refused = 0
    for (let variant = 0; variant < 2000; variant++) {
      const damaged = Uint8Array.from(bytes)
      // Half of the flips hit the first and last kilobytes, where the structure is; weights fill the middle.
      for (let flip = 0; flip < 1 + random.below(4); flip++) {
        const end = random.below(2) * (bytes.length - 2048)
        const place = random.below(2) === 0 ? random.below(bytes.length) : end + random.below(2048)
        damaged[place] = (damaged[place] ?? 0) ^ (1 << random.below(8))
      }
      const message = attempt(damaged)
      if (message !== undefined) refused++
      // ONNX Runtime sees some of those that pass.
      if (message === undefined && variant % 20 === 0) {
        const path = join(folder, 'flipped.onnx')
        writeFileSync(path, damaged)
        await importNetwork(path).catch((error: unknown) => {
          if (!(error instanceof NetloomError)) throw error
        })
      }
    }
    expect(refused).toBeGreaterThan(400)
    expect(performance.now() - startedAtMs).toBeLessThan(60_000)
  }, 90_000)
})

describe('graphs that are not whole', () => {
  it('names a cycle', async () => {
    const nodes = [
      plainNode('Add', ['x', 'b'], ['a']),
      plainNode('Relu', ['a'], ['b']),
      plainNode('Relu', ['b'], ['y']),
    ]
    expect((await refusal(withNodes(nodes))).message).toContain('cycle')
  })

  it('puts nodes in order that stand in another', async () => {
    const nodes = [plainNode('Tanh', ['a'], ['y']), plainNode('Relu', ['x'], ['a'])]
    expect(attempt(encodeModel(withNodes(nodes)))).toBeUndefined()
  })

  it('names a weight that is not there', async () => {
    const error = await refusal(withNodes([plainNode('Conv', ['x', 'lost.weight'], ['y'])]))
    expect(error.message).toContain('"lost.weight"')
  })

  it('refuses a value that is defined twice', async () => {
    const nodes = [plainNode('Relu', ['x'], ['y']), plainNode('Tanh', ['x'], ['y'])]
    expect((await refusal(withNodes(nodes))).message).toContain('twice')
  })

  it('refuses an output that does not depend on the input', async () => {
    const model = buildModel((b, x, w) => {
      b.add('Relu', [x])
      return w(1, 3)
    })
    expect((await refusal(model)).code).toMatch(/^onnx\./)
  })
})

describe('absurd numbers', () => {
  it('refuses extents of 2^40', async () => {
    expect((await refusal(buildModel((b, x) => b.add('Relu', [x]), { input: ['N', 3, 2 ** 40, 2 ** 40] }))).code).toBe(
      'onnx.shape',
    )
    const pads = { pads: [0, 0, 2 ** 40, 2 ** 40] }
    const padded = buildModel((b, x, w) => b.add('Conv', [x, w(4, 3, 1, 1)], pads))
    expect((await refusal(padded)).code).toBe('onnx.shape')
    const constant = buildModel((b, x) => {
      const large = b.add('ConstantOfShape', [b.ints([2 ** 40, 2 ** 20])])
      return b.add('Add', [x, large])
    })
    expect((await refusal(constant)).code).toMatch(/^onnx\./)
  })

  it('refuses a million nodes at once', async () => {
    expect((await refusal(millionNodes())).message).toContain('1000000 nodes')
  })

  it('refuses a chain longer than a screen can show', async () => {
    const nodes = Array.from({ length: 30_000 }, (_, index) =>
      plainNode('Relu', [index === 0 ? 'x' : `v${index}`], [index === 29_999 ? 'y' : `v${index + 1}`]),
    )
    expect((await refusal(withNodes(nodes))).message).toContain('30000 operators')
  })

  it('refuses constants that grow without end', async () => {
    const model = buildModel((b, x, w) => {
      let large = w(64, 1)
      for (let axis = 0; axis < 8; axis++) {
        const wide = b.add('Mul', [large, b.add('Transpose', [large], { perm: [1, 0] })])
        large = b.add('Reshape', [wide, b.ints([-1, 1])])
      }
      return b.add('Mul', [x, large])
    })
    expect((await refusal(model)).code).toMatch(/^onnx\./)
  })
})

describe('data outside of the model', () => {
  const external = (location: string): Uint8Array => {
    const model = buildModel((b, x, w) => b.add('Conv', [x, w(64, 3, 3, 3)]))
    return encodeModel(model, { externalise: { location, minimumBytes: 16, write: () => 0 } })
  }

  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../../etc/passwd', '..\\secret'])(
    'refuses the path %s',
    async (location) => {
      expect((await refusal(external(location))).message).toContain('outside')
    },
  )

  it('refuses a link that leads out', async () => {
    const inner = join(folder, 'models')
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(folder, 'secret.bin'), new Uint8Array(100_000))
    symlinkSync('../secret.bin', join(inner, 'weights.bin'))
    writeFileSync(join(inner, 'linked.onnx'), external('weights.bin'))
    await expect(importNetwork(join(inner, 'linked.onnx'))).rejects.toMatchObject({ code: 'onnx.externalData' })
  })

  it('reads data beside the model', async () => {
    writeFileSync(join(folder, 'beside.bin'), new Uint8Array(64 * 27 * 4))
    writeFileSync(join(folder, 'beside.onnx'), external('beside.bin'))
    expect((await importNetwork(join(folder, 'beside.onnx'))).parameters).toBe(64 * 27)
  })
})
