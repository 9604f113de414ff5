// Puts a run together from its folder (dataset, loader, engine, weights, model) and trains it; not the process around it.
import { initialiseWeights } from '../../../shared/network/initialise'
import { requireSound } from '../../../shared/network/inferDocument'
import { lowerDocument } from '../../../shared/lower/lower'
import { toModel } from '../../../shared/lower/networkModel'
import { requireScaling } from '../../../shared/network/checkScaling'
import { isSameShape } from '../../../shared/network/weights'
import type { Engine } from '../../../shared/training/computeEngine'
import type { EngineName } from '../../../shared/training/deviceNames'
import type { Tensor, TensorMap } from '../../../shared/onnx/tensor'
import type { InputScaling } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import { meansOf } from '../../../shared/training/metrics'
import { mayMixPrecision } from '../../../shared/training/precision'
import { parseDatasetOptions } from '../../datasets/savedOptions'
import { openImageLoader } from '../../datasets/imageLoader'
import type { ImageLoader } from '../../datasets/imageLoader'
import { loadEngine } from '../../engines/index'
import { exists } from '../../runs/runFolder'
import { requireBatch } from '../../../shared/network/checkBatch'
import { withFreezing } from './frozenBody'
import { noteTestUse } from '../../models/testUses'
import { LockedRun } from './lockedRun'
import type { TrainerCommand } from '../trainerMessages'
import type { TrainingEvent, TrainingOutcome } from '../../../shared/training/events'
import { imageFormat } from '../../datasets/documentFormat'
import type { PauseGate } from './pauseGate'
import type { RunRecord } from '../../runs/runRecord'
import { StepWatch, type StepLimits } from './stepWatch'
import { runTraining } from './trainingLoop'
import { startOfRun } from './trainingPlan'
import type { TrainingPlan } from './trainingPlan'

/** What steers a training from outside. */
export interface TrainingControls {
  /** Aborted: finish the present step, keep everything, end. */
  readonly signal: AbortSignal
  readonly pauses: PauseGate
  /** The engines; left out: the real ones. */
  readonly loadEngine?: (name: EngineName) => Promise<Engine>
  /** How long steps on a graphics processor may take; left out: minutes. */
  readonly limits?: StepLimits
}

/**
 * Trains the run in a folder from where it stands.
 * @returns the outcome, also the last event
 * @throws NetloomError run.missing, run.busy, dataset.*, weights.mismatch, and what `runTraining` throws
 */
export async function trainRun(
  command: Extract<TrainerCommand, { kind: 'start' }>,
  { signal, pauses, ...controls }: TrainingControls,
  onEvent: (event: TrainingEvent) => void,
): Promise<TrainingOutcome> {
  const runFolder = await LockedRun.open(command.directory)
  process.once('exit', runFolder.unlock)
  let loader: ImageLoader | undefined
  try {
    await applyChanges(runFolder, command)
    let scaling: InputScaling
    try {
      loader = await openLoader(runFolder.record, signal)
      scaling = await settleScaling(runFolder, loader)
    } catch (error) {
      if (signal.aborted) return await endUnbegun(runFolder, onEvent)
      throw error
    }
    const outcome = await runTraining({
      plan: planOf(runFolder, scaling),
      engine: withFreezing(await (controls.loadEngine ?? loadEngine)(runFolder.record.engine)),
      watchDevice: (device) => new StepWatch(device, controls.limits, runFolder.directory),
      loader,
      runFolder,
      signal,
      pauses,
      onEvent,
      checkpointSeconds: command.checkpointSeconds,
    })
    // The accuracy on test images at the end is a look at them like any other.
    if (outcome.test) await noteTestUse(runFolder.record.dataset.fingerprint, runFolder.directory)
    return outcome
  } finally {
    await loader?.close()
    await runFolder.close()
  }
}

/** What a resumed run does in another way from now on. @throws NetloomError file.write, recipe.batch */
async function applyChanges(
  runFolder: LockedRun,
  { epochs, batchSize, device }: Extract<TrainerCommand, { kind: 'start' }>,
): Promise<void> {
  const { recipe, document } = runFolder.record
  const changed = { ...recipe, epochs: epochs ?? recipe.epochs, batchSize: batchSize ?? recipe.batchSize }
  requireBatch({ document, recipe: changed })
  if (epochs !== undefined || batchSize !== undefined) await runFolder.updateRecord({ recipe: changed })
  if (device !== undefined) await runFolder.updateRecord({ device, deviceChoice: undefined })
  // The weights are float32 in either case, so a run whose graphics processor failed can go on anywhere.
  const { recipe: present, engine } = runFolder.record
  if (device !== undefined && present.mixedPrecision && !mayMixPrecision(engine, device))
    await runFolder.updateRecord({ recipe: { ...present, mixedPrecision: false } })
}

/** The outcome of a run that was stopped while its images were made ready: it stands where it stood. @throws NetloomError file.* */
async function endUnbegun(runFolder: LockedRun, onEvent: (event: TrainingEvent) => void): Promise<TrainingOutcome> {
  const { progress } = (await runFolder.openJournals()) ?? { progress: startOfRun }
  const { engine, device } = runFolder.record
  const model = runFolder.pathOf('model')
  const outcome: TrainingOutcome = {
    run: runFolder.directory,
    state: 'stopped',
    engine,
    device,
    epochs: progress.epoch,
    steps: progress.stepsTaken,
    seconds: 0,
    imagesPerSecond: 0,
    bestEpoch: progress.best?.epoch ?? null,
    train: progress.best?.train ?? meansOf(progress.sums),
    val: progress.best?.val ?? null,
    test: null,
    model: (await exists(model)) ? model : null,
  }
  await runFolder.updateRecord({ state: 'stopped', error: null, outcome })
  await runFolder.noteAndClose(`stopped at step ${outcome.steps}, before it began`)
  onEvent({ kind: 'finished', outcome })
  return outcome
}

/** @throws NetloomError dataset.*; the reason of the signal where it came before the images were there */
async function openLoader({ dataset, document, resize }: RunRecord, signal: AbortSignal): Promise<ImageLoader> {
  const { reference, fingerprint } = dataset
  const options = parseDatasetOptions(dataset.options)
  const format = imageFormat(document, resize)
  const loader = await openImageLoader({ reference, options, format, signal })
  const { fingerprint: present } = loader.description
  if (present === fingerprint) return loader
  await loader.close()
  throw new NetloomError('dataset.changed', `The images of "${reference}" are not those that the run began with.`, {
    expected: fingerprint,
    received: present,
    hint: 'Put the dataset back as it was, or start a new run.',
  })
}

/** The run's scaling; computed from the training split, and kept, where it has none yet. */
async function settleScaling(runFolder: LockedRun, loader: ImageLoader): Promise<InputScaling> {
  const { scaling, document } = runFolder.record
  if (scaling) return requireScaling(scaling, requireSound(document).inputNode.outputs[0] ?? [])
  const computed = await loader.statistics()
  await runFolder.updateRecord({ scaling: computed })
  return computed
}

function planOf(runFolder: LockedRun, scaling: InputScaling): TrainingPlan {
  const { document, recipe, device, dataset, versions } = runFolder.record
  return {
    document,
    recipe,
    scaling,
    classes: dataset.classes,
    device,
    async initialWeights() {
      return mergeWeights(initialiseWeights(document, recipe.seed), await runFolder.readInitialWeights())
    },
    buildModel(weights) {
      const lowered = lowerDocument(document, { mode: 'inference', weights, scaling })
      return toModel(lowered, { classes: dataset.classes, producerVersion: versions.netloom })
    },
  }
}

/**
 * Random weights, with given ones in their places; given ones that belong to no layer are left out.
 * @throws NetloomError weights.mismatch where a given one has another shape, or where none fits
 */
export function mergeWeights(random: TensorMap, given: TensorMap | undefined): TensorMap {
  if (!given) return random
  const merged = new Map<string, Tensor>(random)
  let used = 0
  for (const [path, { dims }] of random) {
    const tensor = given.get(path)
    if (!tensor) continue
    if (!isSameShape(tensor.dims, dims))
      throw new NetloomError(
        'weights.mismatch',
        `The weight "${path}" to start from is [${tensor.dims.join(', ')}], and its layer wants [${dims.join(', ')}].`,
        {
          path,
          expected: dims,
          received: tensor.dims,
          hint: 'Give the layer another name to start it from random weights.',
        },
      )
    merged.set(path, tensor)
    used++
  }
  if (used === 0 && random.size > 0 && given.size > 0)
    throw new NetloomError(
      'weights.mismatch',
      `None of the ${given.size} weights to start from belongs to a layer of the network.`,
      { hint: 'Take the weights of this network.' },
    )
  return merged
}
