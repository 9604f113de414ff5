// The calls `datasets` that mend one: corrections of images and classes, taking them back; not what they do to a dataset.
import type { Correction, NotedCorrection } from '../../shared/datasets/corrections'
import { splitNames, type SplitName } from '../../shared/datasets/dataset'
import { NetloomError } from '../../shared/graph/errors'
import {
  addCorrection,
  putBackCorrections,
  readCorrections,
  takeBackCorrections,
} from '../datasets/corrections/correctionFile'
import type { OpenedDataset } from '../datasets/openDataset'
import type { Core } from './core'
import type { OwnedDataset } from './datasetGate'
import { os } from './implementer'
import { nameDataset, ownDataset } from './ownDataset'

type CorrectRequest = Parameters<Parameters<typeof os.datasets.correct.handler>[0]>[0]['input']

/** Implements the calls `datasets` about corrections. */
export function implementCorrections(core: Core) {
  return {
    corrections: os.datasets.corrections.handler(async ({ input }) => {
      const { reference } = await nameDataset(core, input)
      return copyCorrections(await readCorrections(reference))
    }),
    correct: os.datasets.correct.handler(async ({ input }) => {
      const owned = await ownDataset(core, input)
      const dataset = await core.datasets.get(owned.reference, owned.options)
      const images = findImages(core, dataset, input.images)
      return correctDataset(core, owned, correctionOf(owned, images, input.change))
    }),
    mergeClasses: os.datasets.mergeClasses.handler(async ({ input }) => {
      const owned = await ownDataset(core, input)
      const classes = input.classes.map((name) => ownClassName(owned, name))
      return correctDataset(core, owned, { kind: 'merge', classes, to: ownClassName(owned, input.to) })
    }),
    // These two mend a dataset that its corrections have made one that cannot be opened.
    takeBackCorrections: os.datasets.takeBackCorrections.handler(async ({ input }) => {
      const { reference } = await nameDataset(core, input)
      const entries = await takeBackCorrections(reference, input.at)
      core.datasets.forget(reference)
      return copyCorrections(entries)
    }),
    putBackCorrections: os.datasets.putBackCorrections.handler(async ({ input }) => {
      const { reference } = await nameDataset(core, input)
      const entries = await putBackCorrections(reference, input.entries)
      core.datasets.forget(reference)
      return copyCorrections(entries)
    }),
  }
}

/** The dataset's own name of a class that a person may have renamed. */
function ownClassName({ options: { classNames = [] } }: OwnedDataset, shown: string): string {
  return classNames.find(([, name]) => name === shown)?.[0] ?? shown
}

function copyCorrections(entries: readonly NotedCorrection[]) {
  return entries.map((entry) => {
    if (entry.kind === 'merge') return { ...entry, classes: [...entry.classes] }
    if (entry.kind === 'keep') return { ...entry, files: [...entry.files] }
    return { ...entry, files: [...entry.files], was: entry.was && [...entry.was] }
  })
}

/**
 * Notes a correction that leaves a dataset that can be opened.
 * @throws NetloomError as `openDataset`; then nothing is noted
 */
async function correctDataset(core: Core, { reference, options }: OwnedDataset, correction: Correction) {
  const entries = await addCorrection(reference, correction)
  core.datasets.forget(reference)
  try {
    await core.datasets.get(reference, options)
  } catch (error) {
    const added = entries.at(-1)
    if (added) await takeBackCorrections(reference, [added.at])
    core.datasets.forget(reference)
    throw error
  }
  return copyCorrections(entries)
}

/** An image of a dataset as a correction names it. */
interface Named {
  readonly file: string
  /** Its class as it is shown; undefined where it is in no split. */
  readonly label?: string
  readonly split?: SplitName
}

function correctionOf(owned: OwnedDataset, images: readonly Named[], change: CorrectRequest['change']): Correction {
  const files = images.map(({ file }) => file)
  switch (change.kind) {
    case 'leaveOut':
      return { kind: 'leaveOut', files, was: classesOf(owned, images) }
    case 'relabel':
      return { kind: 'relabel', files, to: ownClassName(owned, change.to), was: classesOf(owned, images) }
    case 'move':
      return { kind: 'move', files, to: change.to, was: images.map(({ split = '' }) => split) }
    case 'keep':
      return { kind: 'keep', files }
    default:
      return change satisfies never
  }
}

function classesOf(owned: OwnedDataset, images: readonly Named[]): string[] {
  return images.map(({ label }) => (label === undefined ? '' : ownClassName(owned, label)))
}

/** The image at a place of a split. */
function nameImage(dataset: OpenedDataset, split: SplitName, index: number): Named {
  const label = dataset.classes[dataset.labels(split)[index] ?? -1]
  return { file: dataset.images(split)?.fileAt(index) ?? '', label, split }
}

/** @throws NetloomError dataset.missing where they are not there any more */
function findImages(core: Core, dataset: OpenedDataset, asked: CorrectRequest['images']): readonly Named[] {
  const found = listImages(core, dataset, asked)
  if (found.length > 0) return found
  const named = asked.by === 'place' ? [] : asked.by === 'name' ? asked.names : asked.files
  const shown = named[0] === undefined ? '' : `, such as "${named[0]}"`
  throw new NetloomError('dataset.missing', `None of these images is in the dataset any more${shown}.`, {
    received: named.slice(0, 5),
    hint: 'Look at the dataset again.',
  })
}

function listImages(core: Core, dataset: OpenedDataset, asked: CorrectRequest['images']): readonly Named[] {
  switch (asked.by) {
    case 'name': {
      const wanted = new Set(asked.names)
      return dataset
        .names(asked.split)
        .flatMap((name, index) => (wanted.has(name) ? nameImage(dataset, asked.split, index) : []))
    }
    case 'file':
      return namedByFile(dataset, asked.files)
    case 'place': {
      const list = core.datasets.indicesOf(dataset, asked.split, asked.class)
      // Whoever chose by place has seen another list.
      if (list.length !== asked.total) return []
      const chosen = new Set(asked.ranges.flatMap(([from, to]) => list.slice(from, to)))
      return [...chosen].map((index) => nameImage(dataset, asked.split, index))
    }
    default:
      return asked satisfies never
  }
}

/** Images by their names in the whole dataset; one that is in no split is taken as it is named. */
function namedByFile(dataset: OpenedDataset, files: readonly string[]): readonly Named[] {
  const wanted = new Set(files)
  const found = new Map<string, Named>()
  for (const split of splitNames) {
    const images = dataset.images(split)
    for (let index = 0; index < (images?.count ?? 0); index++) {
      const file = images?.fileAt(index) ?? ''
      if (wanted.has(file) && !found.has(file)) found.set(file, nameImage(dataset, split, index))
    }
  }
  return [...wanted].map((file) => found.get(file) ?? { file })
}
