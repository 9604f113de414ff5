// Correcting datasets from screens, with undo and redo for as long as the window is open; what a correction does is the core's.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../../shared/contract/datasetCalls'
import { describeCorrection } from '../../../shared/datasets/correctionHistory'
import type { NotedCorrection } from '../../../shared/datasets/corrections'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { client } from '../../kernel/core/client'
import { queries, queryClient } from '../../kernel/queries/queryClient'
import { documentStore, presentSession } from '../document/documentStore'
import { datasetStore, noteDataset } from './datasetStore'
import { describeCorrected } from './descriptions'

type CorrectInput = Parameters<typeof client.datasets.correct>[0]
type DatasetRequest = z.output<typeof datasetRequestSchema>

export type ImagesToCorrect = CorrectInput['images']
export type ImageChange = CorrectInput['change']

/** Something that was done to the corrections of a dataset. */
export interface CorrectionStep {
  readonly dataset: DatasetRequest
  readonly entries: readonly NotedCorrection[]
  /** Whether they were made; else they were taken back. */
  readonly isMade: boolean
  /** As a sentence without its stop: `3 images left out`. */
  readonly title: string
  /** Steps of the document then: later ones are undone first. */
  readonly documentSteps: number
}

interface CorrectionState {
  readonly done: readonly CorrectionStep[]
  readonly undone: readonly CorrectionStep[]
  readonly isRunning: boolean
}

/** Steps that can be undone. */
const mostSteps = 200

/** The store behind `useCorrectionSteps`. */
export const correctionStore = createStore<CorrectionState>()(() => ({ done: [], undone: [], isRunning: false }))

groundCommandsOn(correctionStore)

/** A part of it, followed while the component is mounted. */
export function useCorrectionSteps<T>(selector: (state: CorrectionState) => T): T {
  return useStore(correctionStore, selector)
}

/** Whether a dataset is the one that is looked at. */
function isChosen({ reference }: DatasetRequest): boolean {
  return datasetStore.getState().chosen?.reference === reference
}

/** What is known of the dataset is read again; the document follows where its classes have changed. */
async function follow({ reference }: DatasetRequest): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: queries.datasets.corrections.key() })
  const { chosen, noted } = datasetStore.getState()
  if (!chosen || chosen.reference !== reference) {
    void queryClient.resetQueries({ queryKey: ['dataset', reference] })
    return
  }
  try {
    const session = presentSession()
    const description = await describeCorrected(chosen)
    const { classes } = session.state.document
    const isOther = JSON.stringify(classes) !== JSON.stringify(description?.classes)
    if (description && classes && noted?.reference === reference && isOther)
      noteDataset(chosen, description.classes, session)
  } catch {
    // Why it cannot be opened stands in its reading.
  }
}

async function perform<T>(work: () => Promise<T>): Promise<T> {
  correctionStore.setState({ isRunning: true })
  try {
    return await work()
  } finally {
    correctionStore.setState({ isRunning: false })
  }
}

function noteStep(step: Omit<CorrectionStep, 'documentSteps'>): CorrectionStep {
  const noted = { ...step, documentSteps: documentStore.getState().past.length }
  correctionStore.setState(({ done }) => ({ done: [...done.slice(1 - mostSteps), noted], undone: [] }))
  return noted
}

async function make(
  dataset: DatasetRequest,
  call: () => Promise<readonly NotedCorrection[]>,
): Promise<CorrectionStep | null> {
  return perform(async () => {
    const made = (await call()).at(-1)
    if (!made) return null
    await follow(dataset)
    return noteStep({ dataset, entries: [made], isMade: true, title: describeCorrection(made) })
  })
}

/**
 * Corrects images of a dataset. @returns the step, which can be undone
 * @throws as the call
 */
export function correctImages(
  dataset: DatasetRequest,
  images: ImagesToCorrect,
  change: ImageChange,
): Promise<CorrectionStep | null> {
  return make(dataset, () => client.datasets.correct({ ...dataset, images, change }))
}

/** Makes classes one. @throws as the call */
export function mergeClasses(
  dataset: DatasetRequest,
  classes: readonly string[],
  to: string,
): Promise<CorrectionStep | null> {
  return make(dataset, () => client.datasets.mergeClasses({ ...dataset, classes: [...classes], to }))
}

/** Takes corrections of any time back, as a step that can be undone. @throws as the call */
export function takeBack(dataset: DatasetRequest, entries: readonly NotedCorrection[]): Promise<CorrectionStep> {
  return perform(async () => {
    await client.datasets.takeBackCorrections({ ...dataset, at: entries.map(({ at }) => at) })
    await follow(dataset)
    const title = entries.length === 1 ? '1 change taken back' : `${entries.length} changes taken back`
    return noteStep({ dataset, entries, isMade: false, title })
  })
}

/** Makes a step again, or the other way round. */
async function turn({ dataset, entries }: CorrectionStep, isMaking: boolean): Promise<void> {
  if (isMaking) await client.datasets.putBackCorrections({ ...dataset, entries: [...entries] })
  else await client.datasets.takeBackCorrections({ ...dataset, at: entries.map(({ at }) => at) })
  await follow(dataset)
}

/** The step that undo takes back on the Data screen; undefined where it is the document's turn, or nothing was done. */
export function stepToUndo(): CorrectionStep | undefined {
  const step = correctionStore.getState().done.at(-1)
  const isLatest = step !== undefined && documentStore.getState().past.length <= step.documentSteps
  return isLatest && isChosen(step.dataset) ? step : undefined
}

/** The step that redo makes again on the Data screen. */
export function stepToRedo(): CorrectionStep | undefined {
  const step = correctionStore.getState().undone.at(-1)
  return step && isChosen(step.dataset) ? step : undefined
}

/** Takes a step back, wherever it stands among the others. @throws as the call; then it stays done */
export function undoStep(step: CorrectionStep): Promise<void> {
  return perform(async () => {
    await turn(step, !step.isMade)
    correctionStore.setState(({ done, undone }) => ({
      done: withDocumentSteps(done.filter((each) => each !== step)),
      undone: [...undone, step],
    }))
  })
}

/** Makes the step that was taken back last again. @throws as the call */
export function redoStep(step: CorrectionStep): Promise<void> {
  return perform(async () => {
    await turn(step, step.isMade)
    const documentSteps = documentStore.getState().past.length
    correctionStore.setState(({ done, undone }) => ({
      done: [...done, { ...step, documentSteps }],
      undone: undone.filter((each) => each !== step),
    }))
  })
}

/** Forgets the steps of a dataset: its corrections are in its files now. */
export function forgetSteps(reference: string): void {
  const keep = (steps: readonly CorrectionStep[]) => steps.filter(({ dataset }) => dataset.reference !== reference)
  correctionStore.setState(({ done, undone }) => ({ done: keep(done), undone: keep(undone) }))
}

/** What following the undone step noted in the document is no later step of a person. */
function withDocumentSteps(steps: readonly CorrectionStep[]): readonly CorrectionStep[] {
  const last = steps.at(-1)
  if (!last) return steps
  return [...steps.slice(0, -1), { ...last, documentSteps: documentStore.getState().past.length }]
}
