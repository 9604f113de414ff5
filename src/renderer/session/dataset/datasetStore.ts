// The dataset of the network on the screen, as its document states it, with what is known of it, and choosing another one; nothing is kept twice.
import { useStore } from 'zustand'
import type { ResizePolicy } from '../../../shared/datasets/dataset'
import {
  isSameDataset,
  printDatasetChoice,
  readDatasetChoice,
  type DatasetChoice,
} from '../../../shared/datasets/documentDataset'
import type { DatasetReference } from '../../../shared/graph/document'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { client, messageOf, plainErrorOf } from '../../kernel/core/client'
import { documentStore, isOpen, presentSession } from '../document/documentStore'
import { createSessionStores } from '../document/perSession'
import { datasetEdit } from './classCountEdit'
import {
  cancelDescribe,
  describe,
  describeAgain,
  failureOf,
  firstDescription,
  readingOf,
  subscribeReadings,
  type DatasetChosen,
  type Description,
  type Reading,
} from './descriptions'

/** A dataset that a person named and that is looked into before the document takes it. */
interface Candidate {
  readonly chosen: DatasetChosen
  /** Why it cannot be used. */
  readonly error: string | null
}

const candidateStore = createSessionStores<{ readonly candidate: Candidate | null }>(() => ({ candidate: null }))

export interface DatasetState {
  /** The document's dataset; null where it names none, or in a way that cannot be read. */
  readonly noted: DatasetChoice | null
  /** What is looked at: a dataset that was just named, else the document's. */
  readonly chosen: DatasetChosen | null
  readonly isDescribing: boolean
  /** Images read and in all; null before the first report. */
  readonly progress: Reading['progress']
  /** Of `chosen`; null while nothing is known. */
  readonly description: Description | null
  /** Names of the classes of the document's dataset; null while they are not known. */
  readonly classes: readonly string[] | null
  /** Whether images were not read: no damage, sizes of files or duplicates are known. */
  readonly isQuick: boolean
  readonly error: string | null
  /** Folders that the dataset leads to and that were not opened to screens; empty where that is not what is wrong. */
  readonly outside: readonly string[]
  /** How images are brought to the size of the network's input. */
  readonly resize: ResizePolicy
}

type Noted = { readonly choice: DatasetChoice } | { readonly problem: string }

const read = new WeakMap<DatasetReference, Noted>()

/** What a document says of its dataset, the same object for the same words. */
function notedOf(dataset: DatasetReference | undefined): Noted | null {
  if (!dataset) return null
  const known = read.get(dataset)
  if (known) return known
  let noted: Noted
  try {
    noted = { choice: readDatasetChoice(dataset) }
  } catch (error) {
    noted = { problem: messageOf(error) }
  }
  read.set(dataset, noted)
  return noted
}

function view(noted: Noted | null, candidate: Candidate | null): DatasetState {
  const choice = noted && 'choice' in noted ? noted.choice : null
  const chosen = candidate?.chosen ?? (choice && { reference: choice.reference, options: choice.options })
  const reading = chosen ? readingOf(chosen) : undefined
  const failure = failureOf(reading)
  return {
    noted: choice,
    chosen,
    isDescribing: reading?.fetchStatus === 'fetching',
    progress: reading?.fetchStatus === 'fetching' ? (reading.data?.progress ?? null) : null,
    description: reading?.data?.description ?? null,
    classes: (choice && readingOf(choice)?.data?.description?.classes) ?? null,
    isQuick: reading?.data?.isQuick ?? true,
    error:
      candidate?.error ??
      (failure === null || failure === undefined ? null : messageOf(failure)) ??
      (noted && 'problem' in noted && !candidate ? noted.problem : null),
    outside: outsideFolders(failure),
    resize: choice?.resize ?? 'stretch',
  }
}

function outsideFolders(failure: unknown): readonly string[] {
  const { code, received } = plainErrorOf(failure) ?? {}
  if (code !== 'dataset.outside' || !Array.isArray(received)) return []
  return received.filter((folder) => typeof folder === 'string')
}

interface Basis {
  readonly noted: Noted | null
  readonly candidate: Candidate | null
  readonly readings: readonly unknown[]
}

function basisNow(): Basis {
  const noted = notedOf(documentStore.getState().document.dataset)
  const { candidate } = candidateStore.getState()
  const choice = noted && 'choice' in noted ? noted.choice : null
  return {
    noted,
    candidate,
    readings: [candidate && readingOf(candidate.chosen), choice && readingOf(choice)],
  }
}

/** Works the state out anew only where something that it follows from is another object. */
class DerivedState {
  private basis: Basis | undefined
  private state: DatasetState | undefined

  get(): DatasetState {
    const next = basisNow()
    const { basis } = this
    const isSame =
      basis?.noted === next.noted &&
      basis.candidate === next.candidate &&
      basis.readings.every((reading, index) => reading === next.readings[index])
    if (isSame && this.state) return this.state
    this.basis = next
    this.state = view(next.noted, next.candidate)
    return this.state
  }
}

const derived = new DerivedState()

/** What follows from the document and from what is known of datasets, as a store. */
export const datasetStore = {
  getState: (): DatasetState => derived.get(),
  getInitialState: (): DatasetState => derived.get(),
  subscribe(listener: (state: DatasetState, before: DatasetState) => void): () => void {
    let last = derived.get()
    const look = (): void => {
      const next = derived.get()
      if (next === last) return
      const before = last
      last = next
      listener(next, before)
    }
    const ends = [documentStore.subscribe(look), candidateStore.subscribe(look), subscribeReadings(look)]
    return () => {
      for (const end of ends) end()
    }
  },
}

groundCommandsOn(datasetStore)

/** A part of the dataset's state, followed while the component is mounted. */
export function useDatasetStore<T>(selector: (state: DatasetState) => T): T {
  return useStore(datasetStore, selector)
}

/** Notes a dataset, its options and its class names in a network's document, as one step that can be undone. */
export function noteDataset(chosen: DatasetChosen, classes: readonly string[], session = presentSession()): void {
  const noted = notedOf(session.state.document.dataset)
  const resize = noted && 'choice' in noted ? noted.choice.resize : 'stretch'
  const edit = datasetEdit(session.state.document, printDatasetChoice({ ...chosen, resize }), classes)
  if (edit) session.state.apply(edit, `Use dataset ${chosen.reference}`)
}

/** What the document says of its dataset; undefined without one. @throws NetloomError dataset.reference */
export function readNotedDataset(): DatasetChoice | undefined {
  const { dataset } = documentStore.getState().document
  return dataset && readDatasetChoice(dataset)
}

/** Reads the document's dataset where nothing is known of it; a failure stands in the state. */
export function describeNoted(): void {
  const { noted } = datasetStore.getState()
  if (noted) describe(noted)
}

/** Reads the dataset that is looked at once more, as its files are now. */
export function describeChosenAgain(): void {
  const { chosen, noted } = datasetStore.getState()
  if (!chosen) return
  if (noted && isSameDataset(chosen, noted)) describeAgain(chosen)
  else void chooseDataset(chosen)
}

/**
 * Looks into a dataset and, as soon as it can be opened, notes it in the document of the network that it was chosen for;
 * an earlier choice under way ends. A failure stands in the state, and the document keeps what it had.
 */
export async function chooseDataset(chosen: DatasetChosen): Promise<void> {
  const session = presentSession()
  const own = candidateStore.of(session)
  const { candidate: former } = own.getState()
  const { noted } = datasetStore.getState()
  if (former && !(noted && isSameDataset(former.chosen, noted))) cancelDescribe(former.chosen)
  const candidate: Candidate = { chosen, error: null }
  if (failureOf(readingOf(chosen)) !== null) describeAgain(chosen)
  own.setState({ candidate })
  const isWanted = (): boolean => own.getState().candidate === candidate
  try {
    const { classes } = await firstDescription(chosen)
    if (!isWanted()) return
    // Perhaps another network is shown meanwhile: the choice was made for this one.
    if (isOpen(session)) noteDataset(chosen, classes, session)
    // Only now, so that there is a dataset to look at all the time.
    own.setState({ candidate: null })
  } catch (error) {
    if (!isWanted()) return
    const isCancelled = failureOf(readingOf(chosen)) === null
    own.setState({ candidate: isCancelled ? null : { ...candidate, error: messageOf(error) } })
  }
}

/** Says yes to the folders outside that the dataset leads to, for this dataset, and reads it. */
export async function allowOutsideFolders(): Promise<void> {
  const { chosen, outside } = datasetStore.getState()
  if (!chosen || outside.length === 0) return
  await client.datasets.allowOutside({ ...chosen, folders: [...outside] })
  describeChosenAgain()
}

/** Gives a class of the document's dataset another name, as a step that can be undone; its own name takes the change back. */
export function renameClass(from: string, to: string): void {
  const { chosen } = datasetStore.getState()
  if (!chosen || to === '' || to === from) return
  const before = chosen.options.classNames ?? []
  const original = before.find(([, name]) => name === from)?.[0] ?? from
  const others = before.filter(([name]) => name !== original)
  const classNames = to === original ? others : [...others, [original, to] as const]
  const { classNames: _, ...rest } = chosen.options
  const isAny = classNames.length > 0
  void chooseDataset({ reference: chosen.reference, options: { ...rest, ...(isAny && { classNames }) } })
}

/** Ends describing; what is known so far stays. */
export function cancelDescribing(): void {
  const { chosen } = datasetStore.getState()
  if (chosen) cancelDescribe(chosen)
}

/** Puts the dataset away, as a step that can be undone. */
export function forgetDataset(): void {
  cancelDescribing()
  candidateStore.setState({ candidate: null })
  const { document, apply } = documentStore.getState()
  if (document.dataset) apply({ type: 'setDataset', dataset: undefined }, 'Put the dataset away')
}

/** Sets how images are brought to the size of the network's input, in the document. */
export function setResize(resize: ResizePolicy): void {
  const { noted } = datasetStore.getState()
  if (!noted || noted.resize === resize) return
  const dataset = printDatasetChoice({ ...noted, resize })
  documentStore.getState().apply({ type: 'setDataset', dataset }, 'Change how images are brought to size')
}
