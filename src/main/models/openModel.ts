// Trained networks from wherever they lie (run folder, document with weights, .onnx), opened to predict; not measuring them (evaluation.ts).
import { z } from 'zod'
import { needsImport } from '../../shared/exchange/onnx/needsImport'
import { prepareToRun, runsAllTheSame } from './runAsItIs'
import { requireSound } from '../../shared/network/inferDocument'
import { metadataKeys } from '../../shared/lower/networkModel'
import { requireScaling } from '../../shared/network/checkScaling'
import type { ResizePolicy } from '../../shared/datasets/dataset'
import type { DeviceName, EngineName } from '../../shared/training/deviceNames'
import type { PredictionSession } from '../../shared/training/computeEngine'
import type { TensorMap } from '../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { internalError, NetloomError } from '../../shared/graph/errors'
import { countElements, printShape, type Shape } from '../../shared/graph/shape'
import type { OnnxModel } from '../../shared/onnx/model'
import { describeBrokenWeights } from '../../shared/training/finiteNumbers'
import { parseDatasetOptions, type DatasetOptions } from '../datasets/savedOptions'
import { loadEngine } from '../engines/index'
import { convertModel } from './convertModel'
import { readDocumentWeights, weightsFileOf, weightsOf } from './documentWeights'
import { outputKind } from './evaluate'
import { readOnnxModel } from './onnxFiles'
import { proveImport, type ProofOptions } from './proveImport'
import { findNetwork, nameOf, readDocument } from '../files/projects'
import { readRun, readRunWeights } from '../runs/runFolder'
import { printCount } from '../../shared/graph/printNumbers'
import { namedScalings } from './scalingNames'

/** What a network's output is before it is shown as probabilities. */
export type OutputKind = 'logits' | 'probabilities'

export interface ModelOptions extends ProofOptions {
  /** How pixels become inputs, where the model does not say or says otherwise. */
  readonly scaling?: InputScaling
  readonly resize?: ResizePolicy
  /** True: to be written in another format, for which a scaling that nobody states need not be known. */
  readonly scalingMayBeUnknown?: boolean
  /** True: the network need not end in one number per class. */
  readonly anyOutputShape?: boolean
}

/** What is known of a model before an engine opens it. */
interface ModelFacts {
  readonly name: string
  /** The files that it was read from. */
  readonly readFrom?: readonly string[]
  /** Names of the classes in the order of the outputs, where they are known. */
  readonly classes: readonly string[] | undefined
  readonly scaling: InputScaling
  /** True: nobody says how pixels become inputs, and `scaling` serves to compare outputs only. */
  readonly isScalingUnknown?: boolean
  readonly resize: ResizePolicy
  readonly outputs: OutputKind
  /** A sentence on weights that are not finite, where there are any. */
  readonly broken?: string
  /** The dataset of a run. */
  readonly trainedOn?: TrainedOn
}

/** Which images a run was trained on; its other splits are chosen by the same options. */
export interface TrainedOn {
  readonly reference: string
  readonly options: DatasetOptions
  /** What relative paths start from. */
  readonly workingDirectory: string
}

/** A document with its weights, of a run or beside the document. */
export interface NetworkModel extends ModelFacts {
  readonly kind: 'network'
  readonly document: NetworkDocument
  readonly weights: TensorMap
  /** [C, H, W] */
  readonly inputShape: Shape
  readonly classCount: number
}

/** An ONNX file. */
export interface OnnxFileModel extends ModelFacts {
  readonly kind: 'onnx'
  readonly path: string
  /** The number of images that it takes at a time, where that is fixed. */
  readonly batchSize: number | undefined
  /** What is run in place of the file: it ends in scores, and takes any number of images where the file's cannot be held. */
  readonly bytes?: Uint8Array
  /** The value that holds the scores; left out: the first output. */
  readonly output?: string
}

export type LoadedModel = NetworkModel | OnnxFileModel

/** A model on a device, ready for images. */
export interface OpenedModel extends ModelFacts, PredictionSession {
  /** [C, H, W] */
  readonly inputShape: readonly [number, number, number]
  readonly classCount: number
}

/** How images of other sizes are fitted where nothing else is said. */
export const defaultResize: ResizePolicy = 'stretch'

/**
 * Reads what `reference` names, a run folder, a document with weights or an `.onnx` file, without starting an engine.
 * @throws NetloomError model.unknown, model.weights, model.scaling, file.read, run.missing, weights.*, document.*, onnx.*
 */
export async function loadModel(reference: string, options: ModelOptions = {}): Promise<LoadedModel> {
  const found = await findNetwork(reference)
  switch (found.kind) {
    case 'run':
      return loadRun(found.path, options)
    case 'document':
      return loadDocumentModel(found.path, options)
    case 'onnx':
      return loadOnnxFile(found.path, options)
    case 'architecture':
      throw new NetloomError('model.weights', `"${found.architecture.id}" is an architecture and has no weights.`, {
        received: found.architecture.id,
        hint: 'Train it first.',
      })
    default:
      return found satisfies never
  }
}

/** The one input and the number of classes of a network. @throws NetloomError the first error of the document */
function endsOf(document: NetworkDocument, options: ModelOptions): Pick<NetworkModel, 'inputShape' | 'classCount'> {
  const { inputNode, outputNode } = requireSound(document)
  const [inputShape] = inputNode.outputs
  const [outputShape] = outputNode.outputs
  if (!inputShape || !outputShape) throw internalError(`${document.name} has no shapes`)
  if (outputShape.length !== 1 && !options.anyOutputShape)
    throw new NetloomError(
      'graph.outputs',
      `${document.name} ends in "${outputNode.node.id}" of shape ${printShape(outputShape)}, and a classifier ends in one number per class.`,
      { nodeId: outputNode.node.id, expected: '[N, classes]', received: printShape(outputShape) },
    )
  return { inputShape, classCount: countElements(outputShape) }
}

function scalingOf(
  name: string,
  known: InputScaling | null | undefined,
  options: ModelOptions,
): Pick<ModelFacts, 'scaling' | 'isScalingUnknown'> {
  const scaling = options.scaling ?? known
  if (scaling) return { scaling }
  if (options.scalingMayBeUnknown) return { scaling: namedScalings.unit, isScalingUnknown: true }
  throw new NetloomError('model.scaling', `"${name}" does not say how pixels become inputs.`, {
    hint: 'Give the scaling it was trained with.',
  })
}

async function loadRun(path: string, options: ModelOptions): Promise<NetworkModel> {
  const run = await readRun(path)
  const weights = await readRunWeights(path)
  const { document } = run
  return {
    kind: 'network',
    name: document.name,
    document,
    weights,
    ...endsOf(document, options),
    classes: run.dataset.classes,
    ...scalingOf(path, run.scaling, options),
    resize: options.resize ?? run.resize,
    outputs: outputKind(document),
    broken: describeBrokenWeights(weights),
    trainedOn: {
      reference: run.dataset.reference,
      options: parseDatasetOptions(run.dataset.options),
      workingDirectory: run.dataset.workingDirectory,
    },
  }
}

async function loadDocumentModel(path: string, options: ModelOptions): Promise<NetworkModel> {
  const document = await readDocument(path)
  const weights = await readDocumentWeights(path, document)
  return {
    kind: 'network',
    name: document.name,
    readFrom: [path, weightsFileOf(path, document)],
    document,
    weights,
    ...endsOf(document, options),
    classes: document.classes,
    ...scalingOf(path, document.scaling, options),
    resize: options.resize ?? defaultResize,
    outputs: outputKind(document),
    broken: describeBrokenWeights(weights),
  }
}

const scalingMetadataSchema = z.object({ mean: z.array(z.number()).min(1), deviation: z.array(z.number()).min(1) })
const classesMetadataSchema = z.array(z.string()).min(1)

/** Metadata of other programs under our keys is ignored where it has another form. */
function parseMetadata<T>(model: OnnxModel, key: string, schema: z.ZodType<T>): T | undefined {
  const text = model.metadata[key]
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What a model's own metadata and last operator say about its input and output. */
export function describeOnnxModel(model: OnnxModel): {
  readonly classes: readonly string[] | undefined
  readonly scaling: InputScaling | undefined
  readonly outputs: OutputKind
  readonly batchSize: number | undefined
} {
  const { graph, metadata } = model
  const batchAxis = graph.inputs.find(({ name }) => !graph.initializers.has(name))?.dims?.[0]
  const isInside = metadata[metadataKeys.scalingInside] === 'true'
  const last = graph.nodes.find(({ outputs }) => outputs.includes(graph.outputs[0]?.name ?? ''))
  return {
    classes: parseMetadata(model, metadataKeys.classes, classesMetadataSchema),
    scaling: isInside ? namedScalings.none : parseMetadata(model, metadataKeys.scaling, scalingMetadataSchema),
    // The logarithm of probabilities serves as logits: softmax gives the probabilities back.
    outputs: last?.opType === 'Softmax' ? 'probabilities' : 'logits',
    batchSize: typeof batchAxis === 'number' && batchAxis > 0 ? batchAxis : undefined,
  }
}

async function loadOnnxFile(path: string, options: ModelOptions): Promise<LoadedModel> {
  const model = await readIfKnown(path)
  if (!model)
    return asItIs(path, { classes: undefined, scaling: undefined, outputs: 'logits', batchSize: undefined }, options)
  if (needsImport(model)) {
    try {
      return await loadImported(path, model, options)
    } catch (error) {
      if (!(error instanceof NetloomError) || !runsAllTheSame.has(error.code)) throw error
    }
  }
  const run = prepareToRun(model)
  const broken = describeBrokenWeights(weightsOf(model))
  const facts = asItIs(path, describeOnnxModel(run?.model ?? model), options)
  return { ...facts, broken, ...(run && { bytes: run.bytes, output: run.output }) }
}

/** The model; undefined where it holds what nothing here can read, and a runtime may. */
async function readIfKnown(path: string): Promise<OnnxModel | undefined> {
  try {
    return await readOnnxModel(path)
  } catch (error) {
    if (error instanceof NetloomError && error.code === 'onnx.unsupported') return undefined
    throw error
  }
}

function asItIs(path: string, facts: ReturnType<typeof describeOnnxModel>, options: ModelOptions): OnnxFileModel {
  return {
    kind: 'onnx',
    path,
    name: nameOf(path),
    classes: facts.classes,
    ...scalingOf(path, facts.scaling, options),
    resize: options.resize ?? defaultResize,
    outputs: facts.outputs,
    batchSize: facts.batchSize,
  }
}

/** A file that takes its images in a way of its own, as the network that it is. @throws NetloomError onnx.*, import.different */
async function loadImported(path: string, model: OnnxModel, options: ModelOptions): Promise<NetworkModel> {
  const imported = await convertModel(path, model, { name: nameOf(path) })
  const { document, weights } = imported
  await proveImport({ path, model, imported }, options)
  return {
    kind: 'network',
    name: document.name,
    readFrom: [path],
    document,
    weights,
    ...endsOf(document, options),
    classes: document.classes,
    ...scalingOf(path, document.scaling, options),
    resize: options.resize ?? defaultResize,
    outputs: outputKind(document),
    broken: describeBrokenWeights(weights),
  }
}

/**
 * Opens a model on a device; left out: of the ONNX Runtime engine.
 * @throws NetloomError as `loadModel` and `openLoaded`
 */
export async function openModel(
  reference: string,
  options: ModelOptions & { readonly engine?: EngineName; readonly device?: DeviceName } = {},
): Promise<OpenedModel> {
  return openLoaded(await loadModel(reference, options), options.device ?? 'auto', options.engine)
}

/**
 * Opens a model that was loaded before.
 * @throws NetloomError layer.shape (the scaling), engine.failed; engine.device, also for an ONNX file on another engine
 */
export async function openLoaded(
  model: LoadedModel,
  device: DeviceName,
  engineName: EngineName = 'ort',
): Promise<OpenedModel> {
  const { name, classes, resize, outputs, broken, trainedOn } = model
  if (model.kind === 'network') {
    const { document, weights, inputShape, classCount } = model
    const scaling = requireScaling(model.scaling, inputShape)
    const engine = await loadEngine(engineName)
    const session = await engine.openPrediction({ document, scaling, weights }, device)
    return opened({ name, classes, scaling, resize, outputs, broken, trainedOn }, inputShape, classCount, session)
  }
  if (engineName !== 'ort')
    throw new NetloomError(
      'engine.device',
      `"${model.path}" is an ONNX file, which the engine ${engineName} does not run.`,
      {
        received: engineName,
        hint: 'Use the engine ort, or import it as a document.',
        way: 'engineOrt',
      },
    )
  const { openOnnxModel } = await import('../engines/ort/onnxModel')
  const { batchSize, output, scaling } = model
  const session = await openOnnxModel(model.bytes ?? model.path, { scaling, batchSize, output }, device)
  const facts = { name, classes, scaling: model.scaling, resize, outputs, broken }
  return opened(
    facts,
    session.inputShape,
    session.outputCount,
    batchSize === undefined ? session : inBatches(session, batchSize),
  )
}

/** A model of a fixed batch size as one of any: images go through it in groups, the last filled up with black ones. */
function inBatches(session: PredictionSession, batchSize: number): PredictionSession {
  return {
    async predict(pixels, count) {
      const size = pixels.length / count
      const parts: Float32Array[] = []
      for (let first = 0; first < count; first += batchSize) {
        const batch = new Uint8Array(batchSize * size)
        batch.set(pixels.subarray(first * size, (first + batchSize) * size))
        const outputs = await session.predict(batch, batchSize)
        parts.push(outputs.slice(0, (outputs.length / batchSize) * Math.min(batchSize, count - first)))
      }
      return joinFloats(parts)
    },
    dispose: () => session.dispose(),
  }
}

/** One array after the other. */
export function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

function opened(facts: ModelFacts, shape: Shape, classCount: number, session: PredictionSession): OpenedModel {
  const [channels, height, width] = shape
  if (shape.length !== 3 || channels === undefined || height === undefined || width === undefined)
    throw new NetloomError('graph.inputs', `${facts.name} takes ${printShape(shape)}, and images are [N, C, H, W].`, {
      expected: '[N, C, H, W]',
      received: printShape(shape),
    })
  if (facts.classes && facts.classes.length !== classCount)
    throw new NetloomError(
      'dataset.classes',
      `${facts.name} names ${printCount(facts.classes.length)} classes and has ${printCount(classCount)} outputs.`,
      { expected: classCount, received: facts.classes.length },
    )
  return {
    ...facts,
    inputShape: [channels, height, width],
    classCount,
    predict: (pixels, count) => session.predict(pixels, count),
    dispose: () => session.dispose(),
  }
}
