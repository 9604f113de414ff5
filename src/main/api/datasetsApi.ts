// The calls `datasets`: describing a dataset, pages of its images, its statistics; not opening or decoding (main/datasets).
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../shared/contract/datasetCalls'
import type { Correction, NotedCorrection } from '../../shared/datasets/corrections'
import type { DatasetDescription, SplitName } from '../../shared/datasets/dataset'
import { makeTransform } from '../../shared/datasets/imageTransform'
import type { InputScaling } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { addCorrection, readCorrections, undoCorrection } from '../datasets/corrections/correctionFile'
import { parseReference } from '../datasets/datasetReference'
import { openDataset, type OpenedDataset } from '../datasets/openDataset'
import { forEachAtOnce } from '../process/parallel'
import { openImageLoader } from '../datasets/imageLoader'
import { imageDrawer } from '../datasets/thumbnail'
import type { Core } from './core'
import { allowOutside, requireInside, type OwnedDataset } from './datasetGate'
import { streamOf } from '../process/eventQueue'
import { os, withTypedErrors } from './implementer'

async function ownReference(core: Core, reference: string): Promise<string> {
  const parsed = parseReference(reference)
  if (parsed.kind === 'builtin') return `builtin:${parsed.name}`
  const path = await core.roots.require(parsed.path)
  return parsed.kind === 'guess' ? path : `${parsed.kind}:${path}`
}

/**
 * Checks that a dataset, and whatever it leads to, lies inside the roots.
 * @param anew whether its files are looked at again
 * @throws NetloomError file.outside, dataset.outside, dataset.reference; as `openDataset`
 */
export async function ownDataset(core: Core, request: DatasetRequest, anew = false): Promise<OwnedDataset> {
  const owned = await nameDataset(core, request)
  await requireInside(core, owned, anew)
  return owned
}

type DatasetRequest = z.output<typeof datasetRequestSchema>

async function nameDataset(core: Core, request: DatasetRequest): Promise<OwnedDataset> {
  const { valDirectory } = request.options
  return {
    reference: await ownReference(core, request.reference),
    options: {
      ...request.options,
      ...(valDirectory !== undefined && { valDirectory: await ownReference(core, valDirectory) }),
    },
  }
}

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
    corrections: os.datasets.corrections.handler(async ({ input }) => {
      const { reference } = await ownDataset(core, input)
      return copyCorrections(await readCorrections(reference))
    }),
    correct: os.datasets.correct.handler(async ({ input }) => {
      const { reference, options } = await ownDataset(core, input)
      const files = findFiles(await openDataset(reference, options), input)
      const { to } = input
      const correction: Correction =
        to === null ? { kind: 'leaveOut', files } : { kind: 'relabel', files, to: ownClassName(options, to) }
      return correctDataset(core, reference, correction)
    }),
    mergeClasses: os.datasets.mergeClasses.handler(async ({ input }) => {
      const { reference, options } = await ownDataset(core, input)
      const classes = input.classes.map((name) => ownClassName(options, name))
      return correctDataset(core, reference, { kind: 'merge', classes, to: ownClassName(options, input.to) })
    }),
    undoCorrection: os.datasets.undoCorrection.handler(async ({ input }) => {
      const { reference } = await ownDataset(core, input)
      const entries = await undoCorrection(reference, input.at)
      core.datasets.forget(reference)
      return copyCorrections(entries)
    }),
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

/** The dataset's own name of a class that a person may have renamed. */
function ownClassName({ classNames = [] }: OwnedDataset['options'], shown: string): string {
  return classNames.find(([, name]) => name === shown)?.[0] ?? shown
}

function copyCorrections(entries: readonly NotedCorrection[]) {
  return entries.map((entry) =>
    entry.kind === 'merge' ? { ...entry, classes: [...entry.classes] } : { ...entry, files: [...entry.files] },
  )
}

async function correctDataset(core: Core, reference: string, correction: Correction) {
  const entries = await addCorrection(reference, correction)
  core.datasets.forget(reference)
  return copyCorrections(entries)
}

/**
 * The images of a split by their names in it, as the whole dataset names them.
 * @throws NetloomError dataset.missing where there is none of them any more
 */
function findFiles(
  dataset: OpenedDataset,
  { split, names }: { readonly split: SplitName; readonly names: readonly string[] },
): [string, ...string[]] {
  const images = dataset.images(split)
  const wanted = new Set(names)
  const [first, ...others] = Array.from({ length: images?.count ?? 0 }, (_, index) => index).flatMap((index) =>
    images && wanted.has(images.nameAt(index)) ? [images.fileAt(index)] : [],
  )
  if (first !== undefined) return [first, ...others]
  throw new NetloomError(
    'dataset.missing',
    `None of these ${names.length} images is in the ${split} split any more, such as "${names[0]}".`,
    { received: names.slice(0, 5), hint: 'Evaluate anew, or look at the dataset again.' },
  )
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
