// Whether a dataset stays inside the folders that were opened to screens, and the folders outside that a person said yes to.
import { NetloomError } from '../../shared/graph/errors'
import { countOf } from '../../shared/graph/printNumbers'
import { parseReference } from '../datasets/datasetReference'
import type { DatasetOptions } from '../datasets/savedOptions'
import { findOutsideFolders } from '../datasets/outsideFolders'
import { findNamedOutside } from '../datasets/namedOutside'
import type { OpenedDataset } from '../datasets/openDataset'
import type { Core } from './core'

/** A dataset as it is opened: absolute paths inside the roots. */
export interface OwnedDataset {
  readonly reference: string
  readonly options: DatasetOptions
}

/** How many folders a message names. */
const mostNamed = 5

/** Of each opened dataset: the folders outside, and how many of its files each holds. */
const known = new WeakMap<OpenedDataset, Promise<ReadonlyMap<string, number>>>()

/** What the reference and the options name. */
function placesOf({ reference, options }: OwnedDataset): readonly string[] {
  return [reference, ...(options.valDirectory === undefined ? [] : [options.valDirectory])].flatMap((each) => {
    const parsed = parseReference(each)
    return parsed.kind === 'builtin' ? [] : [parsed.path]
  })
}

/** Where the rows and links of a dataset lead, by their names alone; known of the last few datasets. */
const named = new WeakMap<Core, Map<string, Promise<ReadonlyMap<string, number>>>>()
const keptNamed = 4

async function namedBy(core: Core, owned: OwnedDataset, anew: boolean): Promise<ReadonlyMap<string, number>> {
  const places = placesOf(owned)
  const kept = named.get(core) ?? new Map<string, Promise<ReadonlyMap<string, number>>>()
  named.set(core, kept)
  const key = places.join('\n')
  const found = (anew ? undefined : kept.get(key)) ?? core.roots.walk().then((walk) => findNamedOutside(places, walk))
  kept.delete(key)
  kept.set(key, found)
  for (const oldest of [...kept.keys()].slice(0, -keptNamed)) kept.delete(oldest)
  return found
}

async function outsideOf(core: Core, owned: OwnedDataset): Promise<ReadonlyMap<string, number>> {
  const dataset = await core.datasets.get(owned.reference, owned.options)
  const found = known.get(dataset) ?? findOutsideFolders(dataset, placesOf(owned), (path) => core.roots.holds(path))
  known.set(dataset, found)
  return found
}

/**
 * Checks that links and lists of a dataset lead nowhere but into the opened folders and those that were said yes to.
 * @param anew whether its files are looked at again
 * @throws NetloomError dataset.outside, whose `received` are the folders; as `openDataset`
 */
export async function requireInside(core: Core, owned: OwnedDataset, anew = false): Promise<void> {
  if (core.options.roots === null) {
    if (anew) await core.datasets.refresh(owned.reference, owned.options)
    return
  }
  // Before anything outside is looked at: an answer must not tell what is there.
  await requireConsent(core, owned, await namedBy(core, owned, anew))
  if (anew) await core.datasets.refresh(owned.reference, owned.options)
  await requireConsent(core, owned, await outsideOf(core, owned))
}

/**
 * Checks that the links in a folder lead nowhere but into the opened folders; nothing outside is looked at.
 * @throws NetloomError dataset.outside
 */
export async function requireLinksInside(core: Core, folder: string): Promise<void> {
  if (core.options.roots === null) return
  const owned = { reference: folder, options: {} }
  await requireConsent(core, owned, await namedBy(core, owned, true))
}

async function requireConsent(core: Core, owned: OwnedDataset, outside: ReadonlyMap<string, number>): Promise<void> {
  if (outside.size === 0) return
  const places = placesOf(owned)
  const consents = await core.consents.read()
  const asked = [...outside].filter(
    ([folder]) => !consents.some((consent) => consent.folder === folder && places.includes(consent.dataset)),
  )
  if (asked.length === 0) return
  const named = asked.slice(0, mostNamed).map(([folder, count]) => `${countOf(count, 'file')} in "${folder}"`)
  const rest = asked.length > mostNamed ? ` and ${asked.length - mostNamed} more folders` : ''
  throw new NetloomError(
    'dataset.outside',
    `"${owned.reference}" leads out of the folders that were opened here: ${named.join(', ')}${rest}.`,
    {
      path: owned.reference,
      // Screens that may not say yes are given nothing to say yes to.
      received: core.options.mayWiden === false ? undefined : asked.map(([folder]) => folder),
      hint:
        core.options.mayWiden === false
          ? 'Open these folders too where the host is started.'
          : 'Allow these folders for this dataset, or choose another one.',
    },
  )
}

/**
 * Remembers a yes to folders that a dataset leads to; others are not taken.
 * @throws NetloomError file.outside where screens may not say yes; as `openDataset`
 */
export async function allowOutside(core: Core, owned: OwnedDataset, folders: readonly string[]): Promise<void> {
  if (core.options.mayWiden === false)
    throw new NetloomError('file.outside', `Screens on other machines cannot open folders of this one.`, {
      hint: 'Open these folders too where the host is started.',
    })
  const [dataset] = placesOf(owned)
  if (dataset === undefined) return
  // What lies behind a folder that is not allowed yet is asked for later.
  const named = await namedBy(core, owned, false)
  const isAllowed = await requireConsent(core, owned, named).then(
    () => true,
    () => false,
  )
  const outside = isAllowed ? await outsideOf(core, owned) : named
  const added = folders.filter((folder) => outside.has(folder)).map((folder) => ({ dataset, folder }))
  await core.consents.update((before) => [
    ...before.filter((each) => !added.some((one) => one.dataset === each.dataset && one.folder === each.folder)),
    ...added,
  ])
}
