// The dataset that is being made: its folder as the core knows it, images on their way, and what can be undone; everything is saved at once.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Collection } from '../../../shared/contract/collectionCalls'
import { isSameName, moveName, tidyName } from '../../../shared/datasets/collect/folderNames'
import { countOf } from '../../../shared/graph/printNumbers'
import { client, messageOf, plainErrorOf } from '../../kernel/core/client'
import { withImageSource } from '../../kernel/images/withImageSource'
import { AddQueue, type Job, type QueueState } from './addQueue'
import { groupByClass, type Given } from './droppedFiles'

/** Something that was done and can be taken back. */
interface Step {
  /** `Undo: LABEL`. */
  readonly label: string
  readonly undo: () => Promise<void>
}

export interface CollectState {
  readonly isOpen: boolean
  readonly collection: Collection | null
  /** The class that had the focus last: where a paste lands. */
  readonly active: string | null
  /** The class that the camera is open for. */
  readonly filming: string | null
  readonly adding: QueueState | null
  /** Why files were not kept, each named. */
  readonly refused: readonly string[]
  /** What was passed over or given up, as a sentence. */
  readonly remark: string | null
  /** Why the last change was not made. */
  readonly failure: unknown
  readonly past: readonly Step[]
}

const closed: CollectState = {
  isOpen: false,
  collection: null,
  active: null,
  filming: null,
  adding: null,
  refused: [],
  remark: null,
  failure: null,
  past: [],
}

export const collectStore = createStore<CollectState>()(() => closed)

/** A part of it, followed while the component is mounted. */
export function useCollect<T>(selector: (state: CollectState) => T): T {
  return useStore(collectStore, selector)
}

const get = collectStore.getState
const set = collectStore.setState

const keptSteps = 100
const shownRefusals = 50

function note(label: string, undo: Step['undo']): void {
  set(({ past }) => ({ past: [...past.slice(1 - keptSteps), { label, undo }] }))
}

/** The folder under work. */
function folderNow(): string {
  return get().collection?.folder ?? ''
}

/** Takes what the core says of the folder, if it is still the one under work. */
function take(collection: Collection): void {
  const { active, filming, collection: before } = get()
  if (before && before.folder !== collection.folder) return
  const names = collection.classes.map(({ name }) => name)
  const keep = (name: string | null): string | null => (name !== null && names.includes(name) ? name : null)
  set({ collection, active: keep(active) ?? names[0] ?? null, filming: keep(filming) })
}

/** Changes the images of one class on the screen. */
function changeImages(className: string, change: (images: string[]) => string[]): void {
  const { collection } = get()
  if (!collection) return
  const classes = collection.classes.map((each) =>
    each.name === className ? { ...each, images: change(each.images) } : each,
  )
  set({ collection: { ...collection, classes } })
}

const undone = new WeakSet<object>()
const batches = new WeakMap<object, string[]>()

async function keep({ className, file, name, batch }: Job): Promise<void> {
  const folder = folderNow()
  try {
    const kept = await withImageSource(file, name, (image) =>
      client.collections.addImage({ folder, class: className, name, image }),
    )
    if (folder !== folderNow()) return
    batches.get(batch)?.push(kept.file)
    changeImages(className, (images) => [...images, kept.file])
  } catch (error) {
    if (plainErrorOf(error)?.code === 'dataset.unreadable') {
      set(({ refused }) => ({ refused: [...refused, messageOf(error)].slice(-shownRefusals) }))
      return
    }
    // A full disk, or a core that is gone, is so for the others too.
    const given = queue.clear()
    set({
      failure: error,
      ...(given > 0 && { remark: `${countOf(given, 'image')} behind it ${given === 1 ? 'was' : 'were'} not added.` }),
    })
  }
}

const queue = new AddQueue(keep, (adding) => set({ adding }))

/** Images that are not kept yet. */
export function countPending(): number {
  return queue.pending
}

/** Gives up the images that have not begun. */
export function stopAdding(): void {
  const given = queue.clear()
  if (given > 0) set({ remark: `${countOf(given, 'image')} ${given === 1 ? 'was' : 'were'} not added.` })
}

/** Images that are added, and undone, together. */
export function beginBatch(className: string) {
  const batch = {}
  batches.set(batch, [])
  set({ failure: null, remark: null })
  let isNoted = false
  return {
    add(files: readonly { readonly file: Blob; readonly name: string }[]): void {
      if (files.length === 0 || undone.has(batch)) return
      if (!isNoted) note(`add images to ${className}`, () => takeBack(className, batch))
      isNoted = true
      queue.put(files.map((each) => ({ ...each, className, batch })))
    },
  }
}

async function takeBack(className: string, batch: object): Promise<void> {
  undone.add(batch)
  await queue.idle()
  const files = batches.get(batch) ?? []
  if (files.length > 0) await removeNow(className, files)
}

async function removeNow(className: string, files: readonly string[]): Promise<string> {
  const { removed } = await client.collections.removeImages({
    folder: folderNow(),
    class: className,
    files: [...files],
  })
  const gone = new Set(files)
  changeImages(className, (images) => images.filter((image) => !gone.has(image)))
  return removed
}

/** Does something to the folder when no image is on its way; a failure stands in the state. */
async function change(perform: () => Promise<void>): Promise<boolean> {
  set({ failure: null, remark: null })
  await queue.idle()
  try {
    await perform()
    return true
  } catch (error) {
    set({ failure: error })
    return false
  }
}

/** Adds what was given to a class. */
export function addGiven(className: string, { files, passedOver }: Given): void {
  set({ refused: [] })
  beginBatch(className).add(files.map(({ file, path }) => ({ file, name: path })))
  if (passedOver > 0)
    set({
      remark: `${countOf(passedOver, 'file')} ${passedOver === 1 ? 'is no image and was' : 'are no images and were'} passed over.`,
    })
}

/** Takes images away, until it is undone. */
export function removeImages(className: string, files: readonly string[]): Promise<boolean> {
  return change(async () => {
    const removed = await removeNow(className, files)
    note(`remove ${countOf(files.length, 'image')} of ${className}`, () => restore(removed))
  })
}

async function restore(removed: string): Promise<void> {
  take(await client.collections.restore({ folder: folderNow(), removed }))
}

/** Adds a class behind the others. @returns whether it is there */
export function addClass(wanted: string): Promise<boolean> {
  const name = tidyName(wanted)
  return change(async () => {
    take(await client.collections.addClass({ folder: folderNow(), name }))
    set({ active: name })
    note(`add ${name}`, async () => {
      take((await client.collections.removeClass({ folder: folderNow(), name })).collection)
    })
  })
}

async function renameNow(from: string, to: string): Promise<void> {
  const collection = await client.collections.renameClass({ folder: folderNow(), from, to })
  const { active, filming } = get()
  set({ active: active === from ? to : active, filming: filming === from ? to : filming })
  take(collection)
}

/** Gives a class another name. @returns whether it has it */
export function renameClass(from: string, wanted: string): Promise<boolean> {
  const to = tidyName(wanted)
  return change(async () => {
    await renameNow(from, to)
    note(`rename ${from}`, () => renameNow(to, from))
  })
}

/** Takes a class away with all its images, until it is undone. */
export function removeClass(name: string): Promise<boolean> {
  return change(async () => {
    const { collection, removed } = await client.collections.removeClass({ folder: folderNow(), name })
    take(collection)
    note(`remove ${name}`, () => restore(removed))
  })
}

async function orderNow(order: readonly string[]): Promise<void> {
  take(await client.collections.orderClasses({ folder: folderNow(), order: [...order] }))
}

/** Moves a class to another place. */
export function moveClass(name: string, place: number): Promise<boolean> {
  const before = (get().collection?.classes ?? []).map((each) => each.name)
  const after = moveName(before, name, place)
  if (after.every((each, index) => each === before[index])) return Promise.resolve(true)
  return change(async () => {
    await orderNow(after)
    note(`move ${name}`, () => orderNow(before))
  })
}

/** Makes a class of each folder that was given, or adds to the one that is called so. */
export async function addFolders(given: Given): Promise<void> {
  const { files } = given
  const groups = groupByClass(files.map(({ path }) => path))
  if (groups.size === 0) {
    set({ remark: 'Drop images on their class, and whole folders here.' })
    return
  }
  for (const [folder, indices] of groups) {
    const present = get().collection?.classes.find(({ name }) => isSameName(name, folder))?.name
    if (present === undefined && !(await addClass(folder))) return
    const chosen = indices.flatMap((index) => files[index] ?? [])
    addGiven(present ?? tidyName(folder), { files: chosen, passedOver: 0 })
  }
}

/** Takes the last step back. */
export async function undoLast(): Promise<void> {
  const step = get().past.at(-1)
  if (!step) return
  set(({ past }) => ({ past: past.slice(0, -1) }))
  // What is on its way belongs to it, or waits behind it.
  queue.clear()
  await change(step.undo)
}

/** Shows the window. @param folder to take up; left out: the one under work, or the question for one */
export async function openCollect(folder?: string): Promise<void> {
  set({ isOpen: true })
  if (folder !== undefined && folder !== get().collection?.folder) await takeUp(folder)
}

/** Takes up a folder. @throws what the core refuses */
export async function takeUp(folder: string): Promise<void> {
  await queue.idle()
  const collection = await client.collections.open({ folder })
  set({ ...closed, isOpen: true, collection, active: collection.classes[0]?.name ?? null })
}

/** Makes a folder for a new dataset and takes it up. @throws what the core refuses */
export async function beginNew(parent: string, name: string): Promise<void> {
  const { path } = await client.files.makeFolder({ parent, name: tidyName(name) })
  await takeUp(path)
}

/** Hides the window; images on their way are still kept. */
export function closeCollect(): void {
  set({ isOpen: false, filming: null })
}

/** Forgets the folder, to begin with another one. */
export async function beginAnew(): Promise<void> {
  await queue.idle()
  set({ ...closed, isOpen: true })
}
