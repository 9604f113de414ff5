// What was found in datasets, kept from one start to the next by what the datasets were; not finding it.
import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { datasetProblemsSchema } from '../../../shared/contract/problemCalls'
import { readRegularText } from '../../files/readRegular'
import { replaceFile } from '../../files/sharedFile'
import { findStateFolder, makeStateFolder } from '../../files/stateFolder'
import type { OpenedDataset } from '../openDataset'
import type { FoundInDataset } from './searchDataset'

/** Another number for another way of finding. */
const version = 1
const keptSchema = z.object({ version: z.literal(version), found: datasetProblemsSchema })

/** What was found in this many datasets is kept, the latest. */
const keptDatasets = 20

/** The fingerprint covers images, splits, labels and corrections; the names of classes may be given by the document. */
function fileOf({ description }: OpenedDataset, folder: string): string {
  const key = JSON.stringify([description.fingerprint, description.classes])
  return join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
}

function shelfFolder(): string {
  return join(findStateFolder(), 'problems')
}

/** What was found in a dataset as it is now; undefined where nothing was looked for. */
export async function findKept(dataset: OpenedDataset, folder = shelfFolder()): Promise<FoundInDataset | undefined> {
  try {
    return keptSchema.parse(JSON.parse(await readRegularText(fileOf(dataset, folder)))).found
  } catch {
    // Not there, of another version or damaged: it can be looked for again.
    return undefined
  }
}

/** Keeps what was found; a disk that is full or may not be written costs the memory alone. */
export async function keepFound(dataset: OpenedDataset, found: FoundInDataset, folder = shelfFolder()): Promise<void> {
  try {
    await makeStateFolder(folder)
    const text = JSON.stringify({ version, found })
    await replaceFile(fileOf(dataset, folder), new TextEncoder().encode(text), 0o600)
    await forgetOldest(folder)
  } catch {
    // The result itself is in the hands of whoever asked.
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const files = await Promise.all(
    names.map(async (name) => ({ name, changedMs: (await stat(join(folder, name))).mtimeMs })),
  )
  const old = files.toSorted((a, b) => b.changedMs - a.changedMs).slice(keptDatasets)
  for (const { name } of old) await rm(join(folder, name), { force: true })
}
