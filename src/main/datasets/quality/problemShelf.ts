// What was found in datasets, kept from one start to the next by what the datasets were; not finding it.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { datasetProblemsSchema } from '../../../shared/contract/problemCalls'
import { keepNewest } from '../../files/keepNewest'
import { readRegularText } from '../../files/readRegular'
import { replaceFile } from '../../files/sharedFile'
import { findStateFolder, makeStateFolder } from '../../files/stateFolder'
import { absoluteReference } from '../datasetReference'
import type { OpenedDataset } from '../openDataset'
import type { DatasetOptions } from '../savedOptions'
import { followCorrections } from './followCorrections'
import type { FoundInDataset } from './searchDataset'

/** Another number for another way of finding. */
const version = 1
const keptSchema = z.object({ version: z.literal(version), found: datasetProblemsSchema })

/** So many files are kept, the latest: two of each dataset. */
const keptFiles = 40

/** What was found before, and whether the dataset is still the same. */
export interface KeptProblems {
  readonly found: FoundInDataset
  readonly isCurrent: boolean
}

function fileOf(key: readonly unknown[], folder: string): string {
  return join(folder, `${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)}.json`)
}

/** The fingerprint covers images, splits, labels and corrections; the names of classes may be given by the document. */
function fileOfContent({ description }: OpenedDataset, folder: string): string {
  return fileOf(['content', description.fingerprint, description.classes], folder)
}

/** Where the latest of a dataset is, whatever became of it. */
function fileOfName({ description }: OpenedDataset, options: DatasetOptions, folder: string): string {
  const set = Object.entries(options).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return fileOf(['name', absoluteReference(description.reference, process.cwd()), set], folder)
}

function shelfFolder(): string {
  return join(findStateFolder(), 'problems')
}

async function readKept(file: string): Promise<FoundInDataset | undefined> {
  try {
    return keptSchema.parse(JSON.parse(await readRegularText(file))).found
  } catch {
    // Not there, of another version or damaged: it can be looked for again.
    return undefined
  }
}

/**
 * What was found in a dataset as it is now; else what was found in it before, as far as it still holds. Undefined where
 * nothing was looked for.
 * @param options as it was opened with
 */
export async function findKept(
  dataset: OpenedDataset,
  options: DatasetOptions,
  folder = shelfFolder(),
): Promise<KeptProblems | undefined> {
  const current = await readKept(fileOfContent(dataset, folder))
  if (current) return { found: current, isCurrent: true }
  const earlier = await readKept(fileOfName(dataset, options, folder))
  return earlier && { found: followCorrections(earlier, dataset), isCurrent: false }
}

/** Keeps what was found; a disk that is full or may not be written costs the memory alone. */
export async function keepFound(
  dataset: OpenedDataset,
  options: DatasetOptions,
  found: FoundInDataset,
  folder = shelfFolder(),
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ version, found }))
  try {
    await makeStateFolder(folder)
    await replaceFile(fileOfContent(dataset, folder), bytes, 0o600)
    await replaceFile(fileOfName(dataset, options, folder), bytes, 0o600)
    await keepNewest(folder, keptFiles)
  } catch {
    // The result itself is in the hands of whoever asked.
  }
}
