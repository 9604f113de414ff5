// The model that is evaluated, the evaluation under way and its result, of each opened network its own; they outlive the screen's leaving.
import { useStore } from 'zustand'
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../../../shared/contract/datasetCalls'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import type { SplitName } from '../../../../shared/datasets/dataset'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import type { InputScaling } from '../../../../shared/graph/document'
import { serializeDocument } from '../../../../shared/graph/schema'
import { documentTitle } from '../../../session/document/documentFlows'
import { groundCommandsOn } from '../../../kernel/commands/commands'
import { client } from '../../../kernel/core/client'
import { hasWeights } from '../../../kernel/queries/runList'
import { datasetStore } from '../../../session/dataset/datasetStore'
import type { DocumentSession } from '../../../session/document/DocumentSession'
import { presentSession } from '../../../session/document/documentStore'
import { createSessionStores } from '../../../session/document/perSession'
import { workPerSession } from '../../../session/document/sessionWork'
import { openNetworkOf, relateRun } from '../../../session/runs/runRelation'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { MatrixCell } from './mistakes'

export type DatasetRequest = z.output<typeof datasetRequestSchema>

/** A model that can be evaluated: a run, a file, or the network of a session as it is now. */
export interface ChosenModel {
  /** A run folder, a document with weights, an ONNX file; for a network on the screen a name that nothing else has. */
  readonly path: string
  readonly name: string
  readonly isRun: boolean
  /** Whether it was trained beside validation images, which are then what it is judged by first. */
  readonly isValidated?: boolean
  /** The session whose network it is; left out for what lies in a file or folder. */
  readonly session?: DocumentSession
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

/** How an evaluation stands while it runs. */
export interface EvaluationTold {
  readonly progress: { readonly done: number; readonly total: number } | null
  readonly result: EvaluationDone | null
}

export interface EvaluationState {
  readonly model: ChosenModel | null
  readonly source: DatasetSource
  readonly split: SplitName
  /** How pixels become inputs, as a person said of the chosen model, which does not say; null where nobody did. */
  readonly statedScaling: InputScaling | null
  /** The last one that came to its end; it stays while another one of the same model runs. */
  readonly result: EvaluationDone | null
  /** The temperature of the chosen model, from its last evaluation on validation images. */
  readonly fitted: EvaluationResult['temperature'] | null
  /** The cell of the matrix whose images are shown. */
  readonly cell: MatrixCell | null
  /** The run that was active when a model was last proposed: a newer one is what a person comes for. */
  readonly lastActiveRun: string | null
}

/** The store behind `useEvaluation`. */
export const evaluationStore = createSessionStores<EvaluationState>(() => ({
  model: null,
  source: 'own',
  split: 'test',
  statedScaling: null,
  result: null,
  fitted: null,
  cell: null,
  lastActiveRun: null,
}))

groundCommandsOn(evaluationStore)

/** A part of what is chosen and was found, followed while the component is mounted. */
export function useEvaluation<T>(selector: (state: EvaluationState) => T): T {
  return useStore(evaluationStore, selector)
}

interface Asked {
  readonly model: ChosenModel
  readonly split: SplitName
  readonly dataset: DatasetRequest | null
  readonly scaling: ReturnType<typeof presentScaling>
}

/** The evaluation under way. */
export const evaluating = workPerSession<Asked, EvaluationTold>('evaluation', async (asked, { signal, tell }) => {
  const { model, split, dataset, scaling } = asked
  let told: EvaluationTold = { progress: null, result: null }
  const request = { model: await findModel(model, signal), dataset, split, otherwiseScaling: scaling }
  for await (const event of await client.models.evaluate(request, { signal })) {
    told =
      event.kind === 'progress'
        ? { ...told, progress: { done: event.done, total: event.total } }
        : { ...told, result: { evaluation: event.evaluation, model, split, dataset: event.dataset ?? null } }
    tell(told)
  }
  return told
})

evaluating.subscribe(({ asked, told, isRunning }, before) => {
  if (!isRunning && !before.isRunning) return
  const { done, total } = told?.progress ?? { done: 0, total: 0 }
  const label = `Evaluating ${asked?.model.name}`
  const fraction = total > 0 ? done / total : null
  uiStore.getState().setActivity('evaluation', isRunning ? { label, fraction, screen: 'evaluate' } : null)
})

/** Takes another model; the result of the former one goes. */
export function chooseModel(model: ChosenModel): void {
  if (evaluationStore.getState().model?.path === model.path) return
  evaluating.putAway()
  evaluationStore.setState({
    model,
    statedScaling: null,
    result: null,
    fitted: null,
    cell: null,
    // Models are chosen by validation images, so that test images stay a test.
    split: model.isValidated ? 'val' : 'test',
    // A file does not say what it was trained on.
    source: model.isRun ? 'own' : 'inUse',
  })
}

/** Shows the images of a cell of the matrix. */
export function chooseCell(cell: MatrixCell | null): void {
  evaluationStore.setState({ cell })
}

/** The network on the screen as a model to choose; null while it has no weights. */
export function presentModel(): ChosenModel | null {
  const session = presentSession()
  const { document, path } = session.state
  if (document.weights === undefined) return null
  return { path: `session:${session.number}`, name: documentTitle(path, document), isRun: false, session }
}

/** A run as a model to choose. */
export function modelOfRun({ id, name, val }: Pick<RunSummary, 'id' | 'name' | 'val'>): ChosenModel {
  return { path: id, name, isRun: true, isValidated: val !== null }
}

/** Runs whose weights can be used, newest first. */
export function usableRuns(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.filter(hasWeights).toSorted((a, b) => b.createdMs - a.createdMs)
}

/** Runs of the network on the screen; of all networks where none is open. */
export function ownRuns(runs: readonly RunSummary[]): readonly RunSummary[] {
  const session = presentSession()
  if (session.state.document.nodes.length === 0) return runs
  const open = openNetworkOf(session)
  return runs.filter((run) => relateRun(run, open) !== 'other')
}

/** Chooses what a person most likely comes for: a run that became active since, else, where nothing is chosen, this network or its newest run. */
export function proposeModel(usable: readonly RunSummary[]): void {
  const { activeRun } = uiStore.getState()
  const { model, lastActiveRun } = evaluationStore.getState()
  const active = usable.find(({ id }) => id === activeRun)
  const isNew = active !== undefined && active.id !== lastActiveRun
  if (active) evaluationStore.setState({ lastActiveRun: active.id })
  if (model && !isNew) return
  const own = isNew ? null : presentModel()
  const run = isNew ? active : ownRuns(usable)[0]
  if (own) chooseModel(own)
  else if (run) chooseModel(modelOfRun(run))
}

/** How pixels become inputs of files that do not say: as a person said, else as for the network on the screen. */
export function presentScaling(): { mean: number[]; deviation: number[] } | undefined {
  const scaling = evaluationStore.getState().statedScaling ?? presentSession().state.document.scaling
  return scaling && { mean: [...scaling.mean], deviation: [...scaling.deviation] }
}

/** What the core knows a model by; the network of a session is handed over as it is now. */
export async function findModel({ path, session }: ChosenModel, signal?: AbortSignal): Promise<string> {
  if (!session) return path
  const { document, path: documentPath } = session.state
  return (await client.models.stage({ document: serializeDocument(document), documentPath }, { signal })).model
}

/** Whether there are a model and images to measure it on. */
export function canEvaluate(
  { model, source }: Pick<EvaluationState, 'model' | 'source'> = evaluationStore.getState(),
  hasDataset = datasetStore.getState().noted !== null,
): boolean {
  return model !== null && (source === 'own' ? model.isRun : hasDataset)
}

/** Evaluates the chosen model on the chosen split; how it goes stands in `evaluating`. */
export async function evaluateNow(): Promise<void> {
  const own = evaluationStore.of(presentSession())
  const { model, source, split } = own.getState()
  if (!model || !canEvaluate()) return
  const { noted } = datasetStore.getState()
  const dataset = source === 'own' || !noted ? null : { reference: noted.reference, options: noted.options }
  const told = await evaluating.start({ model, split, dataset, scaling: presentScaling() })
  if (!told?.result) return
  const { temperature } = told.result.evaluation
  own.setState({ result: told.result, cell: null, ...(split === 'val' && { fitted: temperature ?? null }) })
}

/** Evaluates the chosen model on another split. */
export async function evaluateSplitNow(split: SplitName): Promise<void> {
  evaluationStore.setState({ split })
  await evaluateNow()
}
