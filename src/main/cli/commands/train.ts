// `netloom train`: from the command line's options to a training service and its events on the terminal; not the training.
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { findNormNotes } from '../../../shared/network/normNotes'
import { findUntrained } from '../../../shared/network/findUntrained'
import { checkClasses } from '../../../shared/network/classCount'
import { findHead, replaceHead } from '../../../shared/edits/transfer'
import type { DatasetDescription, ResizePolicy } from '../../../shared/datasets/dataset'
import { readDatasetChoice, type DatasetChoice } from '../../../shared/datasets/documentDataset'
import type { DeviceName, EngineName } from '../../../shared/training/deviceNames'
import type { TensorMap } from '../../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../../shared/graph/document'
import { applyEdit } from '../../../shared/graph/edits'
import { NetloomError } from '../../../shared/graph/errors'
import { countOf, printCount } from '../../../shared/graph/printNumbers'
import type { DatasetOptions } from '../../datasets/savedOptions'
import { openDataset } from '../../datasets/openDataset'
import { thisHost } from '../../devices/deviceHost'
import { buildForDataset } from '../../trainer/fitArchitecture'
import { readOnnxNetwork } from '../../exchange/importOnnxFile'
import { pickDocumentWeights } from '../../models/documentWeights'
import { defaultResize } from '../../models/openModel'
import { findFreeRunFolder, findNetwork, nameOf, readDocument } from '../../files/projects'
import { resumeTraining, startTraining, type TrainingHandle, type TrainingOutcome } from '../../trainer/startTraining'
import { readRun } from '../../runs/runFolder'
import { readMetrics } from '../../runs/runMetrics'
import { withWaysOn } from '../waysByCommand'
import { isDeviceFailure } from '../../devices/deviceFailure'
import { withInterrupts } from '../interrupts'
import { writeJson, writeNote, writeResult } from '../output'
import { buildRecipe, type RecipeOptions } from '../recipeOptions'
import { quoteArgument, showPath } from '../text'
import { printOutcome, TrainingReport } from '../trainingReport'
import { exitCodes, orAccept, UsageError } from '../usage'

export interface TrainOptions extends RecipeOptions {
  readonly data?: string
  readonly acceptDifference?: boolean
  readonly engine: EngineName
  readonly device: DeviceName
  /** A share of the training images, or a folder. */
  readonly val?: number | string
  readonly trainRange?: readonly [number, number]
  readonly testRange?: readonly [number, number]
  readonly limit?: number
  readonly leaveOutCopies?: boolean
  readonly centre?: boolean
  readonly shift?: number
  readonly permute?: number
  readonly normalize?: InputScaling
  readonly resize?: ResizePolicy
  /** A new last layer for the dataset's classes, also where their number is the same. */
  readonly replaceHead?: boolean
  readonly out?: string
  readonly resume?: string
  readonly json?: boolean
}

/** Options that go with `--resume`; everything else is in the run. */
const resumeOptions = ['resume', 'json', 'epochs', 'batch', 'engine', 'device']

/** Runs `netloom train`. @throws UsageError, NetloomError */
export async function runTrain(network: string | undefined, options: TrainOptions): Promise<number> {
  const report = new TrainingReport()
  const handlers = {
    onEvent: report.onEvent,
    onDataset: ({ notes = [] }: DatasetDescription) => notes.forEach((note) => report.note(note)),
    onBatchFitted: (batchSize: number, count: number) =>
      report.note(`Batches of ${batchSize}, since there are ${countOf(count, 'training image')}.`),
    onMeasuring: (device: string) => report.note(`Measuring a few steps on ${device} ...`),
  }
  if (options.resume !== undefined) {
    const directory = options.resume
    checkResume(network, options)
    const { epochs, batch: batchSize, device: wanted } = options
    const device = wanted === 'auto' ? undefined : wanted
    await recallEpochs(directory, report, { epochs, batchSize })
    return follow(() => resumeTraining(directory, handlers, { epochs, batchSize, device }), report, options)
  }
  if (network === undefined) throw new UsageError('name a network to train, or a run with --resume.')
  const { document, weights, data, noted, path = null } = await readNetwork(network, options)
  for (const { message } of findUntrained(document)) report.note(`warning: ${message}`)
  const recipe = buildRecipe(document, options)
  report.recipe = recipe
  for (const note of findNormNotes(document, weights !== undefined, recipe.freeze)) report.note(note)
  const directory = options.out ?? (await findFreeRunFolder('runs', nameOf(network)))
  const { engine, device } = options
  if (engine === 'tfjs' && device === 'cpu' && !thisHost().hasPackage('@tensorflow/tfjs-node'))
    report.note('TensorFlow.js computes in plain JavaScript here, a hundred times slower than --engine ort or more.')
  const request = {
    document,
    weights,
    recipe,
    isBatchUsual: options.batch === undefined && document.recipe?.['batchSize'] === undefined,
    dataset: { reference: data, options: withNoted(datasetOptions(options, recipe.seed), noted) },
    scaling: options.normalize ?? document.scaling,
    engine,
    device,
    directory,
    resize: options.resize ?? noted?.resize ?? defaultResize,
    origin: { path },
  }
  return follow(() => startTraining(request, handlers), report, options)
}

/** Tells the report what the run has behind it; a run that cannot be read says so where it is resumed. */
async function recallEpochs(
  run: string,
  report: TrainingReport,
  changed: { readonly epochs?: number; readonly batchSize?: number },
): Promise<void> {
  try {
    const { recipe } = await readRun(resolve(run))
    const { epochs } = await readMetrics(resolve(run), 0)
    const { epochs: wanted = recipe.epochs, batchSize = recipe.batchSize } = changed
    report.goOn(epochs, { ...recipe, epochs: wanted, batchSize })
  } catch {
    // Resuming it fails with the reason.
  }
}

function checkResume(network: string | undefined, options: TrainOptions): void {
  if (network !== undefined) throw new UsageError(`leave out "${network}": --resume takes the network from the run.`)
  const extra = Object.entries(options).find(([name, value]) => value !== undefined && !resumeOptions.includes(name))
  if (extra) {
    const flag = extra[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(`leave out --${flag}: --resume takes it from the run.`)
  }
}

/** What selects the images of each split, and what is done to them. */
function datasetOptions(options: TrainOptions, seed: number): DatasetOptions {
  const { val, trainRange, testRange, limit, leaveOutCopies, centre, shift, permute } = options
  const valFraction = typeof val === 'number' ? val : undefined
  const valDirectory = typeof val === 'string' ? val : undefined
  return { valFraction, valDirectory, trainRange, testRange, limit, leaveOutCopies, seed, centre, shift, permute }
}

/** The document's own choices where the command line makes none; `--val` puts away both of its forms. */
function withNoted(given: DatasetOptions, noted: DatasetChoice | undefined): DatasetOptions {
  if (!noted) return given
  const { valFraction, valDirectory, ...rest } = noted.options
  const isValGiven = given.valFraction !== undefined || given.valDirectory !== undefined
  const set = Object.entries(given).filter(([name, value]) => value !== undefined && name !== 'seed')
  return {
    seed: given.seed,
    ...rest,
    ...(isValGiven ? {} : { valFraction, valDirectory }),
    ...Object.fromEntries(set),
  }
}

interface NetworkToTrain {
  readonly document: NetworkDocument
  readonly weights?: TensorMap
  /** The dataset reference. */
  readonly data: string
  /** What the document says of that dataset, where the reference is the document's own. */
  readonly noted?: DatasetChoice
  /** The file of the document, absolute, where it is one. */
  readonly path?: string
}

function requireData(data: string | undefined): string {
  if (data !== undefined) return data
  throw new UsageError('name a dataset with --data, such as --data builtin:digits.')
}

/** A document as it is, with its weights where it has some; an architecture in the form that the dataset needs. */
async function readNetwork(network: string, options: TrainOptions): Promise<NetworkToTrain> {
  const found = await findNetwork(network)
  switch (found.kind) {
    case 'document': {
      const document = await readDocument(found.path)
      const noted = options.data === undefined && document.dataset ? readDatasetChoice(document.dataset) : undefined
      const data = requireData(options.data ?? noted?.reference)
      if (document.weights === undefined) return { document, data, noted, path: await realpath(found.path) }
      const path = await realpath(found.path)
      const { weights, missing } = await pickDocumentWeights(found.path, document)
      noteMissing(document.weights, missing)
      const given = withNoted(datasetOptions(options, 1), noted)
      return { data, noted, path, ...(await fitHead({ document, weights }, data, given, options.replaceHead)) }
    }
    case 'architecture': {
      const data = requireData(options.data)
      return { data, document: await buildForDataset(found.architecture, data, datasetOptions(options, 1)) }
    }
    case 'run':
      throw new UsageError(`"${network}" is a run; go on with it by --resume ${quoteArgument(network)}.`)
    case 'onnx': {
      const { document, weights } = await orAccept(readOnnxNetwork(found.path, options))
      const data = requireData(options.data)
      return { data, ...(await fitHead({ document, weights }, data, datasetOptions(options, 1), options.replaceHead)) }
    }
    default:
      return found satisfies never
  }
}

interface TrainedNetwork {
  readonly document: NetworkDocument
  readonly weights: TensorMap
}

/** A trained network with a new head where the dataset has other classes than it, or where one is asked for. */
async function fitHead(
  network: TrainedNetwork,
  data: string,
  dataset: DatasetOptions,
  isWanted = false,
): Promise<TrainedNetwork> {
  const { classes } = await openDataset(data, dataset)
  const { document, weights } = network
  if (!isWanted && checkClasses(document, classes.length).length === 0) return network
  const head = findHead(document)
  const changed = applyEdit(document, replaceHead(document, classes))
  writeNote(`"${head}" is a new head for ${printCount(classes.length)} classes and starts anew.`)
  return {
    document: changed,
    weights: new Map([...weights].filter(([path]) => !path.startsWith(`${head}/`))),
  }
}

/** Says which layers start anew, since the weights file has nothing for them or another shape. */
function noteMissing(file: string, missing: readonly string[]): void {
  if (missing.length === 0) return
  const layers = [...new Set(missing.map((path) => path.slice(0, path.lastIndexOf('/'))))]
  const shown = layers.length > 8 ? [...layers.slice(0, 7), `${layers.length - 7} more`] : layers
  writeNote(`Weights are taken from ${file}; these layers start anew: ${shown.join(', ')}.`)
}

/** The failure of a device with the commands that go on. An interrupt ends the search for them. */
async function explainFailure(error: NetloomError, run: string, folder: string): Promise<unknown> {
  const onTry = (batchSize: number) => writeNote(`Trying a batch of ${batchSize} ...`)
  const stop = new AbortController()
  return withInterrupts(
    () => stop.abort(),
    () => withWaysOn(error, { run, folder, onTry, signal: stop.signal }),
  )
}

/** Follows a training to its end; the first interrupt stops it after the step, the second ends this process. */
async function follow(start: () => TrainingHandle, report: TrainingReport, options: TrainOptions): Promise<number> {
  const handle = start()
  const folder = quoteArgument(showPath(handle.directory))
  let isInterrupted = false
  const stop = () => {
    isInterrupted = true
    report.note('Stopping after this step ... (once more to end at once)')
    handle.stop()
  }
  let outcome: TrainingOutcome
  try {
    outcome = await withInterrupts(stop, () => handle.done)
  } catch (error) {
    report.close()
    if (!isInterrupted && isDeviceFailure(error)) throw await explainFailure(error, handle.directory, folder)
    if (!isInterrupted || !(error instanceof NetloomError) || error.code !== 'training.stopped') throw error
    writeNote(`netloom: ${error.message}`)
    return exitCodes.interrupted
  }
  report.close()
  if (options.json) writeJson(outcome)
  else writeResult(printOutcome(outcome, folder))
  if (outcome.state !== 'stopped') return exitCodes.done
  writeNote(`Stopped. Go on with: netloom train --resume ${folder}`)
  return exitCodes.interrupted
}
