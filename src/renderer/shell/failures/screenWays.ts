// What a person can press after each error: the screens' own for the ways out that the core states, and for rules whose way on is always the same.
import type { ErrorCode, WayOut } from '../../../shared/graph/errors'
import { splitNames } from '../../../shared/datasets/dataset'
import { runCommand } from '../../kernel/commands/commands'
import { showDevices } from '../../kernel/devices/devicesStore'
import { offerWaysOn, type FindWaysOn, type WayOn } from '../../kernel/failures/failureWays'
import { uiStore, type WorkScreen } from '../../kernel/ui/uiStore'
import { splitTitles } from '../../kernel/print/splitTexts'
import { documentStore } from '../../session/document/documentStore'
import { screenTitles } from '../commands/appCommands'

/** Leads to a screen; nothing where one is there already. */
function open(screen: WorkScreen): readonly WayOn[] {
  const ui = uiStore.getState()
  return ui.screen === screen ? [] : [{ label: `Open ${screenTitles[screen]}`, run: () => ui.setScreen(screen) }]
}

const devices: readonly WayOn[] = [{ label: 'Show the devices', run: showDevices }]
const openOther: readonly WayOn[] = [{ label: 'Open another file...', run: () => void runCommand('file.open') }]

/** Training is another screen's matter, and brings much: it is fetched when it is asked for. */
async function goOnWith(run: string): Promise<void> {
  const { resumeTraining } = await import('../../features/training/follow/trainingStore')
  uiStore.getState().setScreen('train')
  await resumeTraining(run)
}

async function evaluateSplit(split: (typeof splitNames)[number]): Promise<void> {
  const { evaluateNow, evaluationStore } = await import('../../features/evaluate/model/evaluationStore')
  evaluationStore.setState({ split })
  uiStore.getState().setScreen('evaluate')
  await evaluateNow()
}

async function chooseFileToEvaluate(): Promise<void> {
  const { browseModel } = await import('../../features/evaluate/model/ModelBar')
  uiStore.getState().setScreen('evaluate')
  browseModel()
}

/** The run folder that a file of it, or the folder itself, names. */
function runOf(path: string): string {
  return path.replace(/[\\/]log\.txt$/u, '')
}

const goOn: FindWaysOn = ({ path }) =>
  path === undefined ? open('runs') : [{ label: 'Go on with this training', run: () => goOnWith(runOf(path)) }]

const showLayer: FindWaysOn = ({ nodeId }) => {
  if (nodeId === undefined || !documentStore.getState().document.nodes.some(({ id }) => id === nodeId)) return []
  const show = (): void => {
    documentStore.getState().select([nodeId])
    uiStore.getState().setScreen('design')
  }
  return [{ label: `Show ${nodeId}`, run: show }]
}

const otherSplits: FindWaysOn = ({ expected }) =>
  splitNames
    .filter((name) => Array.isArray(expected) && expected.includes(name))
    .map((name) => ({ label: `Use ${splitTitles[name].toLowerCase()} images`, run: () => evaluateSplit(name) }))

/** The button of every way out that the core states. */
export const byWay: Readonly<Record<WayOut, FindWaysOn>> = {
  engineOrt: () => [
    { label: 'Compute with ONNX Runtime', run: () => uiStore.getState().setDevice('auto', 'ort') },
    ...devices,
  ],
  deviceCpu: () => [{ label: 'Use the processor (CPU)', run: () => uiStore.getState().setDevice('cpu') }, ...devices],
  addPackage: () => [
    { label: 'Compute with ONNX Runtime', run: () => uiStore.getState().setDevice('auto', 'ort') },
    ...devices,
  ],
  repair: () => [],
  runAsItIs: () => [{ label: 'Choose it in Evaluate...', run: chooseFileToEvaluate }],
  goOn,
  split: otherSplits,
}

const openData: FindWaysOn = () => open('data')
const openTrain: FindWaysOn = () => open('train')
const openRuns: FindWaysOn = () => open('runs')
const showTheDevices: FindWaysOn = () => devices

/** The button of rules whose way on is always the same one. */
export const byCode: Partial<Readonly<Record<ErrorCode, FindWaysOn>>> = {
  'dataset.missing': openData,
  'dataset.permission': openData,
  'dataset.empty': openData,
  'dataset.oneClass': openData,
  'dataset.malformed': openData,
  'dataset.unreadable': openData,
  'dataset.reference': openData,
  'dataset.classes': openData,
  'dataset.range': openData,
  'dataset.changed': openData,
  'dataset.outside': openData,
  'document.syntax': () => openOther,
  'document.schema': () => openOther,
  'engine.device': showTheDevices,
  'engine.precision': showTheDevices,
  'engine.failed': showTheDevices,
  'engine.memory': showTheDevices,
  'engine.lost': showTheDevices,
  'engine.hang': showTheDevices,
  'model.weights': openTrain,
  'onnx.malformed': () => openOther,
  'recipe.invalid': openTrain,
  'recipe.layers': openTrain,
  'recipe.batch': openTrain,
  'run.missing': openRuns,
  'run.busy': openRuns,
  'run.exists': openRuns,
  'tfjs.malformed': () => openOther,
  'training.diverged': openTrain,
  'training.stopped': goOn,
}

/** The buttons after an error: for the way out that it states, else for its rule; beside them its layer. */
export const findScreenWays: FindWaysOn = (error) => {
  const code = byCode[error.code as ErrorCode] // codes that only a screen knows have no entry
  const stated = error.way ? byWay[error.way](error) : []
  return [...showLayer(error), ...(stated.length > 0 ? stated : (code?.(error) ?? []))]
}

/** Offers the buttons wherever a failure is shown. @returns ends it */
export function offerScreenWays(): () => void {
  return offerWaysOn(findScreenWays)
}
