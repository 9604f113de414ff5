// Training as the rest of the program sees it: checks, a run folder, a process of its own and its events; not the loop (trainer/).
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { requireBatch } from '../../shared/network/checkBatch'
import { checkPatterns } from '../../shared/network/checkPatterns'
import { hashStructure } from '../../shared/network/hashStructure'
import { inferDocument } from '../../shared/network/inferDocument'
import { checkDocument } from '../../shared/network/checkDocument'
import { checkClasses } from '../../shared/network/classCount'
import { requireScaling } from '../../shared/network/checkScaling'
import type { DatasetDescription, ResizePolicy } from '../../shared/datasets/dataset'
import { deviceNames, type RunDevice } from '../../shared/training/deviceNames'
import type { DeviceName, EngineName } from '../../shared/training/deviceNames'
import type { TensorMap } from '../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { errorOf } from '../../shared/graph/issue'
import type { DeviceChoice } from '../../shared/training/events'
import { fitBatchSize } from '../../shared/training/fitBatchSize'
import { requireMixedPrecision } from '../../shared/training/precision'
import type { Recipe } from '../../shared/training/recipe'
import type { DatasetOptions } from '../datasets/savedOptions'
import { chooseDevice } from '../devices/chooseDevice'
import { openDataset } from '../datasets/openDataset'
import type { OpenedDataset } from '../datasets/openDataset'
import type { TrainingEvent, TrainingOutcome } from '../../shared/training/events'
import { readVersions } from '../runs/runRecord'
import type { RunOrigin, RunRecord } from '../runs/runRecord'
import { TrainerProcess } from './trainerProcess'
import type { StartCommand } from './trainerProcess'
import { imageFormat } from '../datasets/documentFormat'
import { printCount } from '../../shared/graph/printNumbers'
import { checkRunFolderFree, createRunFolder, readRun } from '../runs/runFolder'

export type { TrainingEvent, TrainingOutcome }

/** What a new run is to be. */
export interface StartTrainingRequest {
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly dataset: { readonly reference: string; readonly options: DatasetOptions }
  /** How pixels become inputs; left out: computed from the training split. */
  readonly scaling?: InputScaling
  readonly engine: EngineName
  readonly device: DeviceName
  /** The run folder to create. */
  readonly directory: string
  readonly resize: ResizePolicy
  /** Nobody chose the batch size: it becomes smaller where the training split is. */
  readonly isBatchUsual?: boolean
  /** What to start from instead of random weights, by path; layers that are not named start at random. */
  readonly weights?: TensorMap
  /** Where the document came from; left out: it has no file. */
  readonly origin?: RunOrigin
}

export interface ProcessOptions {
  /** Goes on when this process ends; Ctrl-C in this process's terminal does not reach it. */
  readonly detached?: boolean
  /** Time between checkpoints inside an epoch; 20 unless told. */
  readonly checkpointSeconds?: number
  /** The script of the training process; left out: the built one. Tests put one with another engine here. */
  readonly script?: string
}

export interface ResumeOptions extends ProcessOptions {
  /** Replaces the number of epochs in the recipe. */
  readonly epochs?: number
  /** Replaces the batch size in the recipe; the epoch goes on with the images that are left. */
  readonly batchSize?: number
  /** Replaces the device. */
  readonly device?: RunDevice
}

export interface TrainingHandlers {
  /** Called once the checks have passed and the run folder is there, before its process starts. */
  readonly onAccepted?: () => void
  /** Called with the dataset of a new run once it is open: what there is to know of it before training. */
  readonly onDataset?: (description: DatasetDescription) => void
  /** Called where the usual batch was too large for the training split, with what it is now. */
  readonly onBatchFitted?: (batchSize: number, trainCount: number) => void
  /** Called before a device is measured with the network, where `auto` has to choose. */
  readonly onMeasuring?: (device: RunDevice) => void
  /** Called for every event, in order. */
  readonly onEvent?: (event: TrainingEvent) => void
}

/** A training that has been asked for. */
export interface TrainingHandle {
  /** The run folder, as an absolute path. */
  readonly directory: string
  /** Finish the present step, keep everything, end; `done` then gives an outcome of state `stopped`. */
  stop(): void
  /** Finish the present step, write a checkpoint and wait, with the device kept. */
  pause(): void
  /** Go on after a pause. */
  continue(): void
  /** End at once; at most the work since the last checkpoint is lost. */
  kill(): void
  /**
   * The outcome of a finished or stopped run.
   * Rejects with a NetloomError: what the checks or the training found; training.stopped where the process was killed.
   */
  readonly done: Promise<TrainingOutcome>
}

/**
 * Checks a request, creates the run folder and trains in a process of its own.
 * A folder created here is taken away again where training fails before its first step.
 */
export function startTraining(
  request: StartTrainingRequest,
  handlers: TrainingHandlers = {},
  options: ProcessOptions = {},
): TrainingHandle {
  const trainer = trainerFor(request.directory, handlers, options)
  return handleOf(trainer, async () => {
    const { dataset, request: fitted } = await checkRequest(request)
    trainer.requireWanted()
    handlers.onDataset?.(dataset.description)
    const { batchSize } = fitted.recipe
    if (batchSize !== request.recipe.batchSize)
      handlers.onBatchFitted?.(batchSize, dataset.description.splits.train?.count ?? 0)
    const settled = await settleDevice(fitted, trainer, handlers)
    if (settled.recipe.mixedPrecision) requireMixedPrecision(settled.engine, settled.device)
    await createRunFolder(trainer.directory, recordOf(settled, dataset), request.weights)
    handlers.onAccepted?.()
    try {
      return await trainer.run(commandOf(trainer.directory, options), process.cwd())
    } catch (error) {
      if (trainer.hasTrainedNothing) await rm(trainer.directory, { recursive: true, force: true })
      throw error
    }
  })
}

/**
 * Goes on with a run from its last checkpoint, in a process of its own.
 * `done` rejects with run.missing, run.busy, dataset.changed and what training finds.
 */
export function resumeTraining(
  directory: string,
  handlers: TrainingHandlers = {},
  options: ResumeOptions = {},
): TrainingHandle {
  const trainer = trainerFor(directory, handlers, options)
  return handleOf(trainer, async () => {
    // Stopped before it begins, the process itself says that it is: the run stays as it stood.
    const { workingDirectory } = (await readRun(trainer.directory)).dataset
    handlers.onAccepted?.()
    const { epochs, batchSize, device } = options
    const command = { ...commandOf(trainer.directory, options), epochs, batchSize, device }
    return trainer.run(command, existsSync(workingDirectory) ? workingDirectory : process.cwd())
  })
}

function trainerFor(directory: string, { onEvent }: TrainingHandlers, { script }: ProcessOptions): TrainerProcess {
  return new TrainerProcess(resolve(directory), onEvent ?? (() => undefined), script)
}

function handleOf(trainer: TrainerProcess, work: () => Promise<TrainingOutcome>): TrainingHandle {
  return {
    directory: trainer.directory,
    stop: () => trainer.stop(),
    pause: () => trainer.pause(),
    continue: () => trainer.continue(),
    kill: () => trainer.kill(),
    done: work(),
  }
}

function commandOf(directory: string, { detached = false, checkpointSeconds = 20 }: ProcessOptions): StartCommand {
  return { kind: 'start', directory, detached, checkpointSeconds }
}

/** The request with a device in place of `auto`. @throws NetloomError training.stopped where it is stopped meanwhile */
async function settleDevice(
  request: StartTrainingRequest,
  trainer: TrainerProcess,
  { onMeasuring }: TrainingHandlers,
): Promise<StartTrainingRequest & { readonly deviceChoice?: DeviceChoice }> {
  if (request.device !== 'auto') return request
  try {
    const deviceChoice = await chooseDevice(request, { signal: trainer.wanted, onMeasuring })
    return { ...request, device: deviceChoice.device, deviceChoice }
  } catch (error) {
    trainer.requireWanted()
    throw error
  }
}

/** What can be found wrong before a process is started, by rising cost. @throws NetloomError */
async function checkRequest(
  request: StartTrainingRequest,
): Promise<{ readonly dataset: OpenedDataset; readonly request: StartTrainingRequest }> {
  await checkRunFolderFree(request.directory)
  const dataset = await checkTraining(request)
  return { dataset, request: { ...request, recipe: fitBatch(request, dataset.description) } }
}

/** The recipe with a batch that lets a small split give two steps or more, where nobody chose another. */
function fitBatch(
  { recipe, isBatchUsual = false }: Pick<StartTrainingRequest, 'recipe' | 'isBatchUsual'>,
  { splits }: DatasetDescription,
): Recipe {
  if (!isBatchUsual) return recipe
  return { ...recipe, batchSize: fitBatchSize(recipe.batchSize, splits.train?.count ?? 0) }
}

/**
 * Checks what is to be trained on what, all but the run folder.
 * @returns the dataset, opened
 * @throws NetloomError graph.*, layer.*, recipe.layers, engine.device, engine.precision, dataset.*, recipe.batch
 */
export async function checkTraining(request: Omit<StartTrainingRequest, 'directory'>): Promise<OpenedDataset> {
  const { document, recipe, engine, device, resize, scaling } = request
  const error = errorOf(checkDocument(document))
  if (error) throw error
  // A name that no layer has would train what should stay.
  const [nameless] = checkPatterns(recipe, inferDocument(document))
  if (nameless) {
    const { code, message, path, received, expected } = nameless
    throw new NetloomError(code, message, { path, received, expected })
  }
  requireBatch({ document, recipe })
  const { channels, height, width } = imageFormat(document, resize)
  if (scaling) requireScaling(scaling, [channels, height, width])
  if (!deviceNames.includes(device))
    throw new NetloomError('engine.device', `There is no device "${device}".`, {
      expected: deviceNames,
      received: device,
      hint: `Choose one of ${deviceNames.join(', ')}.`,
    })
  // Which device `auto` becomes is not known yet.
  const mayChoose = engine === 'ort' && device === 'auto'
  if (recipe.mixedPrecision && !mayChoose) requireMixedPrecision(engine, device)
  const dataset = await openDataset(request.dataset.reference, request.dataset.options)
  checkDataset(request, dataset)
  return dataset
}

/** @throws NetloomError dataset.oneClass, dataset.classes, dataset.empty, recipe.batch */
function checkDataset(
  { document, recipe, isBatchUsual = false }: Pick<StartTrainingRequest, 'document' | 'recipe' | 'isBatchUsual'>,
  { description }: OpenedDataset,
): void {
  const { reference, classes, splits } = description
  if (classes.length < 2)
    throw new NetloomError('dataset.oneClass', `"${reference}" has one class, ${JSON.stringify(classes[0])}.`, {
      expected: 2,
      received: classes.length,
      hint: 'A classifier needs images of two classes or more.',
    })
  const error = errorOf(checkClasses(document, classes.length))
  if (error) throw error
  const count = splits.train?.count ?? 0
  if (count === 0)
    throw new NetloomError('dataset.empty', `"${reference}" has no images to train on.`, {
      hint: 'Look at its splits, or choose another dataset.',
    })
  if (recipe.batchSize > count && !isBatchUsual)
    throw new NetloomError(
      'recipe.batch',
      `A batch of ${printCount(recipe.batchSize)} images is larger than the training split of "${reference}", which has ${printCount(count)}.`,
      { expected: count, received: recipe.batchSize, hint: `Use a batch of ${count} or smaller.` },
    )
}

function recordOf(
  request: StartTrainingRequest & { readonly deviceChoice?: DeviceChoice },
  { description }: OpenedDataset,
): RunRecord {
  const { document, recipe, dataset, scaling, engine, device, deviceChoice, resize } = request
  return {
    format: 'netloom-run',
    version: 1,
    created: new Date().toISOString(),
    state: 'created',
    error: null,
    engine,
    device,
    ...(deviceChoice ? { deviceChoice } : {}),
    seed: recipe.seed,
    versions: readVersions(),
    dataset: {
      reference: dataset.reference,
      options: { ...dataset.options },
      workingDirectory: process.cwd(),
      fingerprint: description.fingerprint,
      classes: [...description.classes],
    },
    resize,
    scaling: scaling ?? null,
    recipe,
    outcome: null,
    document,
    structure: hashStructure(document),
    origin: request.origin ?? { path: null },
  }
}
