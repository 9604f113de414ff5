// Networks of torchvision, exported by PyTorch with random weights: imported, compared with the original, trained for one step.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { importNetwork } from '../../src/main/exchange/importOnnxFile'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema } from '../../src/shared/training/recipe'
import { makeFolder } from '../importing/modelCase'

// Debian's own Python, whatever stands first in the path: its packages are the ones that .ci/run installs.
const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('export.py', import.meta.url))
const hasTorchvision = spawnSync(python, ['-c', 'import torchvision, onnx']).status === 0
const folder = makeFolder()

interface Network {
  readonly name: string
  readonly opset: 9 | 13 | 17
  readonly mode: 'eval' | 'train'
  /** Height and width: small where the network allows it. */
  readonly size: number
}

/**
 * A covering subset of networks, operator sets and modes: every network once, each of the six pairs of operator set and
 * mode at least once. EfficientNet's stochastic depth cannot be exported in training mode, MobileNetV3 is beside the list.
 */
const networks: readonly Network[] = [
  { name: 'resnet18', opset: 9, mode: 'eval', size: 64 },
  { name: 'resnet50', opset: 13, mode: 'train', size: 64 },
  { name: 'alexnet', opset: 9, mode: 'train', size: 224 },
  { name: 'vgg16', opset: 13, mode: 'eval', size: 224 },
  { name: 'googlenet', opset: 17, mode: 'train', size: 64 },
  { name: 'squeezenet1_1', opset: 13, mode: 'eval', size: 64 },
  { name: 'densenet121', opset: 9, mode: 'train', size: 64 },
  { name: 'mobilenet_v2', opset: 17, mode: 'eval', size: 64 },
  { name: 'mnasnet1_0', opset: 13, mode: 'train', size: 64 },
  { name: 'efficientnet_b0', opset: 17, mode: 'eval', size: 64 },
  { name: 'shufflenet_v2_x1_0', opset: 17, mode: 'train', size: 64 },
  { name: 'mobilenet_v3_small', opset: 9, mode: 'eval', size: 64 },
  { name: 'regnet_y_400mf', opset: 13, mode: 'train', size: 64 },
]

const exportSchema = z.object({ path: z.string(), parameters: z.int(), initializers: z.int() })

function exportNetwork({ name, opset, mode, size }: Network): z.output<typeof exportSchema> {
  const { status, stdout } = spawnSync(python, [script, folder, [name, opset, mode, size].join()], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`PyTorch could not export ${name}`)
  return exportSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}

/** One step on random images. @returns the loss and how many weights it changed */
async function takeStep(imported: Awaited<ReturnType<typeof importNetwork>>) {
  const { document, weights, report } = imported
  const [channels = 3, height = 0, width = 0] = report.input.shape
  const scaling = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] }
  const recipe = recipeSchema.parse({ optimizer: { type: 'sgd' }, learningRate: 0.01, batchSize: 2 })
  const session = await ortEngine.openTraining({ document, recipe, scaling, weights }, 'cpu')
  const random = new RandomStream(3, 'interop')
  const pixels = Uint8Array.from({ length: 2 * channels * height * width }, () => random.below(256))
  const { loss } = await session.step({ pixels, labels: Int32Array.of(1, 7), learningRate: 0.01 })
  const trained = await session.readWeights()
  await session.dispose()
  const changed = [...trained].filter(([path, { data }]) => {
    const before = weights.get(path)
    return before?.data.some((value, index) => value !== data[index]) === true
  })
  return { loss, changed: changed.length }
}

describe.skipIf(!hasTorchvision)('networks of torchvision (needs python3-torchvision and python3-onnx)', () => {
  it.each(networks)('imports $name of opset $opset ($mode), equal to the original, and trains it', async (network) => {
    const exported = exportNetwork(network)
    const imported = await importNetwork(exported.path)
    rmSync(exported.path)
    const { parameters, nodes, receipt, report } = imported
    expect(parameters).toBe(exported.initializers)
    if (network.mode === 'train') expect(parameters).toBe(exported.parameters)
    expect(receipt.comparisons.length, receipt.remarks.join(' ')).toBeGreaterThan(0)
    expect(receipt.maxRel).toBeLessThan(1e-4)
    expect(nodes).toBeLessThanOrEqual(40)
    const { loss, changed } = await takeStep(imported)
    // About ln(1000) = 6.9 for 1,000 classes and weights that know nothing.
    expect(loss).toBeGreaterThan(2)
    expect(loss).toBeLessThan(30)
    expect(changed).toBeGreaterThan(imported.weights.size / 3)
    console.info(`${network.name}: ${report.operators.total} operators, ${nodes} nodes, relative ${receipt.maxRel}`)
  })
})
