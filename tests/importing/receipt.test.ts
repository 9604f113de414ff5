// What an import says where the network here is not the file's: how far, and from which layer on.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importNetwork, readOnnxNetwork } from '../../src/main/exchange/importOnnxFile'
import { loadModel } from '../../src/main/models/openModel'
import { receiptForJson } from '../../src/main/models/receiptWords'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { buildModel, makeFolder } from './modelCase'
import { cancelling, overflowing } from './differingModels'

const folder = makeFolder()

async function importBytes(bytes: Uint8Array, flat = true) {
  const path = join(folder, 'case.onnx')
  writeFileSync(path, bytes)
  return importNetwork(path, { flat })
}

describe('a file of doubles whose numbers float32 cannot hold', () => {
  it('differs, and the first layer where it does is named', async () => {
    const { receipt, document } = await importBytes(encodeModel(cancelling()))
    expect(receipt.verdict).toBe('different')
    // Near 1e9 neighbouring float32 numbers are 64 apart, and the values are below 10.
    expect(receipt.maxRel).toBeGreaterThan(0.5)
    expect(receipt.maxRel).toBeLessThan(Infinity)
    const { layer, value, type } = receipt.firstDifference ?? {}
    expect(value).toBe('small')
    expect(document.nodes.find(({ id }) => id === layer)?.type).toBe(type)
    expect(receipt.remarks.join(' ')).toContain(`first at "${layer}"`)
  })

  it('differs infinitely where float32 overflows', async () => {
    const { receipt } = await importBytes(encodeModel(overflowing()))
    expect(receipt).toMatchObject({ verdict: 'different', maxAbs: Infinity, maxRel: Infinity })
    // Read as float32 the file's own 1e60 is infinite too; the quotient is where it is a number again.
    expect(receipt.firstDifference).toMatchObject({ value: 'shrunk', maxRel: Infinity })
  })

  it('is no network to train or to predict with, unless that is accepted', async () => {
    const path = join(folder, 'double.onnx')
    writeFileSync(path, encodeModel(cancelling()))
    const stateFolder = join(folder, 'state')
    const refused = { code: 'import.different', message: expect.stringContaining('"small"') as unknown }
    // Twice, since a failure is not remembered as a proof.
    for (let turn = 0; turn < 2; turn++)
      await expect(readOnnxNetwork(path, { stateFolder })).rejects.toMatchObject(refused)
    const scaling = { mean: [0], deviation: [1] }
    await expect(loadModel(path, { scaling, stateFolder })).rejects.toMatchObject(refused)
    expect(await loadModel(path, { scaling, acceptDifference: true })).toMatchObject({ classCount: 10 })
  })
})

it('is compared once where a file is trained as it is, and anew where the file is another', async () => {
  const [path, stateFolder] = [join(folder, 'plain.onnx'), join(folder, 'memory')]
  const remembered = () => (JSON.parse(readFileSync(join(stateFolder, 'receipts.json'), 'utf8')) as string[]).length
  const write = (size: number) =>
    writeFileSync(path, encodeModel(buildModel((b, x, w) => b.add('Relu', [b.add('Conv', [x, w(4, 3, size, size)])]))))
  const counts: number[] = []
  for (const size of [3, 3, 1]) {
    write(size)
    await readOnnxNetwork(path, { stateFolder })
    counts.push(remembered())
  }
  expect(counts).toEqual([1, 1, 2])
})

it('tells an infinite difference and none at all apart in JSON', async () => {
  const { receipt } = await importBytes(encodeModel(overflowing()))
  expect(receiptForJson(receipt)).toMatchObject({ maxRel: 'infinite', comparisons: [{ maxRel: 'infinite' }, {}] })
  const notRun = { maxAbs: null, maxRel: null, verdict: 'not-run', comparisons: [], remarks: [] } as const
  expect(receiptForJson(notRun)).toMatchObject({ maxAbs: 'not-run', maxRel: 'not-run' })
})
