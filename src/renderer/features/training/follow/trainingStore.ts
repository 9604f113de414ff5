// What the train screen does: checks before a run, start, stop and resume, with their failures; not how it looks.
import { useStore } from 'zustand'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import { openNetworkOf, relateRun, type OpenNetwork } from '../../../session/runs/runRelation'
import type { Preflight, TrainingRequestInput } from '../../../../shared/contract/trainingCalls'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { deviceNames, type DeviceName, type RunDevice } from '../../../../shared/training/deviceNames'
import { serializeDocument } from '../../../../shared/graph/schema'
import type { PlainError } from '../../../../shared/training/events'
import { readNotedDataset } from '../../../session/dataset/datasetStore'
import { groundCommandsOn } from '../../../kernel/commands/commands'
import { Action, useAction } from '../../../kernel/queries/action'
import { useWork, type WorkState } from '../../../kernel/queries/work'
import { client, isAbort, isConnectionError, messageOf, plainErrorOf } from '../../../kernel/core/client'
import type { DocumentSession } from '../../../session/document/DocumentSession'
import { documentStore, isPresent, presentSession, sessionStore } from '../../../session/document/documentStore'
import { createSessionStores } from '../../../session/document/perSession'
import { workPerSession } from '../../../session/document/sessionWork'
import { uiStore } from '../../../kernel/ui/uiStore'
import { readRecipe } from '../../../session/recipe/presets'
import { documentTitle } from '../../../session/document/documentFlows'
import { makeRunFollower, type FollowedRun } from './runFollower'
import { askBeside, findRivals, leaveLine, waitInLine } from './trainingLine'
import { isAlive, type RunProgress } from './runProgress'

export interface TrainingState {
  /** Whether a run starts from random weights though the document has some. */
  readonly startsRandom: boolean
  /** What failed beside the requests: the followed run, or what the document says; goes with the next try. */
  readonly error: PlainError | null
}

/** The store behind `useTraining`. */
export const trainingStore = createSessionStores<TrainingState>(() => ({ startsRandom: false, error: null }))

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

// Commands ask for the run, its phase and its failure; hundreds of steps a second are nothing to them.
groundCommandsOn({
  subscribe: (listener) =>
    runFollower.store.subscribe((state, before) => {
      const [now, then] = [state.progress, before.progress]
      const isSame = state.run === before.run && state.isElsewhere === before.isElsewhere
      if (!isSame || now.phase !== then.phase || now.error !== then.error) listener()
    }),
})

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
    session: presentSession().recovery,
  }
}

/** What the numbers of a pre-flight depend on. */
function requestKey(request: TrainingRequestInput): string {
  return JSON.stringify({ ...request, session: undefined })
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

/** What a run would take, predicted and measured; of the request that it was asked for. */
export const checking = workPerSession<TrainingRequestInput, Preflight>('preflight', (request, { signal }) =>
  client.training.preflight(request, { signal }),
)

/** The pre-flight of what is chosen now; null while it was not asked for: another recipe or network makes its numbers old. */
export function presentPreflight({ asked, told }: WorkState<TrainingRequestInput, Preflight>): Preflight | null {
  return asked && told && requestKey(asked) === presentRequestKey() ? told : null
}

/** Predicts and measures a run before it is started. */
export async function checkFirst(): Promise<void> {
  const request = tryBuildRequest()
  if (!request || checking.getState().isRunning) return
  dismissFailure()
  await checking.start(request)
}

const lastRunKey = 'netloom.lastRun'

/** Shows a run from now on; after a reload it is found again. */
export function showRun(run: string, options: { readonly isNew?: boolean } = {}): void {
  sessionStorage.setItem(lastRunKey, run)
  uiStore.getState().setActiveRun(run)
  runFollower.follow(run, options)
}

/** The run that stood beside a network when another one was shown. */
const shownRuns = new WeakMap<DocumentSession, string>()

/** Starting a run or going on with one, which is shown from then on; where another network is shown meanwhile, with its own. */
export const starting = new Action(async ({ begin, session }: Beginning) => {
  const { run } = await begin()
  if (isPresent(session)) showRun(run, { isNew: true })
  else shownRuns.set(session, run)
})

interface Beginning {
  readonly begin: () => Promise<{ readonly run: string }>
  /** The network on the screen when it was asked for. */
  readonly session: DocumentSession
}

/** Asking the shown run for something. */
const asking = new Action((ask: () => Promise<unknown>) => ask())

/** Begins a run. @returns its folder; undefined where it was refused, which is told with the network that was to be trained */
async function startNow({ begin, session }: Beginning): Promise<string | undefined> {
  let run: string | undefined
  const noting = async () => {
    const begun = await begin()
    run = begun.run
    return begun
  }
  await starting.run({ begin: noting, session })
  const { error } = starting.getState()
  if (error !== null && !isPresent(session)) {
    starting.dismiss()
    if (!isAbort(error)) trainingStore.of(session).setState({ error: toPlainError(error) })
  }
  return run
}

/** Begins a run on a device; beside another training there it is asked whether to, and when. */
async function start(begin: Beginning['begin'], device: DeviceName): Promise<void> {
  if (starting.getState().isPending) return
  dismissFailure()
  const session = presentSession()
  const rivals = findRivals(device)
  if (rivals.length > 0) {
    const answer = await askBeside(rivals)
    if (answer === 'cancel') return
    const { document, path } = session.state
    const name = documentTitle(path, document)
    if (answer === 'wait') return waitInLine({ session, name, device, begin: () => startNow({ begin, session }) })
  }
  leaveLine(session)
  await startNow({ begin, session })
}

/** Whether a run is being started, followed while the component is mounted. */
export function useIsStarting(): boolean {
  return useAction(starting).isPending
}

function firstFailure(...errors: readonly unknown[]): PlainError | null {
  const error = errors.find((each) => each !== null && each !== undefined && !isAbort(each))
  return error === undefined ? null : toPlainError(error)
}

/** What failed last of starting, asking, the pre-flight and following. */
export function failureNow(): PlainError | null {
  const { error } = trainingStore.getState()
  return error ?? firstFailure(starting.getState().error, asking.getState().error, checking.getState().error)
}

/** The same, followed while the component is mounted. */
export function useTrainingFailure(): PlainError | null {
  const begun = useAction(starting).error
  const asked = useAction(asking).error
  const checked = useWork(checking, (state) => state.error)
  return useTraining((state) => state.error) ?? firstFailure(begun, asked, checked)
}

/** Puts the failure away, as when it was read or something is tried again. */
export function dismissFailure(): void {
  trainingStore.setState({ error: null })
  starting.dismiss()
  asking.dismiss()
  checking.dismissError()
}

/** Starts a run with what is chosen now; a failure stands in the state. */
export async function startTraining(): Promise<void> {
  const request = tryBuildRequest()
  if (!request || isTrainingNow()) return
  await start(() => client.training.start(request), request.device ?? 'auto')
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
  const { run: shown, summary } = runFollower.store.getState()
  const before = shown === run ? summary?.device : undefined
  await start(() => client.training.resume({ run, ...changes }), changes.device ?? before ?? 'auto')
}

/** Asks the shown run to finish its step and keep everything. */
export async function stopTraining(): Promise<void> {
  const { run } = runFollower.store.getState()
  if (run === null || !isTrainingNow()) return
  runFollower.noteAsked('stopping')
  await asking.run(() => client.training.stop({ run }))
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
  await asking.run(async () => {
    try {
      await client.training.pause({ run })
    } catch (error) {
      runFollower.noteAsked('running')
      throw error
    }
  })
}

/** Lets the shown run go on after a pause. */
export async function continueTraining(): Promise<void> {
  const { run } = runFollower.store.getState()
  if (run === null || !isPaused()) return
  await asking.run(async () => {
    await client.training.continue({ run })
    if (isPaused()) runFollower.noteAsked('running')
  })
}

/** Whether the shown run has a process. */
export function isTrainingNow(): boolean {
  return isAlive(runFollower.store.getState().progress)
}

/**
 * The run that is shown unasked: one of the network on the screen, one that trains before others, the newest before older
 * ones. Where no network is open, what trains or was shown last.
 */
export function pickRun(
  runs: readonly RunSummary[],
  open: OpenNetwork & { readonly isEmpty: boolean },
  shownLast: string | null,
): string | null {
  const newest = runs.toSorted((a, b) => b.createdMs - a.createdMs)
  const candidates = open.isEmpty ? newest : newest.filter((run) => relateRun(run, open) !== 'other')
  const [first] = candidates
  const running = candidates.find(({ state }) => state === 'running')
  const last = candidates.find(({ id }) => id === shownLast)
  return (running ?? last ?? (open.isEmpty ? undefined : first))?.id ?? null
}

function presentNetwork() {
  const session = presentSession()
  return { ...openNetworkOf(session), isEmpty: session.state.document.nodes.length === 0 }
}

const lookAgain = new Action(async () => {
  const run = pickRun(await client.runs.list(), presentNetwork(), sessionStorage.getItem(lastRunKey))
  if (run !== null && runFollower.store.getState().run === null) showRun(run)
})

/** Shows the run that a person asked for, else one of the network on the screen. */
export async function findRunAgain(): Promise<void> {
  const wanted = uiStore.getState().activeRun
  const shown = runFollower.store.getState().run
  if (wanted !== null && wanted !== shown) return showRun(wanted)
  if (shown !== null || lookAgain.getState().isPending) return
  await lookAgain.run(undefined)
  // Without a connection the next look at the screen tries again; the shell says that it is lost.
  const { error } = lookAgain.getState()
  if (error !== null && !isConnectionError(error)) showError(error)
}

/** Leaves the run of another network, and shows one of this network's. */
export async function showOwnRun(): Promise<void> {
  uiStore.getState().setActiveRun(null)
  runFollower.leave()
  await findRunAgain()
}

/** Another network is shown: the run of the former one stands beside it no more. @returns ends it */
export function followSessions(): () => void {
  return sessionStore.subscribe(({ present }, before) => {
    if (present === before.present) return
    const { run, summary } = runFollower.store.getState()
    if (run !== null) shownRuns.set(before.present, run)
    const left = shownRuns.get(present)
    if (left !== undefined) return left === run ? undefined : showRun(left)
    if (run === null) return void findRunAgain()
    const isOwn = present.ofRun === run || (summary !== null && relateRun(summary, presentNetwork()) !== 'other')
    if (!isOwn) void showOwnRun()
  })
}
