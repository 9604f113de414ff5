// Making a dataset by itself what its corrections make of it: files of an image folder move, a CSV list is written anew beside the old one; how files move safely is applyJournal.ts.
import { access, constants, lstat, readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { planApply, type ApplyPlan, type FolderImage } from '../../../shared/datasets/applyPlan'
import { describeCorrection } from '../../../shared/datasets/correctionHistory'
import type { NotedCorrection } from '../../../shared/datasets/corrections'
import { splitNames, type SplitName } from '../../../shared/datasets/dataset'
import type { DatasetOptions } from '../../../shared/datasets/datasetOptions'
import { NetloomError } from '../../../shared/graph/errors'
import { writeFailure } from '../../files/durableFile'
import { isTaken, replaceFile } from '../../files/sharedFile'
import type { DatasetSource } from '../datasetSource'
import { parseReference } from '../datasetReference'
import type { OpenedDataset } from '../openDataset'
import { renameFiles, type ApplyJournal } from './applyJournal'
import { openCorrected, type CorrectedSource } from './correctedSource'
import { readCorrections } from './correctionFile'

/** What would happen, for a person to say yes to. */
export type ApplyOffer =
  | {
      readonly kind: 'folder'
      readonly folder: string
      readonly targets: ApplyPlan['targets']
      readonly moves: number
      readonly leftOut: number
      /** Where those that are left out go. */
      readonly leftOutFolder: string
      readonly renamed: number
      /** Changes that stay noted, since the folder has no split folders. */
      readonly staying: readonly string[]
      /** Whether the folder has no split folders and could get some. */
      readonly canSplit: boolean
    }
  | { readonly kind: 'csv'; readonly file: string; readonly rows: number; readonly leftOut: number }

/** What is carried out once it was said yes to. */
export type ApplyWork =
  | { readonly kind: 'folder'; readonly folder: string; readonly journal: ApplyJournal }
  | { readonly kind: 'csv'; readonly file: string; readonly text: string }

export interface PlannedApply {
  readonly offer: ApplyOffer
  readonly work: ApplyWork
}

const wayOut = 'Leave the changes noted beside it: training, evaluation, export and every other door honour them.'

/** @throws NetloomError dataset.reference where nothing can be moved or written anew */
function refuse(reference: string, { kind }: DatasetSource): never {
  const why = kind === 'builtin' ? 'is drawn by Netloom and has no files' : 'keeps many images in one file'
  throw new NetloomError('dataset.reference', `Dataset "${reference}" ${why}, so none can be moved.`, {
    path: reference,
    hint: wayOut,
  })
}

/** Splits that Netloom draws can become folders where nothing is cut off or added. */
function canDrawSplits({
  trainRange,
  testRange,
  limit,
  leaveOutCopies,
  valDirectory,
  wholeAs,
}: DatasetOptions): boolean {
  return !trainRange && !testRange && limit === undefined && !leaveOutCopies && valDirectory === undefined && !wholeAs
}

/** The split of each image, by its name in the whole dataset. */
function splitsOf(dataset: OpenedDataset): ReadonlyMap<string, SplitName> {
  const found = new Map<string, SplitName>()
  for (const split of splitNames) {
    const images = dataset.images(split)
    for (let index = 0; index < (images?.count ?? 0); index++) found.set(images?.fileAt(index) ?? '', split)
  }
  return found
}

/** Every image with its class on disk and now. @param stored the dataset without corrections */
function listImages(
  source: CorrectedSource,
  storedClasses: readonly string[],
  splitOf: (file: string, chosen: SplitName | undefined) => SplitName | undefined,
): FolderImage[] {
  return source.pools.flatMap((pool) =>
    Array.from(pool.labels, (label, index): FolderImage => {
      const file = pool.fileAt(index)
      return {
        file,
        storedClass: storedClasses[(pool.storedLabels ?? pool.labels)[index] ?? 0] ?? '',
        class: label < 0 ? null : (source.classes[label] ?? ''),
        split: label < 0 ? undefined : splitOf(file, pool.chosenSplits?.get(index)),
      }
    }),
  )
}

/** @throws NetloomError dataset.outside, file.write */
async function requireMovable(folder: string, plan: ApplyPlan): Promise<void> {
  const real = await realpath(folder)
  const folders = new Set<string>([folder, ...(plan.leftOut > 0 ? [dirname(folder)] : [])])
  for (const { from } of plan.moves) {
    const path = join(folder, from)
    const found = await lstat(path)
    if (found.isSymbolicLink() || (await realpath(path)) !== join(real, from))
      throw new NetloomError('dataset.outside', `"${path}" is a link, or lies behind one, so it is not moved.`, {
        path,
        hint: `Put the image itself there. Or: ${wayOut}`,
      })
    folders.add(dirname(path))
  }
  for (const each of folders) {
    try {
      await access(each, constants.W_OK)
    } catch (cause) {
      const { message, ...rest } = writeFailure(each, cause)
      throw new NetloomError('file.write', message, { ...rest, path: each, hint: wayOut, cause })
    }
  }
}

/** All paths below a folder, in lower case, as moves name them. */
async function listTaken(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return new Set(names.map((name) => name.split(sep).join('/').toLowerCase()))
}

/** What stays noted once files have moved: splits that the folder cannot show, and what was looked at. */
function correctionsAfter(
  entries: readonly NotedCorrection[],
  plan: ApplyPlan,
  leftOutFolder: string,
  keepsSplits: boolean,
): NotedCorrection[] {
  const names = new Map(plan.moves.map(({ from, to }) => [from, to]))
  return entries.flatMap((entry) => {
    if (entry.kind !== 'keep' && !(entry.kind === 'move' && keepsSplits)) return []
    const renamed = renameFiles(entry, names)
    if (renamed.kind === 'merge') return []
    const kept = renamed.files
      .map((file, index) => ({ file, index }))
      .filter(({ file }) => !file.startsWith(leftOutFolder))
    if (kept.length === 0) return []
    const was = renamed.kind === 'keep' ? undefined : renamed.was
    const files = kept.map(({ file }) => file)
    return [{ ...renamed, files, ...(was && { was: kept.map(({ index }) => was[index] ?? '') }) }]
  })
}

async function planFolder(
  source: CorrectedSource,
  { dataset, options, stored, entries, intoSplits }: PlanParts,
): Promise<PlannedApply> {
  const { folder: { directory, splits: splitFolders } = { directory: '', splits: new Map() } } = source
  const isPool = source.pools.some(({ name }) => name === 'pool')
  const canSplit = isPool && canDrawSplits(options)
  const drawn = intoSplits && canSplit ? splitsOf(dataset) : undefined
  const splitOf = (file: string, chosen: SplitName | undefined): SplitName | undefined =>
    drawn ? (drawn.get(file) ?? 'train') : isPool ? undefined : chosen
  const leftOutFolder = `../${basename(directory)}-left-out`
  const [inside, beside] = [await listTaken(directory), await listTaken(join(directory, leftOutFolder))]
  const plan = planApply({
    images: listImages(source, stored.classes, splitOf),
    splitFolders,
    leftOutFolder,
    isTaken: (path) => inside.has(path.toLowerCase()) || beside.has(path.slice(leftOutFolder.length + 1).toLowerCase()),
  })
  await requireMovable(directory, plan)
  const keepsSplits = isPool && !drawn
  const staying = keepsSplits ? entries.filter(({ kind }) => kind === 'move') : []
  const after = correctionsAfter(entries, plan, leftOutFolder, keepsSplits)
  const at = new Date().toISOString()
  return {
    offer: {
      kind: 'folder',
      folder: directory,
      targets: plan.targets,
      moves: plan.moves.length,
      leftOut: plan.leftOut,
      leftOutFolder: join(directory, leftOutFolder),
      renamed: plan.renamed,
      staying: staying.map((entry) => describeCorrection(entry)),
      canSplit,
    },
    work: {
      kind: 'folder',
      folder: directory,
      journal: { version: 1, at, way: 'there', moves: [...plan.moves], before: [...entries], after },
    },
  }
}

function printCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A list of the same images as they are now, beside the old one. */
async function planCsv(
  reference: string,
  source: CorrectedSource,
  { dataset, options, stored }: PlanParts,
): Promise<PlannedApply> {
  const parsed = parseReference(reference)
  const file = source.manifest ?? (parsed.kind === 'builtin' ? '' : parsed.path)
  const hasSplits = !source.pools.some(({ name }) => name === 'pool') || canDrawSplits(options)
  const drawn = splitsOf(dataset)
  const images = listImages(source, stored.classes, (name) => drawn.get(name) ?? 'train')
  const kept = images.filter((image) => image.class !== null)
  const rows = kept.map(({ file: path, class: label, split }) =>
    [path, label ?? '', ...(hasSplits ? [split ?? 'train'] : [])].map(printCell).join(','),
  )
  const text = `${[hasSplits ? 'path,label,split' : 'path,label', ...rows].join('\n')}\n`
  const stem = file.replace(/\.[^.\\/]*$/, '')
  let target = `${stem}-corrected.csv`
  for (let number = 2; await isTaken(target); number++) target = `${stem}-corrected-${number}.csv`
  return {
    offer: { kind: 'csv', file: target, rows: kept.length, leftOut: images.length - kept.length },
    work: { kind: 'csv', file: target, text },
  }
}

interface PlanParts {
  /** The dataset as it is opened with its options. */
  readonly dataset: OpenedDataset
  readonly options: DatasetOptions
  /** The dataset as it lies on disk. */
  readonly stored: Pick<DatasetSource, 'classes'>
  readonly entries: readonly NotedCorrection[]
  /** Whether a folder without split folders gets some. */
  readonly intoSplits: boolean
}

/**
 * Plans what applying the corrections of a dataset would do.
 * @throws NetloomError dataset.reference, dataset.outside, file.write where it cannot be done; dataset.empty where nothing is corrected
 */
export async function planApplying(
  reference: string,
  parts: Omit<PlanParts, 'entries' | 'stored'>,
): Promise<PlannedApply> {
  const source = await openCorrected(reference)
  const entries = await readCorrections(reference)
  const stored = { classes: source.storedClasses ?? source.classes }
  const all = { ...parts, entries, stored }
  if (source.kind === 'folder' && source.folder) return planFolder(source, all)
  if (source.kind === 'csv') return planCsv(reference, source, all)
  return refuse(reference, source)
}

/** Writes the new list. @throws NetloomError file.write, file.exists */
export async function writeList({ file, text }: Extract<ApplyWork, { kind: 'csv' }>): Promise<void> {
  if (await isTaken(file))
    throw new NetloomError('file.exists', `"${file}" is there already.`, { path: file, hint: 'Try again.' })
  await replaceFile(file, new TextEncoder().encode(text))
}

/** The folder of a dataset in which files may be moved; undefined where it has none. */
export async function folderOf(reference: string): Promise<string | undefined> {
  const source = await openCorrected(reference)
  return source.folder?.directory
}
