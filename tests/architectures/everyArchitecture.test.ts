// Every architecture at a small size: ONNX Runtime loads and runs it, and it takes one training step.
import { describe, expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { architectures, type Architecture, type ImageShape } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema } from '../../src/shared/training/recipe'

const batch = 2
const classes = 4

/** The smallest images that these pass through all their poolings; others take 32x32, or their own size where smaller. */
const smallest: Readonly<Record<string, number>> = {
  alexnet: 67,
  zfnet: 63,
  'alexnet-torchvision': 63,
  googlenet: 33,
  'googlenet-aux': 33,
}

/** Of the same blocks as others in the list, only more of them or with the stride elsewhere: seconds without news. */
const alike: ReadonlySet<string> = new Set([
  'resnet101-paper',
  'resnet152-paper',
  'resnet101',
  ...['resnet32', 'resnet44', 'plain32', 'plain44'].map((id) => `${id}-cifar`),
])
const tried = architectures.filter(({ id }) => !alike.has(id))

function shapeFor({ id, input }: Architecture): ImageShape {
  const [channels, height, width] = input
  const extent = smallest[id] ?? 32
  return [channels, Math.min(height, extent), Math.min(width, extent)]
}

/**
 * A network as wide as it takes to show what it is made of: dense layers of 4096 units, which hold most weights of AlexNet
 * and VGG, with 64, and a quarter of the filters where all widths are multiples of 64, as in VGG and ResNets.
 */
function narrow(document: NetworkDocument): NetworkDocument {
  const widths = document.nodes.flatMap(({ params }) =>
    typeof params['filters'] === 'number' ? params['filters'] : [],
  )
  const isWide = widths.every((width) => width % 64 === 0)
  const nodes = document.nodes.map((node) => {
    const { units, filters } = node.params
    if (units === 4096) return { ...node, params: { ...node.params, units: 64 } }
    if (isWide && typeof filters === 'number') return { ...node, params: { ...node.params, filters: filters / 4 } }
    return node
  })
  return { ...document, nodes }
}

function randomPixels(count: number): Uint8Array {
  const random = new RandomStream(3, 'pixels')
  return Uint8Array.from({ length: count }, () => random.below(256))
}

describe('every architecture', () => {
  it.each(tried.map((architecture) => ({ id: architecture.id, architecture })))(
    '$id runs and learns',
    async ({ architecture }) => {
      const input = shapeFor(architecture)
      const document = narrow(architecture.build({ input, classes }))
      const weights = initialiseWeights(document, 1)
      const [channels, height, width] = input
      const scaling = { mean: Array<number>(channels).fill(0.5), deviation: Array<number>(channels).fill(0.25) }
      const pixels = randomPixels(batch * channels * height * width)

      const prediction = await ortEngine.openPrediction({ document, weights, scaling }, 'cpu')
      const outputs = await prediction.predict(pixels, batch)
      await prediction.dispose()
      expect(outputs).toHaveLength(batch * classes)
      expect(outputs.every((value) => Number.isFinite(value))).toBe(true)

      const recipe = recipeSchema.parse({ ...document.recipe, batchSize: batch })
      const session = await ortEngine.openTraining({ document, recipe, scaling, weights }, 'cpu')
      const { loss } = await session.step({ pixels, labels: Int32Array.of(0, classes - 1), learningRate: 0.01 })
      expect(Number.isFinite(loss)).toBe(true)
      const trained = await session.readWeights()
      await session.dispose()
      const isChanged = [...weights].some(([path, { data }]) =>
        data.some((value, index) => value !== trained.get(path)?.data[index]),
      )
      expect(isChanged).toBe(true)
      for (const { data } of trained.values()) expect(data.every((value) => Number.isFinite(value))).toBe(true)
    },
    60_000,
  )
})
