// The features by which images are compared against PyTorch's, and how many wrong labels are found by them in CIFAR-10.
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/main/datasets/openDataset'
import { FeatureNetwork, featureCount } from '../../src/main/datasets/quality/featureNetwork'
import { lookAtImages } from '../../src/main/datasets/quality/lookAtImages'
import { decodeModel } from '../../src/shared/onnx/bytes'
import { readNumbers } from '../../src/shared/onnx/dataTypes'
import { findProblems, type SeenImages } from '../../src/shared/datasets/quality/findProblems'
import { RandomStream } from '../../src/shared/training/randomStream'

const images = new URL('../../../shared/data/cifar10', import.meta.url).pathname
const recorded = new URL('../../../shared/reference/features-resnet20.f32', import.meta.url).pathname
const pretrained = new URL('../../../shared/models/resnet20-cifar10.onnx', import.meta.url).pathname
const hasAll = existsSync(images) && existsSync(recorded)

/** The same images with some labels changed, each to another class. */
function withNoise(seen: SeenImages, share: number, seed: number): { seen: SeenImages; wrong: ReadonlySet<string> } {
  const random = new RandomStream(seed, 'noise')
  const count = seen.images.length
  const changed = new Set(random.permutation(count).slice(0, Math.round(share * count)))
  const classes = seen.classes.length
  const labelled = seen.images.map((image, row) =>
    changed.has(row) ? { ...image, label: (image.label + 1 + random.below(classes - 1)) % classes } : image,
  )
  const { features } = seen
  const own = { ...seen, images: labelled, features: { ...features, values: features.values.slice() } }
  return { seen: own, wrong: new Set([...changed].map((row) => seen.images[row]?.file ?? '')) }
}

describe.skipIf(!hasAll)(`wrong labels in CIFAR-10${hasAll ? '' : ' (the shared folder is not there)'}`, () => {
  let seen: SeenImages

  /** What is seen of the 1,000 test images: the network has seen none of them. */
  async function look(network: FeatureNetwork): Promise<SeenImages> {
    const dataset = await openDataset(`folder:${images}`, { testRange: [0, 1000], trainRange: [0, 1] })
    const all = await lookAtImages(dataset, network, () => undefined)
    await network.dispose()
    const first = all.images.findIndex(({ split }) => split === 'test')
    const { columns, values } = all.features
    return {
      ...all,
      images: all.images.slice(first),
      measures: all.measures.slice(first),
      looks: {
        digests: all.looks.digests.slice(first),
        coefficients: all.looks.coefficients.subarray(first * 63),
        hashes: all.looks.hashes.subarray(2 * first),
        tints: all.looks.tints.subarray(2 * first),
      },
      features: { rows: all.features.rows - first, columns, values: values.subarray(first * columns) },
    }
  }

  beforeAll(async () => {
    seen = await look(await FeatureNetwork.open())
  })

  it.skipIf(!existsSync(pretrained))('computes the features that PyTorch gives, with its weights', async () => {
    const expected = new Float32Array(readFileSync(recorded).buffer.slice(0))
    const { graph } = decodeModel(readFileSync(pretrained))
    const values = graph.nodes
      .filter(({ opType }) => opType === 'Conv')
      .flatMap(({ inputs }) => inputs.slice(1).flatMap((name) => readNumbers(graph.initializers.get(name)!)))
    const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
    const {
      columns,
      values: found,
      rows,
    } = (await look(await FeatureNetwork.of(Float32Array.from(values), imagenet))).features
    expect(rows).toBe(1000)
    let largest = 0
    for (let row = 0; row < rows; row++)
      for (let at = 0; at < 64; at++)
        largest = Math.max(
          largest,
          Math.abs((found[row * columns + featureCount - 64 + at] ?? 0) - (expected[row * 64 + at] ?? 0)),
        )
    // Another JPEG decoder.
    expect(largest).toBeLessThan(0.02)
  })

  it.each([{ seed: 1 }, { seed: 2 }, { seed: 3 }])(
    'finds four fifths of noise in the first tenth of the list, seed $seed',
    async ({ seed }) => {
      const noisy = withNoise(seen, 0.05, seed)
      const { problems } = await findProblems(noisy.seen)
      const first = problems.filter(({ kind }) => kind === 'labelErrors').slice(0, 100)
      const found = first.filter(({ images: [image] }) => noisy.wrong.has(image?.file ?? ''))
      expect(found.length / noisy.wrong.size).toBeGreaterThanOrEqual(0.8)
    },
  )
})
