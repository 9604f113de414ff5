// `netloom import` as other programs call it: files, JSON, exit codes, and the document that the other commands take.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeModel, encodeModel } from '../../src/shared/onnx/bytes'
import { overflowing } from '../importing/differingModels'
import { buildModel } from '../importing/modelCase'
import { isOneMessage, makeFolder, parseJson, runCli } from './runCli'

const folder = makeFolder()

beforeAll(() => {
  // Ten classes of grey 28x28 images, as the built-in digits are.
  const model = buildModel(
    (b, x, w) => {
      const conv = b.add('Relu', [b.add('Conv', [x, w(4, 1, 5, 5)], { strides: [4, 4] })])
      return b.add('LogSoftmax', [b.add('Gemm', [b.add('Flatten', [conv]), w(10, 144)], { transB: 1 })])
    },
    { input: ['N', 1, 28, 28] },
  )
  writeFileSync(join(folder, 'net.onnx'), encodeModel(model))
  writeFileSync(join(folder, 'names.txt'), `${Array.from({ length: 10 }, (_, index) => `digit ${index}`).join('\n')}\n`)
  writeFileSync(join(folder, 'two.json'), '["a", "b"]')
})

describe('netloom import', () => {
  it('writes a document, weights and a receipt, and prints them as JSON', async () => {
    const options = ['-o', 'net.netloom.json', '--normalize', 'unit', '--classes', 'names.txt', '--json']
    const result = await runCli(folder, 'import', 'net.onnx', ...options)
    expect(result.code, result.stderr).toBe(0)
    // 4*25 weights of the convolution and 10*144 of the dense layer.
    expect(parseJson(result)).toMatchObject({
      document: 'net.netloom.json',
      weights: 'net.safetensors',
      operators: { folded: 0, kept: 5, unsupported: ['LogSoftmax'] },
      nodes: 6,
      parameters: 1540,
      receipt: { maxAbs: expect.any(Number), maxRel: expect.any(Number) },
    })
    const document: unknown = JSON.parse(readFileSync(join(folder, 'net.netloom.json'), 'utf8'))
    expect(document).toMatchObject({ weights: 'net.safetensors', scaling: { mean: [0], deviation: [1] } })
    const receipt = JSON.parse(readFileSync(join(folder, 'net.receipt.json'), 'utf8')) as {
      receipt: { maxRel: number }
    }
    expect(receipt.receipt.maxRel).toBeLessThan(1e-6)
  })

  it('gives a document that is measured as it is and trained from its weights', async () => {
    const file = await runCli(folder, 'eval', 'net.onnx', '--data', 'builtin:digits', '--normalize', 'unit', '--json')
    const own = await runCli(folder, 'eval', 'net.netloom.json', '--data', 'builtin:digits', '--json')
    expect(own.code, own.stderr).toBe(0)
    expect(parseJson(own)).toMatchObject({ confusion: (parseJson(file) as { confusion: unknown }).confusion })
    const options = ['--data', 'builtin:digits', '--limit', '64', '--epochs', '1', '--out', 'run', '--device', 'cpu']
    const trained = await runCli(folder, 'train', 'net.netloom.json', ...options, '--json')
    expect(trained.code, trained.stderr).toBe(0)
    expect(parseJson(trained)).toMatchObject({ state: 'finished' })
  })

  it('overwrites nothing unless told, and prints the receipt for people', async () => {
    const again = await runCli(folder, 'import', 'net.onnx', '-o', 'net.netloom.json')
    expect([again.code, isOneMessage(again)]).toEqual([1, true])
    expect(again.stderr).toContain('--force')
    const forced = await runCli(folder, 'import', 'net.onnx', '-o', 'net.netloom.json', '--force')
    expect(forced.code, forced.stderr).toBe(0)
    expect(forced.stdout).toContain('largest difference from the original')
    expect(forced.stderr).toContain('--normalize')
  })

  it('gives a document that is exported again, also where nobody knows the scaling', async () => {
    const model = buildModel((b, x, w) => b.add('ConvTranspose', [x, w(3, 2, 2, 2)], { strides: [2, 2] }))
    writeFileSync(join(folder, 'large.onnx'), encodeModel(model))
    const imported = await runCli(folder, 'import', 'large.onnx')
    expect(imported.code, imported.stderr).toBe(0)
    const exported = await runCli(folder, 'export', 'large.netloom.json', '-o', 'again.onnx', '--json')
    expect(exported.code, exported.stderr).toBe(0)
    const { receipt } = parseJson(exported) as { receipt: { maxAbs: number } }
    expect(receipt.maxAbs).toBeLessThan(1e-5)
    const { metadata } = decodeModel(readFileSync(join(folder, 'again.onnx')))
    expect(metadata).not.toHaveProperty('netloom.scaling')
    const inside = ['export', 'large.netloom.json', '-o', 'inside.onnx', '--scaling-inside']
    const unknown = await runCli(folder, ...inside)
    expect([unknown.code, isOneMessage(unknown)]).toEqual([1, true])
    expect(unknown.stderr).toContain('--normalize')
    expect(existsSync(join(folder, 'inside.onnx'))).toBe(false)
    expect(await runCli(folder, ...inside, '--normalize', 'signed')).toMatchObject({ code: 0 })
  })

  it('fails where the network gives something else than the file, and marks it where that is accepted', async () => {
    writeFileSync(join(folder, 'double.onnx'), encodeModel(overflowing()))
    const refused = await runCli(folder, 'import', 'double.onnx', '--json')
    expect([refused.code, isOneMessage({ ...refused, stdout: '' })]).toEqual([1, true])
    expect(refused.stderr).toContain('infinite')
    expect(refused.stderr).toContain('--accept-difference')
    const receipt = { verdict: 'different', maxAbs: 'infinite', maxRel: 'infinite' }
    expect(parseJson(refused)).toMatchObject({ document: null, receipt })
    expect(existsSync(join(folder, 'double.netloom.json'))).toBe(false)
    const accepted = await runCli(folder, 'import', 'double.onnx', '--accept-difference', '--json')
    expect(accepted.code, accepted.stderr).toBe(0)
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
    expect(read('double.receipt.json')).toMatchObject({ receipt })
    const notes = [{ color: 'red', text: expect.stringContaining('other outputs than its file') as unknown }]
    expect(read('double.netloom.json')).toMatchObject({ notes })
  })

  it('refuses class names that do not fit, and bytes that are no model', async () => {
    const names = await runCli(folder, 'import', 'net.onnx', '-o', 'other.netloom.json', '--classes', 'two.json')
    expect([names.code, isOneMessage(names)]).toEqual([1, true])
    expect(names.stderr).toContain('names 2 classes')
    writeFileSync(join(folder, 'cut.onnx'), readFileSync(join(folder, 'net.onnx')).subarray(0, 3000))
    const cut = await runCli(folder, 'import', 'cut.onnx', '-o', 'other.netloom.json')
    expect([cut.code, isOneMessage(cut)]).toEqual([1, true])
    expect(existsSync(join(folder, 'other.netloom.json'))).toBe(false)
  })
})
