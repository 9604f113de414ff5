// One pass over the images of a dataset for what may be wrong with them: decoding, measures, looks and features; not what follows from them (shared/datasets/quality).
import { createHash } from 'node:crypto'
import { splitNames, type SplitName } from '../../../shared/datasets/dataset'
import type { NamedImage, SeenImages } from '../../../shared/datasets/quality/findProblems'
import { measureImage, toGrey, type ImageMeasures } from '../../../shared/datasets/quality/measureImage'
import { coefficientCount, hashSide, lookAtImage } from '../../../shared/datasets/quality/perceptualHash'
import { describeEdgesAndColours, plainFeatureCount } from '../../../shared/datasets/quality/plainFeatures'
import { convertChannels, ImageResizer, type ImageExtents } from '../../../shared/datasets/resize'
import { NetloomError } from '../../../shared/graph/errors'
import { forEachAtOnce } from '../../process/parallel'
import { decodeImageBytes, inspectHeader, readImageFile } from '../decodeImage'
import type { OpenedDataset } from '../openDataset'
import type { SplitImages } from '../splitImages'
import { fitInto } from '../thumbnail'
import { featureCount, featureSide, type FeatureNetwork } from './featureNetwork'

/** Longer images are made smaller before they are measured. */
const measuredSide = 256
const imagesPerBatch = 256
/** Plans for resizing that are kept, by size. */
const keptPlans = 64
const columns = featureCount + plainFeatureCount

/** An image as it is measured. */
interface DecodedImage {
  readonly digest: string
  /** As it is. */
  readonly width: number
  readonly height: number
  /** [3, H, W], at most 256 pixels wide and high. */
  readonly planes: Uint8Array
  readonly extents: ImageExtents
}

async function decode(split: SplitImages, index: number): Promise<DecodedImage> {
  const image = split.locate(index)
  if (image.form === 'array') {
    const { channels, height, width } = image.extents
    const digest = createHash('sha1').update(image.pixels).digest('base64')
    const planes = convertChannels(image.pixels, channels, 3)
    return { digest, width, height, planes, extents: { channels: 3, height, width } }
  }
  const bytes = await readImageFile(image.path)
  const { width, height } = await inspectHeader(bytes)
  const extents = { channels: 3, ...fitInto({ width, height }, measuredSide) } as const
  const planes = await decodeImageBytes(bytes, { ...extents, resize: 'stretch' })
  return { digest: createHash('sha1').update(bytes).digest('base64'), width, height, planes, extents }
}

/** Brings images to the size in which they are compared. */
class SmallImages {
  private readonly plans = new Map<string, ImageResizer>()

  /** @returns [3, 32, 32] */
  make({ planes, extents }: DecodedImage): Uint8Array {
    const key = `${extents.width}x${extents.height}`
    let plan = this.plans.get(key)
    if (!plan) {
      plan = new ImageResizer(extents, { channels: 3, height: featureSide, width: featureSide, resize: 'stretch' })
      if (this.plans.size >= keptPlans) this.plans.clear()
      this.plans.set(key, plan)
    }
    return plan.resize(planes)
  }
}

/** What images showed so far, in the order in which they were read. */
class SeenRows {
  readonly images: NamedImage[] = []
  readonly measures: ImageMeasures[] = []
  readonly digests: string[] = []
  readonly coefficients: Float32Array
  readonly hashes: Uint32Array
  readonly tints: Float32Array
  readonly features: Float32Array

  constructor(count: number) {
    this.coefficients = new Float32Array(count * coefficientCount)
    this.hashes = new Uint32Array(2 * count)
    this.tints = new Float32Array(2 * count)
    this.features = new Float32Array(count * columns)
  }

  add(image: NamedImage, { digest, planes, extents }: DecodedImage, small: Uint8Array): void {
    const row = this.images.length
    const { width, height } = extents
    this.images.push(image)
    this.digests.push(digest)
    this.measures.push(measureImage(toGrey(planes, width * height), width, height))
    const { coefficients, hash } = lookAtImage(toGrey(small, hashSide * hashSide))
    this.coefficients.set(coefficients, row * coefficientCount)
    this.hashes.set(hash, 2 * row)
    this.tints.set(tintOf(small), 2 * row)
    this.features.set(describeEdgesAndColours(small), row * columns + featureCount)
  }

  /** @param features [N, 112] of the images from `first` on */
  addFeatures(first: number, features: Float32Array): void {
    for (let at = 0; at * featureCount < features.length; at++)
      this.features.set(features.subarray(at * featureCount, (at + 1) * featureCount), (first + at) * columns)
  }

  result(classes: readonly string[]): SeenImages {
    const { images, measures, digests } = this
    const count = images.length
    return {
      images,
      classes,
      measures,
      looks: {
        digests,
        coefficients: this.coefficients.subarray(0, count * coefficientCount),
        hashes: this.hashes.subarray(0, 2 * count),
        tints: this.tints.subarray(0, 2 * count),
      },
      features: { rows: count, columns, values: this.features.subarray(0, count * columns) },
      networkColumns: featureCount,
    }
  }
}

/** Red less green and blue less green, in the mean. */
function tintOf(small: Uint8Array): [number, number] {
  const pixels = small.length / 3
  const sums = [0, 0, 0]
  for (let at = 0; at < small.length; at++) sums[Math.floor(at / pixels)]! += small[at] ?? 0
  const [red = 0, green = 0, blue = 0] = sums
  return [(red - green) / pixels, (blue - green) / pixels]
}

/** An image that cannot be decoded is left out; it is listed by the long look at the dataset. */
async function decodeOrLeave(split: SplitImages, index: number): Promise<DecodedImage | undefined> {
  try {
    return await decode(split, index)
  } catch (error) {
    if (error instanceof NetloomError && error.code === 'dataset.unreadable') return undefined
    throw error
  }
}

interface Batch {
  readonly split: SplitName
  readonly from: number
  readonly images: readonly (DecodedImage | undefined)[]
}

async function* readBatches(dataset: OpenedDataset): AsyncGenerator<Batch> {
  for (const name of splitNames) {
    const split = dataset.images(name)
    if (!split) continue
    for (let from = 0; from < split.count; from += imagesPerBatch) {
      const count = Math.min(imagesPerBatch, split.count - from)
      const images: (DecodedImage | undefined)[] = Array.from({ length: count })
      await forEachAtOnce(count, undefined, async (at) => {
        images[at] = await decodeOrLeave(split, from + at)
      })
      yield { split: name, from, images }
    }
  }
}

function countImages(dataset: OpenedDataset): number {
  return splitNames.reduce((sum, name) => sum + (dataset.images(name)?.count ?? 0), 0)
}

/**
 * Looks at every image of a dataset; while the network computes one batch, the next is decoded.
 * @param onProgress told how many images are done
 */
export async function lookAtImages(
  dataset: OpenedDataset,
  network: FeatureNetwork,
  onProgress: (done: number, total: number) => void,
): Promise<SeenImages & { readonly unreadable: number }> {
  const total = countImages(dataset)
  const rows = new SeenRows(total)
  const resizer = new SmallImages()
  let [done, unreadable] = [0, 0]
  let running: Promise<void> = Promise.resolve()
  for await (const { split, from, images } of readBatches(dataset)) {
    const first = rows.images.length
    const small: Uint8Array[] = []
    for (const [at, image] of images.entries()) {
      if (!image) {
        unreadable++
        continue
      }
      const pixels = resizer.make(image)
      small.push(pixels)
      rows.add(nameImage(dataset, split, from + at, image), image, pixels)
    }
    await running
    running = runNetwork(network, small).then((features) => rows.addFeatures(first, features))
    // What goes wrong is thrown where it is waited for.
    running.catch(() => undefined)
    done += images.length
    onProgress(done, total)
  }
  await running
  return { ...rows.result(dataset.classes), unreadable }
}

function nameImage(dataset: OpenedDataset, split: SplitName, index: number, image: DecodedImage): NamedImage {
  const images = dataset.images(split)
  const { width, height } = image
  return {
    split,
    index,
    name: images?.nameAt(index) ?? '',
    file: images?.fileAt(index) ?? '',
    label: images?.labels[index] ?? 0,
    width,
    height,
  }
}

async function runNetwork(network: FeatureNetwork, small: readonly Uint8Array[]): Promise<Float32Array> {
  if (small.length === 0) return new Float32Array(0)
  const size = 3 * featureSide * featureSide
  const pixels = new Uint8Array(small.length * size)
  for (const [at, image] of small.entries()) pixels.set(image, at * size)
  return network.run(pixels)
}
