// The calls `datasets`: describing a dataset, pages of its images, its statistics; not opening or decoding (main/datasets).
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../shared/contract/datasetCalls'
import type { DatasetDescription } from '../../shared/datasets/dataset'
import { makeTransform } from '../../shared/datasets/imageTransform'
import type { InputScaling } from '../../shared/graph/document'
import type { OpenedDataset } from '../datasets/openDataset'
import { forEachAtOnce } from '../process/parallel'
import { openImageLoader } from '../datasets/imageLoader'
import { imageDrawer } from '../datasets/thumbnail'
import type { Core } from './core'
import { implementApplying } from './applyApi'
import { implementCorrections } from './correctionsApi'
import { allowOutside } from './datasetGate'
import { nameDataset, ownDataset } from './ownDataset'
import { streamOf } from '../process/eventQueue'
import { os, withTypedErrors } from './implementer'

/** Implements `datasets.*`. */
export function implementDatasets(core: Core) {
  return {
    describe: os.datasets.describe.handler(({ input, signal }) =>
      withTypedErrors(streamOf<DescribeEvent>(signal, (push, left) => describe(core, input, push, left))),
    ),
    allowOutside: os.datasets.allowOutside.handler(async ({ input }) =>
      allowOutside(core, await nameDataset(core, input), input.folders),
    ),
    images: os.datasets.images.handler(({ input, signal }) => drawPage(core, input, signal)),
    ...implementCorrections(core),
    ...implementApplying(core),
    statistics: os.datasets.statistics.handler(async ({ input, signal }) => {
      const { reference, options } = await ownDataset(core, input)
      const loader = await openImageLoader({ reference, options, format: input.format, splits: ['train'], signal })
      try {
        return copyScaling(await loader.statistics())
      } finally {
        await loader.close()
      }
    }),
  }
}

type PageRequest = Parameters<Parameters<typeof os.datasets.images.handler>[0]>[0]['input']

/** Numbers of the images that are asked for, out of `total`. */
function chooseImages(core: Core, dataset: OpenedDataset, input: PageRequest): { total: number; chosen: number[] } {
  const { split, from, count, indices, class: label } = input
  const all = core.datasets.indicesOf(dataset, split, label)
  const size = dataset.labels(split).length
  const total = all.length
  if (indices) return { total: indices.length, chosen: indices.filter((index) => index < size) }
  const length = Math.max(0, Math.min(count, total - from))
  return { total, chosen: all.slice(from, from + length) }
}

async function drawPage(core: Core, input: PageRequest, signal: AbortSignal | undefined) {
  const { reference, options } = await ownDataset(core, input)
  const dataset = await core.datasets.get(reference, options)
  const split = dataset.images(input.split)
  if (!split) return { total: 0, images: [] }
  const { total, chosen } = chooseImages(core, dataset, input)
  const { format, augmentation = 'none', size } = input
  const seen = format && { format, augmentation, transform: makeTransform(options, input.split, format) }
  const draw = imageDrawer(split, seen ?? { size }, signal)
  const images: { index: number; name: string; label: number; png: string | null }[] = []
  await forEachAtOnce(chosen.length, signal, async (place) => {
    const index = chosen[place] ?? 0
    const png = await draw(index)
    const label = split.labels[index] ?? 0
    images[place] = { index, name: split.nameAt(index), label, png: png && Buffer.from(png).toString('base64') }
  })
  return { total, images }
}

type DescribeEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'description'; readonly description: MutableDescription; readonly quick: boolean }

function copyScaling({ mean, deviation }: InputScaling) {
  return { mean: [...mean], deviation: [...deviation] }
}

/** What is known at once, then progress, then the whole description. */
async function describe(
  core: Core,
  input: z.output<typeof datasetRequestSchema>,
  push: (event: DescribeEvent) => void,
  signal: AbortSignal,
): Promise<DescribeEvent> {
  const { reference, options } = await ownDataset(core, input, true)
  const dataset = await core.datasets.get(reference, options)
  push({ kind: 'description', description: copyDescription(dataset.description), quick: true })
  const description = await dataset.describe({
    signal,
    onProgress: ({ done, total }) => push({ kind: 'progress', done, total }),
  })
  const damaged = description.unreadable.map(({ file }) => file)
  core.datasets.leaveOut(dataset, damaged)
  return { kind: 'description', description: copyDescription(description), quick: false }
}

type MutableDescription = ReturnType<typeof copyDescription>

/** The description as the contract's plain value. */
function copyDescription({
  classes,
  splits,
  sizes,
  unreadable,
  contradictions,
  duplicatesAcrossSplits,
  notes,
  ...rest
}: DatasetDescription) {
  const copySplit = (name: keyof typeof splits) => {
    const split = splits[name]
    return split && { [name]: { count: split.count, perClass: [...split.perClass] } }
  }
  return {
    ...rest,
    classes: [...classes],
    splits: { ...copySplit('train'), ...copySplit('val'), ...copySplit('test') },
    sizes: sizes.map((size) => ({ ...size })),
    unreadable: unreadable.map((file) => ({ ...file })),
    contradictions: contradictions.map(({ isExact, images }) => ({
      isExact,
      images: images.map((image) => ({ ...image })),
    })),
    duplicatesAcrossSplits: duplicatesAcrossSplits.map((files) => [...files]),
    notes: [...(notes ?? [])],
  }
}
