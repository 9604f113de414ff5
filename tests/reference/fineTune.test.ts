// A pretrained network fine-tuned from the command line on real images, against what PyTorch reaches with the same recipe.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { makeFolder, runCli } from '../cli/runCli'

const shared = fileURLToPath(new URL('../../../shared', import.meta.url))
const model = join(shared, 'models/resnet20-cifar10-bn.onnx')
const images = join(shared, 'data/cifar10')

const reportSchema = z.object({
  images: z.number().optional(),
  imagesPerSecond: z.number(),
  test: z.object({ top1: z.number() }),
})

describe.skipIf(!existsSync(model) || !existsSync(images))('the imported ResNet-20', () => {
  const folder = makeFolder()
  const document = 'resnet20.netloom.json'

  async function train(...args: readonly string[]) {
    const { code, stdout, stderr } = await runCli(folder, 'train', document, ...args, '--json')
    expect(code, stderr).toBe(0)
    return { ...reportSchema.parse(JSON.parse(stdout)), stderr }
  }

  beforeAll(async () => {
    const { code, stderr } = await runCli(folder, 'import', model, '-o', document, '--normalize', 'imagenet')
    expect(code, stderr).toBe(0)
  }, 60_000)

  it('gains four points and more in two epochs on these images', { timeout: 400_000 }, async () => {
    // 80.4% before; PyTorch reaches 85.9% with these numbers.
    const recipe = ['--epochs', '2', '--optimizer', 'momentum', '--momentum', '0.9', '--lr', '0.01', '--batch', '128']
    const { test } = await train('--data', `folder:${images}`, ...recipe, '--out', 'whole')
    expect(test.top1).toBeGreaterThanOrEqual(0.845)
  })

  it('learns three classes with a new head and its body frozen', { timeout: 200_000 }, async () => {
    for (const split of ['train', 'test']) {
      mkdirSync(join(folder, 'three', split), { recursive: true })
      for (const name of ['airplane', 'automobile', 'ship'])
        symlinkSync(join(images, split, name), join(folder, 'three', split, name))
    }
    const recipe = ['--epochs', '1', '--optimizer', 'adam', '--lr', '0.01', '--batch', '32']
    const body = ['--freeze', 'conv1', '--freeze', 'layer*']
    const { test, stderr } = await train('--data', 'folder:three', ...recipe, ...body, '--out', 'head')
    expect(stderr).toContain('"linear" is a new head for 3 classes and starts anew.')
    // PyTorch reaches 92.3%.
    expect(test.top1).toBeGreaterThanOrEqual(0.91)
  })
})
