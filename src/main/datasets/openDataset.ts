// Opening a dataset: from a reference and options to classes, labelled splits and a description; not decoding.
import { assignSplits, type AssignedSplits } from '../../shared/datasets/assignSplits'
import { splitNames, type DatasetDescription, type SplitName, type SplitSummary } from '../../shared/datasets/dataset'
import { NetloomError } from '../../shared/graph/errors'
import type { DatasetOptions } from './savedOptions'
import { noteCopies, noteMissingClasses, noteSimilarClasses } from './datasetNotes'
import type { DatasetSource, ImagePool } from './datasetSource'
import { inspectHeader, readImageFile } from './decodeImage'
import { inspectDataset } from './inspectDataset'
import { findCopies } from './findCopies'
import { fingerprintDataset } from './fingerprint'
import { openCorrected, type CorrectedSource } from './corrections/correctedSource'
import { SplitImages } from './splitImages'
import type { WatchOptions } from './watchOptions'
import { printCount } from '../../shared/graph/printNumbers'

export { parseDatasetOptions, type DatasetOptions } from './savedOptions'
export type { DatasetProgress, WatchOptions } from './watchOptions'

/** A dataset whose images are found and split, and not yet decoded. */
export interface OpenedDataset {
  /** What is known without decoding: no sizes, damage or duplicates of image files; `channels` from a sample. */
  readonly description: DatasetDescription
  readonly classes: readonly string[]
  /** Class of each image: [N]; empty where there is no such split. */
  labels(split: SplitName): Int32Array
  /** Name of each image inside its split. */
  names(split: SplitName): readonly string[]
  /** The images of a split; undefined where there is no such split. */
  images(split: SplitName): SplitImages | undefined
  /** The whole description: every image is read, so this takes a while. Unreadable ones are left out of counts. */
  describe(watch?: WatchOptions): Promise<DatasetDescription>
}

/** Images per class. */
export function summarizeLabels(labels: Int32Array, classCount: number): SplitSummary {
  const perClass = Array.from({ length: classCount }, () => 0)
  for (const label of labels) perClass[label] = (perClass[label] ?? 0) + 1
  return { count: labels.length, perClass }
}

/** All images of another dataset as a val pool, its classes found by name. */
async function openValPools(directory: string, classes: readonly string[]): Promise<ImagePool[]> {
  const source = await openCorrected(directory)
  const unknown = source.classes.filter((name) => !classes.includes(name))
  if (unknown.length > 0) {
    throw new NetloomError(
      'dataset.classes',
      `The validation images in "${directory}" have classes that the training images lack: ${unknown.slice(0, 5).join(', ')}.`,
      { path: directory, expected: classes, received: source.classes, hint: 'Both need the same class names.' },
    )
  }
  const index = source.classes.map((name) => classes.indexOf(name))
  return source.pools.map((pool) => ({
    ...pool,
    name: 'val',
    labels: pool.labels.map((label) => (label < 0 ? label : (index[label] ?? 0))),
    // All of them are val, and none is drawn.
    storedLabels: undefined,
    chosenSplits: undefined,
    fileAt: (at) => `${directory}/${pool.fileAt(at)}`,
  }))
}

async function addValDirectory(source: CorrectedSource, options: DatasetOptions): Promise<CorrectedSource> {
  const { valDirectory } = options
  if (valDirectory === undefined) return source
  if (options.valFraction !== undefined) {
    throw new NetloomError(
      'dataset.range',
      `Val is asked for twice: "${valDirectory}" and ${options.valFraction} of train.`,
      {
        hint: 'Give a folder or a fraction.',
      },
    )
  }
  const val = await openValPools(valDirectory, source.classes)
  const { identity, ...rest } = source
  const kept = source.pools.filter((pool) => pool.name !== 'val')
  const putAside = source.pools.length - kept.length
  return {
    ...rest,
    // Where the images of one side are files, all contents are read for the fingerprint.
    ...(identity && val.every((pool) => pool.images.form === 'arrays') && { identity: [...identity, valDirectory] }),
    pools: [...kept, ...val],
    notes: [
      ...source.notes,
      `Val comes from "${valDirectory}".`,
      ...(putAside > 0 ? ['The val split of the dataset itself is put aside.'] : []),
    ],
  }
}

/** The classes under the names that a person gave them. @throws NetloomError dataset.classes where two become one */
function renameClasses(classes: readonly string[], names: DatasetOptions['classNames'] = []): readonly string[] {
  const table = new Map(names)
  const renamed = classes.map((name) => table.get(name) ?? name)
  const twice = renamed.find((name, index) => renamed.indexOf(name) !== index)
  if (twice === undefined) return renamed
  throw new NetloomError('dataset.classes', `Two classes would be named "${twice}".`, {
    received: renamed,
    hint: 'Give one of them another name.',
  })
}

/** @throws NetloomError dataset.empty, dataset.oneClass */
function checkContents(reference: string, source: DatasetSource): void {
  const stored = source.pools.reduce((sum, pool) => sum + pool.labels.length, 0)
  const total = source.pools.reduce((sum, { labels }) => sum + labels.filter((label) => label >= 0).length, 0)
  if (total === 0) {
    const isAllLeftOut = stored > 0
    throw new NetloomError(
      'dataset.empty',
      isAllLeftOut
        ? `All ${printCount(stored)} images of dataset "${reference}" are left out by your corrections.`
        : `Dataset "${reference}" holds no images.`,
      { path: reference, hint: isAllLeftOut ? 'Take one of the corrections back.' : 'Check the path.' },
    )
  }
  if (source.classes.length < 2) {
    throw new NetloomError(
      'dataset.oneClass',
      `Dataset "${reference}" has ${printCount(total)} images of one class, "${source.classes[0]}".`,
      { path: reference, expected: 2, received: 1, hint: 'A classifier needs two classes or more.' },
    )
  }
}

/** Whether Netloom itself chooses which images are trained on and which are not: then it must know of copies. */
function isSplitHere({ pools }: DatasetSource, options: DatasetOptions): boolean {
  const { trainRange, testRange, wholeAs, valFraction, testFraction } = options
  if (options.leaveOutCopies === true) return true
  if (trainRange || testRange) return (valFraction ?? 0) > 0 || (testFraction ?? 0) > 0
  const isPool = pools.some(({ name }) => name === 'pool') && wholeAs === undefined
  return isPool || (valFraction ?? 0) > 0 || (testFraction ?? 0) > 0
}

/** How many headers tell whether a dataset of files is grey. */
const channelSample = 32

async function findChannels(splits: ReadonlyMap<SplitName, SplitImages>): Promise<1 | 3> {
  for (const split of splits.values()) {
    for (const { channels } of split.countArraySizes().values()) if (channels === 3) return 3
    const step = Math.max(1, Math.floor(split.count / channelSample))
    for (let index = 0; index < split.count; index += step) {
      const image = split.locate(index)
      if (image.form === 'array') break
      const channels = await inspectHeader(await readImageFile(image.path).catch(() => new Uint8Array(0))).then(
        (header) => header.channels,
        () => undefined,
      )
      if (channels === 3) return 3
    }
  }
  return 1
}

function listSizes(splits: ReadonlyMap<SplitName, SplitImages>): DatasetDescription['sizes'] {
  const sizes = new Map<string, { width: number; height: number; count: number }>()
  for (const split of splits.values()) {
    for (const { width, height, count } of split.countArraySizes().values()) {
      const key = `${width}x${height}`
      sizes.set(key, { width, height, count: (sizes.get(key)?.count ?? 0) + count })
    }
  }
  return [...sizes.values()].toSorted((a, b) => b.count - a.count)
}

async function makeDescription(
  reference: string,
  source: DatasetSource,
  assigned: AssignedSplits,
  splits: ReadonlyMap<SplitName, SplitImages>,
  signal: AbortSignal | undefined,
): Promise<DatasetDescription> {
  const { kind, recognisedBecause, classes, notes, unreadable } = source
  const summaries: { [Name in SplitName]?: SplitSummary } = {}
  for (const [name, split] of splits) summaries[name] = summarizeLabels(split.labels, classes.length)
  return {
    reference,
    kind,
    recognisedBecause,
    classes,
    channels: await findChannels(splits),
    splits: summaries,
    splitRule: assigned.rule,
    sizes: listSizes(splits),
    unreadable,
    contradictions: [],
    duplicatesAcrossSplits: [],
    fingerprint: await fingerprintDataset(source, splits, signal),
    notes: [...notes, ...noteSimilarClasses(classes)],
  }
}

/**
 * Opens a dataset.
 *
 * References: `builtin:digits`, `builtin:shapes`, `mnist:DIR`, `fashion-mnist:DIR`, `cifar10:DIR`, `cifar100:DIR`,
 * `folder:DIR`, `csv:FILE`, or a bare path whose kind is found out. Splits are chosen as `assignSplits` says.
 * @throws NetloomError dataset.reference, dataset.missing, dataset.permission, dataset.malformed, dataset.empty,
 *   dataset.oneClass, dataset.range, dataset.classes
 */
export async function openDataset(
  reference: string,
  options: DatasetOptions & WatchOptions = {},
): Promise<OpenedDataset> {
  const { signal } = options
  signal?.throwIfAborted()
  const own = await openCorrected(reference)
  checkContents(reference, own)
  const source = await addValDirectory(own, options)
  const first = isSplitHere(source, options) ? await findCopies(source, signal) : undefined
  const assigned = assignSplits(source.pools, options, first)
  const splits = new Map<SplitName, SplitImages>()
  for (const name of splitNames) {
    const members = assigned.members[name]
    if (members) splits.set(name, new SplitImages(source.pools, members))
  }
  const classes = renameClasses(source.classes, options.classNames)
  const known = first
    ? { ...source, notes: [...noteCopies(source, first, options.leaveOutCopies === true), ...source.notes] }
    : source
  const made = await makeDescription(reference, known, assigned, splits, signal)
  const missing = isSplitHere(source, options) ? noteMissingClasses(made, classes) : []
  const description = { ...made, classes, notes: [...(made.notes ?? []), ...missing] }
  return {
    description,
    classes,
    labels: (split) => splits.get(split)?.labels ?? new Int32Array(0),
    names: (split) => {
      const images = splits.get(split)
      return Array.from({ length: images?.count ?? 0 }, (_, index) => images?.nameAt(index) ?? '')
    },
    images: (split) => splits.get(split),
    describe: (watch) => inspectDataset(description, splits, watch, source.kept),
  }
}
