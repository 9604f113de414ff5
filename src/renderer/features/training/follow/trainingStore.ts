// What the train screen does: checks before a run, start, stop and resume, with their failures; not how it looks.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Preflight, TrainingRequestInput } from '../../../../shared/contract/trainingCalls'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { deviceNames, type DeviceName, type RunDevice } from '../../../../shared/training/deviceNames'
import { serializeDocument } from '../../../../shared/graph/schema'
import type { PlainError } from '../../../../shared/training/events'
import { readNotedDataset } from '../../../session/dataset/datasetStore'
import { groundCommandsOn } from '../../../kernel/commands/commands'
import { client, isAbort, isConnectionError, messageOf, plainErrorOf } from '../../../kernel/core/client'
import { documentStore } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import { readRecipe } from '../../../session/recipe/presets'
import { makeRunFollower, type FollowedRun } from './runFollower'
import { isAlive, type RunProgress } from './runProgress'

export interface TrainingState {
  /** Whether a run starts from random weights though the document has some. */
  readonly startsRandom: boolean
  readonly isStarting: boolean
  readonly isChecking: boolean
  readonly preflight: Preflight | null
  /** The request of the pre-flight: another recipe or network makes its numbers old. */
  readonly preflightKey: string | null
  /** Why starting, stopping or the pre-flight failed; goes with the next try. */
  readonly error: PlainError | null
}

/** The store behind `useTraining`. */
export const trainingStore = createStore<TrainingState>()(() => ({
  startsRandom: false,
  isStarting: false,
  isChecking: false,
  preflight: null,
  preflightKey: null,
  error: null,
}))

groundCommandsOn(trainingStore)

function toPlainError(error: unknown): PlainError {
  return plainErrorOf(error) ?? { code: 'connection.lost', message: messageOf(error) }
}

function showError(error: unknown): void {
  if (!isAbort(error)) trainingStore.setState({ error: toPlainError(error) })
}

/** The run that is shown. */
export const runFollower = makeRunFollower(
  {
    metrics: (run, fromStep) => client.runs.metrics({ run, fromStep }),
    events: (run, after, signal) => client.training.events({ run, after }, { signal }),
    active: () => client.training.active(),
    list: () => client.runs.list(),
    log: (run) => client.runs.log({ run }),
    isLost: isConnectionError,
  },
  showError,
)

groundCommandsOn(runFollower.store)

/** A part of the training state, followed while the component is mounted. */
export function useTraining<T>(selector: (state: TrainingState) => T): T {
  return useStore(trainingStore, selector)
}

/** A part of the shown run, followed while the component is mounted. */
export function useFollowedRun<T>(selector: (state: FollowedRun) => T): T {
  return useStore(runFollower.store, selector)
}

function toDeviceName(device: string): DeviceName {
  return deviceNames.find((name) => name === device) ?? 'auto'
}

function withoutWeights(document: NetworkDocument): NetworkDocument {
  const { weights: _, weightPaths: __, ...rest } = document
  return rest
}

/**
 * The request of a run with what is chosen now; undefined without a dataset.
 * @throws NetloomError dataset.reference where the document's own options of its dataset are wrong
 */
export function buildRequest(): TrainingRequestInput | undefined {
  const { document, path } = documentStore.getState()
  const { device, engine } = uiStore.getState()
  const dataset = readNotedDataset()
  if (dataset === undefined) return undefined
  const folder = path?.replace(/[\\/][^\\/]*$/, '')
  return {
    document: serializeDocument(trainingStore.getState().startsRandom ? withoutWeights(document) : document),
    recipe: readRecipe(document.recipe),
    dataset: { reference: dataset.reference, options: dataset.options },
    engine,
    device: toDeviceName(device),
    resize: dataset.resize,
    ...(folder ? { parent: `${folder}/runs` } : {}),
    ...(path === null ? {} : { documentPath: path }),
  }
}

/** What the numbers of a pre-flight depend on. */
function requestKey(request: TrainingRequestInput): string {
  return JSON.stringify(request)
}

/** The same of what is chosen now; null where no run can be asked for. */
export function presentRequestKey(): string | null {
  try {
    const request = buildRequest()
    return request ? requestKey(request) : null
  } catch {
    // Asking for the run or its pre-flight says what is wrong.
    return null
  }
}

/** The request, or undefined with the reason in the state. */
function tryBuildRequest(): TrainingRequestInput | undefined {
  try {
    return buildRequest()
  } catch (error) {
    trainingStore.setState({ error: toPlainError(error) })
    return undefined
  }
}

/** Predicts and measures a run before it is started. */
export async function checkFirst(): Promise<void> {
  const request = tryBuildRequest()
  if (!request || trainingStore.getState().isChecking) return
  trainingStore.setState({ isChecking: true, preflight: null, preflightKey: requestKey(request), error: null })
  try {
    const preflight = await client.training.preflight(request)
    trainingStore.setState({ preflight })
  } catch (error) {
    showError(error)
  } finally {
    trainingStore.setState({ isChecking: false })
  }
}

const lastRunKey = 'netloom.lastRun'

/** Shows a run from now on; after a reload it is found again. */
export function showRun(run: string, options: { readonly isNew?: boolean } = {}): void {
  sessionStorage.setItem(lastRunKey, run)
  uiStore.getState().setActiveRun(run)
  runFollower.follow(run, options)
}

async function begin(start: () => Promise<{ run: string }>): Promise<void> {
  if (trainingStore.getState().isStarting) return
  trainingStore.setState({ isStarting: true, error: null })
  try {
    const { run } = await start()
    showRun(run, { isNew: true })
  } catch (error) {
    showError(error)
  } finally {
    trainingStore.setState({ isStarting: false })
  }
}

/** Starts a run with what is chosen now; a failure stands in the state. */
export async function startTraining(): Promise<void> {
  const request = tryBuildRequest()
  if (!request || isTrainingNow()) return
  await begin(() => client.training.start(request))
}

/** What a run does in another way when it goes on. */
export interface ResumeChanges {
  /** In all, where it is to train longer than its recipe says. */
  readonly epochs?: number
  readonly batchSize?: number
  readonly device?: RunDevice
}

/** Goes on with a run from its last checkpoint. */
export async function resumeTraining(run: string, changes: ResumeChanges = {}): Promise<void> {
  if (isTrainingNow()) return
  await begin(() => client.training.resume({ run, ...changes }))
}

/** Asks the shown run to finish its step and keep everything. */
export async function stopTraining(): Promise<void> {
  const { run } = runFollower.store.getState()
  if (run === null || !isTrainingNow()) return
  runFollower.noteAsked('stopping')
  try {
    await client.training.stop({ run })
  } catch (error) {
    showError(error)
  }
}

/** Whether the shown run can be asked to pause. */
export function canPause(): boolean {
  const { progress, isElsewhere } = runFollower.store.getState()
  return progress.phase === 'running' && !isElsewhere
}

/** Whether the shown run waits, or is about to. */
export function isPaused({ phase }: Pick<RunProgress, 'phase'> = runFollower.store.getState().progress): boolean {
  return phase === 'paused' || phase === 'pausing'
}

/** Asks the shown run to wait after its step, with its checkpoint written and its device kept. */
export async function pauseTraining(): Promise<void> {
  const { run } = runFollower.store.getState()
  if (run === null || !canPause()) return
  runFollower.noteAsked('pausing')
  try {
    await client.training.pause({ run })
  } catch (error) {
    runFollower.noteAsked('running')
    showError(error)
  }
}

/** Lets the shown run go on after a pause. */
export async function continueTraining(): Promise<void> {
  const { run } = runFollower.store.getState()
  if (run === null || !isPaused()) return
  try {
    await client.training.continue({ run })
    if (isPaused()) runFollower.noteAsked('running')
  } catch (error) {
    showError(error)
  }
}

/** Whether the shown run has a process. */
export function isTrainingNow(): boolean {
  return isAlive(runFollower.store.getState().progress)
}

/** A run that another process trains, such as a core that was killed since. */
async function findRunningElsewhere(): Promise<string | undefined> {
  return (await client.runs.list()).find(({ state }) => state === 'running')?.id
}

let isLooking = false

/** After a reload: shows the run that trains, else the one that was shown last. */
export async function findRunAgain(): Promise<void> {
  const wanted = uiStore.getState().activeRun
  const shown = runFollower.store.getState().run
  if (wanted !== null && wanted !== shown) return showRun(wanted)
  if (shown !== null || isLooking) return
  isLooking = true
  try {
    const active = await client.training.active()
    const run = active.at(-1)?.run ?? (await findRunningElsewhere()) ?? sessionStorage.getItem(lastRunKey)
    if (run !== null && runFollower.store.getState().run === null) showRun(run)
  } catch (error) {
    // Without a connection the next look at the screen tries again; the shell says that it is lost.
    if (!isConnectionError(error)) showError(error)
  } finally {
    isLooking = false
  }
}
