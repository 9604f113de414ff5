// The dataset in use on the data screen: describing it, its progress and its findings; they outlive the screen's leaving.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { z } from 'zod'
import type { datasetDescriptionSchema } from '../../../shared/contract/datasetCalls'
import type { ResizePolicy } from '../../../shared/datasets/dataset'
import type { DatasetOptions } from '../../../shared/datasets/datasetOptions'
import {
  isSameDataset,
  printDatasetChoice,
  readDatasetChoice,
  type DatasetChoice,
} from '../../../shared/datasets/documentDataset'
import { client, messageOf } from '../../kernel/core/client'
import { documentStore } from '../document/documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { datasetEdit } from './classCountEdit'

/** What is known of a dataset. */
export type Description = z.output<typeof datasetDescriptionSchema>

/** A dataset and the choices behind its splits. */
export interface DatasetChosen {
  readonly reference: string
  readonly options: DatasetOptions
}

export interface DatasetState {
  /** What was asked for last; null where nothing was. */
  readonly chosen: DatasetChosen | null
  readonly isDescribing: boolean
  /** Images read and in all; null before the first report. */
  readonly progress: { readonly done: number; readonly total: number } | null
  /** Of `chosen`; null while nothing is known. */
  readonly description: Description | null
  /** Whether images were not read: no damage, sizes of files or duplicates are known. */
  readonly isQuick: boolean
  readonly error: string | null
  /** How images are brought to the size of the network's input. */
  readonly resize: ResizePolicy
}

/** The store behind `useDatasetStore`. */
export const datasetStore = createStore<DatasetState>()(() => ({
  chosen: null,
  isDescribing: false,
  progress: null,
  description: null,
  isQuick: true,
  error: null,
  resize: 'stretch',
}))

/** A part of the dataset's state, followed while the component is mounted. */
export function useDatasetStore<T>(selector: (state: DatasetState) => T): T {
  return useStore(datasetStore, selector)
}

let present: AbortController | null = null

/** Takes a dataset into use once it could be opened: for training and, where wanted, in the document. */
function takeIntoUse(chosen: DatasetChosen, { classes }: Description, noteInDocument: boolean): void {
  uiStore.getState().setDataset({ ...chosen, classes })
  uiStore.getState().finishTourStep('datasetChosen')
  if (noteInDocument) noteDataset(chosen, classes)
}

/** Notes the dataset, its options and its class names in the document, as one step that can be undone. */
export function noteDataset(chosen: DatasetChosen, classes: readonly string[]): void {
  const store = documentStore.getState()
  const { resize } = datasetStore.getState()
  const edit = datasetEdit(store.document, printDatasetChoice({ ...chosen, resize }), classes)
  if (edit) store.apply(edit, `Use dataset ${chosen.reference}`)
}

/** What the document says of its dataset; undefined without one. @throws NetloomError dataset.reference */
export function readNotedDataset(): DatasetChoice | undefined {
  const { dataset } = documentStore.getState().document
  return dataset && readDatasetChoice(dataset)
}

/** Puts away what is known of a dataset, not the document's note of it. */
function clearDataset(state: Partial<DatasetState> = {}): void {
  present?.abort()
  present = null
  datasetStore.setState({
    chosen: null,
    isDescribing: false,
    progress: null,
    description: null,
    error: null,
    ...state,
  })
  uiStore.getState().setDataset(null)
}

/**
 * Follows the document, which was opened, undone or changed: its dataset takes the place of another one in use, which
 * the next screen that needs it opens.
 */
export function takeNotedDataset(): void {
  let noted: DatasetChoice | undefined
  try {
    noted = readNotedDataset()
  } catch (error) {
    clearDataset({ error: messageOf(error) })
    return
  }
  if (!noted) return
  if (noted.resize !== datasetStore.getState().resize) datasetStore.setState({ resize: noted.resize })
  const { datasetReference: reference, datasetOptions: options, datasetClasses } = uiStore.getState()
  const isOther = reference !== null && datasetClasses !== null && !isSameDataset(noted, { reference, options })
  if (isOther) clearDataset()
}

/** Opens a dataset that was named on another screen, the one of the document, or the one in use; not what is open. */
export function openDatasetInUse(): void {
  const { datasetReference, datasetOptions, datasetClasses } = uiStore.getState()
  const { chosen } = datasetStore.getState()
  const inUse = datasetReference === null ? undefined : { reference: datasetReference, options: datasetOptions }
  if (inUse && datasetClasses === null) {
    // Without classes: it was named by a person and has not been opened yet.
    if (inUse.reference !== chosen?.reference) void chooseDataset(inUse)
    return
  }
  try {
    const { reference, options } = readNotedDataset() ?? inUse ?? {}
    if (reference === undefined || options === undefined) return
    if (!chosen || !isSameDataset({ reference, options }, chosen))
      void chooseDataset({ reference, options }, { noteInDocument: false })
  } catch (error) {
    datasetStore.setState({ error: messageOf(error) })
  }
}

/**
 * Opens and describes a dataset; an earlier description under way ends. Failures stand in the state.
 * @param options.noteInDocument whether the document takes the dataset, as an edit; left out: yes
 */
export async function chooseDataset(
  chosen: DatasetChosen,
  { noteInDocument = true }: { readonly noteInDocument?: boolean } = {},
): Promise<void> {
  present?.abort()
  const controller = new AbortController()
  present = controller
  datasetStore.setState({
    chosen,
    isDescribing: true,
    progress: null,
    description: null,
    isQuick: true,
    error: null,
  })
  const set = (state: Partial<DatasetState>): void => {
    if (present === controller) datasetStore.setState(state)
  }
  try {
    const events = await client.datasets.describe(chosen, { signal: controller.signal })
    let isTaken = false
    for await (const event of events) {
      if (present !== controller) return
      if (event.kind === 'progress') {
        set({ progress: { done: event.done, total: event.total } })
        continue
      }
      set({ description: event.description, isQuick: event.quick })
      if (isTaken) continue
      isTaken = true
      takeIntoUse(chosen, event.description, noteInDocument)
    }
  } catch (error) {
    if (!controller.signal.aborted) set({ error: messageOf(error) })
  } finally {
    set({ isDescribing: false, progress: null })
  }
}

/** Gives a class of the dataset in use another name, as a step that can be undone; its own name takes the change back. */
export function renameClass(from: string, to: string): void {
  const { chosen } = datasetStore.getState()
  if (!chosen || to === '' || to === from) return
  const before = chosen.options.classNames ?? {}
  const original = Object.keys(before).find((name) => before[name] === from) ?? from
  const { [original]: _, ...others } = before
  const classNames = to === original ? others : { ...others, [original]: to }
  const { classNames: __, ...rest } = chosen.options
  const isAny = Object.keys(classNames).length > 0
  void chooseDataset({ reference: chosen.reference, options: { ...rest, ...(isAny && { classNames }) } })
}

/** Ends describing; what is known so far stays. */
export function cancelDescribing(): void {
  present?.abort()
  datasetStore.setState(({ description, chosen }) => ({
    isDescribing: false,
    progress: null,
    chosen: description ? chosen : null,
  }))
}

/** Puts the dataset away; the document forgets it too, as a step that can be undone. */
export function forgetDataset(): void {
  clearDataset()
  const store = documentStore.getState()
  if (store.document.dataset) store.apply({ type: 'setDataset', dataset: undefined }, 'Put the dataset away')
}

/** Sets how images are brought to the size of the network's input; a document that names the dataset keeps it. */
export function setResize(resize: ResizePolicy): void {
  datasetStore.setState({ resize })
  const { chosen } = datasetStore.getState()
  const store = documentStore.getState()
  if (!chosen || store.document.dataset?.source !== chosen.reference) return
  const dataset = printDatasetChoice({ ...chosen, resize })
  store.apply({ type: 'setDataset', dataset }, 'Change how images are brought to size')
}
