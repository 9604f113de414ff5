// The model that is evaluated, the evaluation under way and its result; they outlive the screen's leaving.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../../../shared/contract/datasetCalls'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import type { SplitName } from '../../../../shared/datasets/dataset'
import { serializeDocument } from '../../../../shared/graph/schema'
import { documentTitle } from '../../../session/document/documentFlows'
import { client, messageOf } from '../../../kernel/core/client'
import { datasetStore } from '../../../session/dataset/datasetStore'
import { documentStore } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { MatrixCell } from './mistakes'

export type DatasetRequest = z.output<typeof datasetRequestSchema>

/** Stands for the document that is being edited, with its weights. */
export const presentModelPath = 'present'

/** A model that can be evaluated: a run, a file, or the present document. */
export interface ChosenModel {
  /** A run folder, a document with weights, an ONNX file, or `presentModelPath`. */
  readonly path: string
  readonly name: string
  readonly isRun: boolean
}

/** Which images a model is evaluated on: those it was trained beside, or the dataset in use. */
export type DatasetSource = 'own' | 'inUse'

/** An evaluation with what it was of. */
export interface EvaluationDone {
  readonly evaluation: EvaluationResult
  readonly model: ChosenModel
  readonly split: SplitName
  /** Where its images can be asked for; null where the core does not say. */
  readonly dataset: DatasetRequest | null
}

export interface EvaluationState {
  readonly model: ChosenModel | null
  readonly source: DatasetSource
  readonly split: SplitName
  readonly isRunning: boolean
  readonly progress: { readonly done: number; readonly total: number } | null
  readonly result: EvaluationDone | null
  readonly error: string | null
  /** The cell of the matrix whose images are shown. */
  readonly cell: MatrixCell | null
}

/** The store behind `useEvaluation`. */
export const evaluationStore = createStore<EvaluationState>()(() => ({
  model: null,
  source: 'own',
  split: 'test',
  isRunning: false,
  progress: null,
  result: null,
  error: null,
  cell: null,
}))

/** A part of the evaluation's state, followed while the component is mounted. */
export function useEvaluation<T>(selector: (state: EvaluationState) => T): T {
  return useStore(evaluationStore, selector)
}

let present: AbortController | null = null

/** Ends the evaluation under way. */
export function cancelEvaluation(): void {
  present?.abort()
  present = null
  evaluationStore.setState({ isRunning: false, progress: null })
  uiStore.getState().setActivity('evaluation', null)
}

/** Takes another model; the result of the former one goes. */
export function chooseModel(model: ChosenModel): void {
  if (evaluationStore.getState().model?.path === model.path) return
  cancelEvaluation()
  evaluationStore.setState({
    model,
    result: null,
    error: null,
    cell: null,
    // A file does not say what it was trained on.
    source: model.isRun ? 'own' : 'inUse',
  })
}

/** Shows the images of a cell of the matrix. */
export function chooseCell(cell: MatrixCell | null): void {
  evaluationStore.setState({ cell })
}

function datasetInUse(): DatasetRequest | null {
  const { noted } = datasetStore.getState()
  return noted && { reference: noted.reference, options: noted.options }
}

/** The present document as a model to choose; null while it has no weights. */
export function presentModel(): ChosenModel | null {
  const { document, path } = documentStore.getState()
  if (document.weights === undefined) return null
  return { path: presentModelPath, name: documentTitle(path, document), isRun: false }
}

/** How the present document scales pixels: for files that do not say. */
export function presentScaling(): { mean: number[]; deviation: number[] } | undefined {
  const { scaling } = documentStore.getState().document
  return scaling && { mean: [...scaling.mean], deviation: [...scaling.deviation] }
}

/** What the core knows a model by; the present document is handed over as it is now. */
export async function findModel({ path }: Pick<ChosenModel, 'path'>): Promise<string> {
  if (path !== presentModelPath) return path
  const { document, path: documentPath } = documentStore.getState()
  return (await client.models.stage({ document: serializeDocument(document), documentPath })).model
}

/** Evaluates the chosen model on the chosen split; failures stand in the state. */
export async function evaluateNow(): Promise<void> {
  const { model, source, split } = evaluationStore.getState()
  if (!model) return
  cancelEvaluation()
  const controller = new AbortController()
  present = controller
  evaluationStore.setState({ isRunning: true, progress: null, error: null })
  const report = (fraction: number | null): void =>
    uiStore.getState().setActivity('evaluation', { label: `Evaluating ${model.name}`, fraction, screen: 'evaluate' })
  report(null)
  const dataset = source === 'own' ? null : datasetInUse()
  try {
    const path = await findModel(model)
    const request = { model: path, dataset, split, otherwiseScaling: presentScaling() }
    const events = await client.models.evaluate(request, { signal: controller.signal })
    for await (const event of events) {
      if (present !== controller) return
      if (event.kind === 'progress') {
        evaluationStore.setState({ progress: { done: event.done, total: event.total } })
        report(event.total > 0 ? event.done / event.total : null)
      } else {
        const { evaluation, dataset: used = null } = event
        evaluationStore.setState({ result: { evaluation, model, split, dataset: used }, cell: null })
      }
    }
  } catch (error) {
    if (present === controller) evaluationStore.setState({ error: messageOf(error) })
  } finally {
    if (present === controller) cancelEvaluation()
  }
}
