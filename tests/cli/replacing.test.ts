// What a command writes over: its own earlier work, and nothing else unless --force says so.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { serializeDocument } from '../../src/shared/graph/schema'
import { lenet5 } from '../../src/shared/lectures/architectures/lenet5'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { encodeSafetensors } from '../../src/shared/training/safetensors'
import { isOneMessage, makeFolder, runCli, type CliResult } from './runCli'

const root = makeFolder()
let count = 0
let folder = ''

const path = (...parts: readonly string[]): string => join(folder, ...parts)
const text = (...parts: readonly string[]): string => readFileSync(path(...parts), 'latin1')

/** A document with weights, `net.netloom.json`, in a folder of its own. */
beforeEach(() => {
  folder = join(root, String(count++))
  mkdirSync(folder)
  const document = { ...lenet5.build(), weights: 'net.safetensors', scaling: { mean: [0.5], deviation: [0.5] } }
  writeFileSync(path('net.netloom.json'), serializeDocument(document))
  writeFileSync(path('net.safetensors'), Buffer.concat(encodeSafetensors(initialiseWeights(document, 1), {})))
})

const exportTo = (output: string, ...more: readonly string[]): Promise<CliResult> =>
  runCli(folder, 'export', 'net.netloom.json', '-o', output, ...more)

function expectRefusal(result: CliResult, name: string): void {
  expect(result.code, result.stderr).toBe(1)
  expect(isOneMessage(result), result.stderr).toBe(true)
  expect(result.stderr).toContain(name)
  expect(result.stderr).toContain('--force')
}

describe('export as ONNX', () => {
  it.each(['notes.txt', 'other.onnx'])('leaves %s alone, and replaces it by --force', async (name) => {
    writeFileSync(path(name), 'of somebody else')
    expectRefusal(await exportTo(name), name)
    expect(text(name)).toBe('of somebody else')
    const forced = await exportTo(name, '--force')
    expect(forced.code, forced.stderr).toBe(0)
    expect(text(name)).not.toBe('of somebody else')
  })

  it('does not replace the document or the weights that it reads, however they are named', async () => {
    const before = [text('net.netloom.json'), text('net.safetensors')]
    for (const name of ['net.netloom.json', 'net.safetensors', `../${count - 1}/net.netloom.json`])
      expectRefusal(await exportTo(name), 'net.')
    expect([text('net.netloom.json'), text('net.safetensors')]).toEqual(before)
  })

  it('does not replace a model that it reads its weights from, though it is its own work', async () => {
    const first = await exportTo('net.onnx')
    expect(first.code, first.stderr).toBe(0)
    const document = text('net.netloom.json').replace('net.safetensors', 'net.onnx')
    writeFileSync(path('net.netloom.json'), document, 'latin1')
    expectRefusal(await exportTo('net.onnx'), 'net.onnx')
  })

  it('replaces its own earlier export unasked', async () => {
    for (const more of [[], ['--scaling-inside']]) {
      const result = await exportTo('net.onnx', ...more)
      expect(result.code, result.stderr).toBe(0)
    }
    expect(text('net.onnx')).toContain('netloom.scalingInside')
  })

  it('leaves the model of a run alone', async () => {
    const first = await exportTo('net.onnx')
    expect(first.code, first.stderr).toBe(0)
    mkdirSync(path('run'))
    writeFileSync(path('run', 'run.json'), '{}')
    cpSync(path('net.onnx'), path('run', 'model.onnx'))
    expectRefusal(await exportTo('run/model.onnx'), 'model.onnx')
  })

  it('names a folder that is in the way', async () => {
    mkdirSync(path('taken.onnx'))
    const result = await exportTo('taken.onnx', '--force')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('is a folder')
  })
})

describe('export for TensorFlow.js', () => {
  const exportTfjs = (...more: readonly string[]) => exportTo('page', '--format', 'tfjs', ...more)

  it.each(['model.json', 'group1-shard1of1.bin'])('leaves a %s of somebody else alone', async (name) => {
    mkdirSync(path('page'))
    writeFileSync(path('page', name), '{"format": "layers-model"}')
    expectRefusal(await exportTfjs(), name)
    expect(text('page', name)).toBe('{"format": "layers-model"}')
    const other = name === 'model.json' ? 'group1-shard1of1.bin' : 'model.json'
    expect(existsSync(path('page', other))).toBe(false)
    const forced = await exportTfjs('--force')
    expect(forced.code, forced.stderr).toBe(0)
  })

  it('replaces its own earlier export unasked', async () => {
    for (const more of [[], ['--scaling-inside']]) {
      const result = await exportTfjs(...more)
      expect(result.code, result.stderr).toBe(0)
    }
    expect(text('page', 'model.json')).toContain('"scalingInside":true')
  })
})

describe('export as PyTorch code', () => {
  const exportPytorch = (...more: readonly string[]) => exportTo('code', '--format', 'pytorch', ...more)

  it.each(['README.md', 'weights.safetensors'])('leaves a %s of somebody else alone', async (name) => {
    mkdirSync(path('code'))
    writeFileSync(path('code', name), 'mine')
    expectRefusal(await exportPytorch(), name)
    expect(text('code', name)).toBe('mine')
    const forced = await exportPytorch('--force')
    expect(forced.code, forced.stderr).toBe(0)
    expect(text('code', name)).not.toBe('mine')
  })

  it('does not replace the weights that it reads', async () => {
    mkdirSync(path('code'))
    cpSync(path('net.safetensors'), path('code', 'weights.safetensors'))
    const document = text('net.netloom.json').replace('net.safetensors', 'code/weights.safetensors')
    writeFileSync(path('net.netloom.json'), document, 'latin1')
    const before = text('code', 'weights.safetensors')
    expectRefusal(await exportPytorch(), 'weights.safetensors')
    expect(text('code', 'weights.safetensors')).toBe(before)
  })
})

describe('new and import', () => {
  it('replace nothing unasked', async () => {
    expectRefusal(await runCli(folder, 'new', 'lenet5', '-o', 'net.netloom.json'), 'net.netloom.json')
    const made = await exportTo('net.onnx')
    expect(made.code, made.stderr).toBe(0)
    for (const output of ['net.netloom.json', 'net.onnx'])
      expectRefusal(await runCli(folder, 'import', 'net.onnx', '-o', output), output)
    // The weights of another document would go.
    writeFileSync(path('twin.safetensors'), 'mine')
    expectRefusal(await runCli(folder, 'import', 'net.onnx', '-o', 'twin.netloom.json'), 'twin.safetensors')
    expect(text('twin.safetensors')).toBe('mine')
  })
})
