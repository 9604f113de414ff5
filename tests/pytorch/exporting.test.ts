// Exporting a model with its weights as PyTorch code: the check in PyTorch, the example, and what is refused.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { findPythonWithTorch } from '../../src/main/bench/pythonContender'
import { exportPytorch } from '../../src/main/exchange/exportPytorch'
import { loadModel, openLoaded, type NetworkModel } from '../../src/main/models/openModel'
import { PytorchProcess } from '../../src/main/exchange/pytorchProcess'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { serializeDocument } from '../../src/shared/graph/schema'
import { encodeSafetensors } from '../../src/shared/training/safetensors'

const python = findPythonWithTorch()
const hasPillow = python !== null && spawnSync(python, ['-c', 'import PIL']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'netloom ünï '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const classes = ['cat', 'dog "Rex"', 'Ente\u2028 ü']

function buildNetwork(): NetworkDocument {
  const builder = new DocumentBuilder('Pets')
  const input = builder.add('input', 'input', { shape: [3, 8, 8] })
  const block = builder.add('block', 'residualBasic', { filters: 6, stride: 2 }, input)
  const pooled = builder.add('pool', 'globalAveragePool', { keepDims: false }, block)
  builder.add('fc', 'dense', { units: 3 }, pooled)
  return builder.build()
}

async function loadPets(): Promise<NetworkModel> {
  const document = {
    ...buildNetwork(),
    weights: 'pets.safetensors',
    classes,
    scaling: { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] },
  }
  writeFileSync(join(folder, 'pets.netloom.json'), serializeDocument(document))
  const weights = encodeSafetensors(initialiseWeights(document, 1), {})
  writeFileSync(join(folder, 'pets.safetensors'), Buffer.concat(weights))
  const model = await loadModel(join(folder, 'pets.netloom.json'))
  if (model.kind !== 'network') throw new Error('not a document')
  return model
}

const model = await loadPets()

describe('exporting PyTorch code', () => {
  it('says that it was not run where no Python has PyTorch', async () => {
    const target = join(folder, 'unchecked')
    const { files, sizeBytes, receipt } = await exportPytorch(model, target, { python: ['no-such-python'] })
    expect(receipt.images).toBe(0)
    expect(readdirSync(target).sort()).toEqual(['README.md', 'example.py', 'model.py', 'weights.safetensors'])
    expect(sizeBytes).toBe(files.reduce((sum, file) => sum + readFileSync(file).length, 0))
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toContain('mean 0.4, 0.5, 0.6, deviation 0.2, 0.25, 0.3')
  })

  it('replaces an earlier export, but no file of somebody else', async () => {
    const target = join(folder, 'foreign')
    mkdirSync(target)
    writeFileSync(join(target, 'README.md'), '# My pets\n')
    await expect(exportPytorch(model, target, { python: [] })).rejects.toMatchObject({ code: 'file.exists' })
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toBe('# My pets\n')
    expect(existsSync(join(target, 'model.py'))).toBe(false)
    rmSync(join(target, 'README.md'))
    await exportPytorch(model, target, { python: [] })
    await exportPytorch(model, target, { python: [], scalingInside: true })
    expect(readFileSync(join(target, 'model.py'), 'utf8')).toContain('SCALING_INSIDE = True')
  })
})

describe.skipIf(!python)('exporting PyTorch code (needs a Python with torch)', () => {
  it.each([false, true])('is run and compared before it is handed over, scaling inside: %s', async (scalingInside) => {
    const target = join(folder, `checked ${scalingInside}`)
    const { receipt } = await exportPytorch(model, target, { scalingInside })
    // One image, then seven.
    expect(receipt.images).toBe(8)
    expect(receipt.maxRel).toBeLessThan(1e-4)
    expect(readdirSync(target)).not.toContain('__pycache__')
  })

  it.skipIf(!hasPillow)(
    'has an example (with Pillow) that names the classes of an image as the engine does',
    async () => {
      const target = join(folder, 'example')
      await exportPytorch(model, target, { python: [] })
      const pixels = Uint8Array.from({ length: 192 }, (_, index) => (index * 37) % 256)
      const image = join(folder, 'image.png')
      await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } })
        .png()
        .toFile(image)
      const { stdout, stderr } = spawnSync(python ?? '', ['-B', join(target, 'example.py'), image], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
      })
      const engine = await openLoaded(model, 'cpu')
      const planes = Uint8Array.from(pixels, (_, index) => pixels[(index % 64) * 3 + Math.floor(index / 64)] ?? 0)
      const logits = await engine.predict(planes, 1)
      await engine.dispose()
      const best = logits.indexOf(Math.max(...logits))
      const shares = logits.map((value) => Math.exp(value - (logits[best] ?? 0)))
      const share = 1 / shares.reduce((sum, value) => sum + value, 0)
      expect(stdout, stderr).toContain(`${(100 * share).toFixed(2)}%  ${classes[best]}`)
    },
  )

  it('refuses code that does not run, with what PyTorch said', async () => {
    const target = join(folder, 'broken')
    mkdirSync(target)
    writeFileSync(join(target, 'model.py'), 'INPUT_SHAPE = (1,)\ndef load():\n    raise ValueError("no weights")\n')
    const started = await PytorchProcess.start(target)
    await expect(started?.predict(Uint8Array.of(1), 1, 1)).rejects.toMatchObject({
      code: 'export.mismatch',
      message: expect.stringContaining('ValueError: no weights') as unknown,
    })
    started?.stop()
  })
})
