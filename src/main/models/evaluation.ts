// Measuring an opened model on a split of a dataset; the sums themselves are shared/training/metrics.ts.
import { resolve } from 'node:path'
import type { SplitName, UnreadableFile } from '../../shared/datasets/dataset'
import type { TransformOptions } from '../../shared/datasets/imageTransform'
import { matchClasses, type ClassMatch } from '../../shared/datasets/matchClasses'
import { NetloomError } from '../../shared/graph/errors'
import { judgeEvaluation, type Judgement } from '../../shared/training/judgement'
import {
  fitTemperature,
  measureReliability,
  type FittedTemperature,
  type RatedAnswer,
} from '../../shared/training/calibration'
import { largestClasses, logitsOf, lossOf, softmax, type Evaluation } from '../../shared/training/metrics'
import type { DatasetOptions } from '../datasets/savedOptions'
import { parseReference } from '../datasets/datasetReference'
import { openDataset, type OpenedDataset } from '../datasets/openDataset'
import { openImageLoader } from '../datasets/imageLoader'
import { evaluateSplit, type ImageBatch } from './evaluate'
import { imageChannels, requireFinite } from './prediction'
import { joinFloats, type OpenedModel } from './openModel'

export interface EvaluationRequest {
  readonly model: OpenedModel
  readonly reference: string
  /** Only these images of the test files. */
  readonly testRange?: readonly [number, number]
  /** Left out: the test split, or where there is none the validation split. */
  readonly split?: SplitName
  /** Choices behind the splits of a dataset that the model was not trained on; left out: the wanted split as a whole. */
  readonly options?: DatasetOptions
  /** Done to the images beside, or in place of, what the dataset's options do: a test of how well a model bears it. */
  readonly transform?: TransformOptions
  readonly batchSize: number
  /** Ends the evaluation between two batches; it then fails with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called for every image, in the order of the split. */
  readonly onImage?: (image: EvaluatedImage) => void
  /** Called after each batch with the images done and in all. */
  readonly onProgress?: (done: number, total: number) => void
}

/** What a model made of one image. */
export interface EvaluatedImage {
  /** Its place in the split, unreadable images counted. */
  readonly index: number
  readonly name: string
  readonly label: number
  readonly predicted: number
  /** Probability of the predicted class. */
  readonly confidence: number
  /** Cross-entropy. */
  readonly loss: number
}

/** What `netloom eval --json` prints. */
export interface EvaluationReport extends Evaluation, Omit<Judgement, 'f1'> {
  /** Of the dataset with its splits. */
  readonly fingerprint: string
  /** Expected calibration error, in [0, 1]. */
  readonly calibrationError: number | null
  /** Fitted on validation images; null for another split, and where it cannot be fitted. */
  readonly temperature: FittedTemperature | null
  readonly split: SplitName
  /** Names of the classes, in the order of the confusion matrix; also those of the model that have no images. */
  readonly classes: readonly string[]
  /** Whether the model's classes were found by their names, or taken in order since it knows none of them. */
  readonly classesMatchedBy: ClassMatch['by']
  /** Classes of the dataset that the model does not know, and their images, which were not evaluated. */
  readonly leftOut: readonly { readonly name: string; readonly images: number }[]
  /** The class of each file, for datasets of files. */
  readonly predictions?: Readonly<Record<string, string>>
  /** Images that could not be decoded and are left out. */
  readonly unreadable: readonly UnreadableFile[]
}

/** A reference with its path made absolute, so that two spellings of one dataset are equal. */
function resolveReference(reference: string, workingDirectory: string): string {
  const parsed = parseReference(reference)
  return parsed.kind === 'builtin' ? `builtin:${parsed.name}` : resolve(workingDirectory, parsed.path)
}

/**
 * How the dataset of an evaluation is opened. On the dataset that a run was trained on, its own splits, so that no
 * training image is a test image; a dataset without splits is otherwise the wanted split as a whole.
 */
export function chooseOptions({
  model,
  reference,
  split,
  testRange,
  options,
}: Pick<EvaluationRequest, 'model' | 'reference' | 'split' | 'testRange' | 'options'>): DatasetOptions {
  const { trainedOn } = model
  const own =
    trainedOn &&
    resolveReference(trainedOn.reference, trainedOn.workingDirectory) === resolveReference(reference, process.cwd())
  if (own) return testRange ? { ...trainedOn.options, testRange } : trainedOn.options
  return { wholeAs: split ?? 'test', testRange, ...options }
}

/** The split that is asked for, or the first of test and val that has images. @throws NetloomError dataset.empty */
function chooseSplit({ description }: OpenedDataset, wanted: SplitName | undefined): SplitName {
  const { splits, reference } = description
  const found = (wanted ? [wanted] : (['test', 'val'] as const)).find((name) => (splits[name]?.count ?? 0) > 0)
  if (found) return found
  const there = Object.entries(splits).filter(([, split]) => (split?.count ?? 0) > 0)
  throw new NetloomError('dataset.empty', `"${reference}" has no ${wanted ?? 'test'} images.`, {
    hint: `Choose another split: it has ${there.map(([name, split]) => `${name} (${split?.count ?? 0})`).join(', ')}.`,
    way: 'split',
    expected: there.map(([name]) => name),
  })
}

function isOfFiles({ description: { kind } }: OpenedDataset): boolean {
  return kind === 'folder' || kind === 'csv'
}

/** Outputs in the order of the dataset's classes: [N, classes]. */
function reorder(values: Float32Array, order: readonly number[]): Float32Array {
  if (order.every((place, index) => place === index)) return values
  const width = order.length
  return values.map((_, index) => values[index - (index % width) + (order[index % width] ?? 0)] ?? 0)
}

const crossEntropy = { type: 'cross-entropy', labelSmoothing: 0 } as const

/** Tells of each image of a batch. @returns what `evaluateSplit` calls after a batch */
function imageTeller(
  { model, onImage }: Pick<EvaluationRequest, 'model' | 'onImage'>,
  names: readonly string[],
  placeOf: (index: number) => number,
): (outputs: Float32Array, batch: Pick<ImageBatch, 'labels' | 'indices'>) => void {
  if (!onImage) return () => undefined
  return (outputs, { labels, indices }) => {
    const width = outputs.length / labels.length
    labels.forEach((label, row) => {
      const values = outputs.subarray(row * width, (row + 1) * width)
      const probabilities = model.outputs === 'probabilities' ? values : softmax(values, width)
      const [predicted = 0] = largestClasses(values, 1)
      const place = indices[row] ?? 0
      const loss = lossOf(crossEntropy, values, label, model.outputs)
      const confidence = probabilities[predicted] ?? 0
      onImage({ index: placeOf(place), name: names[place] ?? String(place), label, predicted, confidence, loss })
    })
  }
}

/** How sure the model is of each answer of a batch, and whether it is right. */
function rateAnswers(model: OpenedModel, outputs: Float32Array, labels: Int32Array): readonly RatedAnswer[] {
  const width = outputs.length / labels.length
  const probabilities = model.outputs === 'probabilities' ? outputs : softmax(outputs, width)
  return Array.from(labels, (label, row) => {
    const values = probabilities.subarray(row * width, (row + 1) * width)
    const [predicted = 0] = largestClasses(outputs.subarray(row * width, (row + 1) * width), 1)
    return { confidence: values[predicted] ?? 0, isRight: predicted === label }
  })
}

/** So many outputs are kept to fit a temperature on: 16 MiB. */
const mostKeptOutputs = 1 << 22

/** The outputs of the first images, as many as are enough to fit one number. */
class KeptOutputs {
  private readonly parts: Float32Array[] = []
  private readonly labels: number[] = []

  constructor(private readonly classes: number) {}

  add(logits: Float32Array, labels: Int32Array): void {
    if ((this.labels.length + labels.length) * this.classes > mostKeptOutputs) return
    this.parts.push(logits)
    this.labels.push(...labels)
  }

  fit(): FittedTemperature | undefined {
    return fitTemperature({ logits: joinFloats(this.parts), labels: this.labels, classes: this.classes })
  }
}

/** From places among the readable images to places in the whole split. */
function placesIn(dataset: OpenedDataset, split: SplitName, names: readonly string[]): (index: number) => number {
  const all = dataset.names(split)
  if (all.length === names.length) return (index) => index
  const places = new Map(all.map((name, index) => [name, index]))
  return (index) => places.get(names[index] ?? '') ?? index
}

/** The images whose class the model knows, by place in the split, and the classes that it does not know. */
function knownImages(
  labels: Int32Array,
  { places }: ClassMatch,
  names: readonly string[],
): { readonly order: Uint32Array; readonly leftOut: EvaluationReport['leftOut'] } {
  const order: number[] = []
  const unknown = new Map<number, number>()
  labels.forEach((label, index) => {
    if ((places[label] ?? -1) >= 0) order.push(index)
    else unknown.set(label, (unknown.get(label) ?? 0) + 1)
  })
  const leftOut = Array.from(unknown, ([label, images]) => ({ label, name: names[label] ?? String(label), images }))
  return {
    order: Uint32Array.from(order),
    leftOut: leftOut.toSorted((a, b) => a.label - b.label).map(({ name, images }) => ({ name, images })),
  }
}

function noKnownImages(
  model: OpenedModel,
  reference: string,
  split: SplitName,
  leftOut: EvaluationReport['leftOut'],
): NetloomError {
  const names = leftOut.map(({ name }) => name)
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}`
  return new NetloomError(
    'dataset.classes',
    `The ${split} images of "${reference}" are all of classes that ${model.name} does not know: ${shown}.`,
    { expected: model.classes, received: names, hint: 'Choose another split, or a dataset of its classes.' },
  )
}

/** @throws NetloomError model.notFinite where no image of a batch has outputs that are numbers */
function requireAnswers(model: OpenedModel, outputs: Float32Array, width: number): void {
  const count = outputs.length / width
  const rows = Array.from({ length: count }, (_, row) => outputs.subarray(row * width, (row + 1) * width))
  const [first] = rows
  if (first && rows.every((row) => row.some((value) => !Number.isFinite(value)))) requireFinite(model, first)
}

/** Batches with the labels of the classes that are measured. */
async function* relabel(batches: AsyncIterable<ImageBatch>, { places }: ClassMatch): AsyncIterable<ImageBatch> {
  for await (const batch of batches) yield { ...batch, labels: batch.labels.map((label) => places[label] ?? -1) }
}

/**
 * Evaluates a model on every image of a split whose class it knows, by cross-entropy over all its outputs.
 * @throws NetloomError dataset.*, engine.failed, graph.inputs
 */
export async function evaluateModel(request: EvaluationRequest): Promise<EvaluationReport> {
  const { model, reference, batchSize, onProgress, signal } = request
  const options = { ...chooseOptions(request), ...request.transform }
  const dataset = await openDataset(reference, options)
  const match = matchClasses(model, dataset.description.classes)
  const { classes, outputs: outputOf, by: classesMatchedBy } = match
  const split = chooseSplit(dataset, request.split)
  const [channels, height, width] = model.inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  const loader = await openImageLoader({ reference, options, format, splits: [split], signal })
  try {
    const { order, leftOut } = knownImages(loader.labels(split), match, dataset.classes)
    if (order.length === 0) throw noKnownImages(model, reference, split, leftOut)
    const total = order.length
    const names = loader.names(split)
    const files = isOfFiles(dataset) ? names : undefined
    const tell = imageTeller(request, names, placesIn(dataset, split, names))
    const predictions = new Map<string, string>()
    const rated: RatedAnswer[] = []
    const kept = split === 'val' ? new KeptOutputs(classes.length) : undefined
    let done = 0
    const evaluation = await evaluateSplit({
      session: { predict: async (pixels, count) => reorder(await model.predict(pixels, count), outputOf) },
      loader: {
        labels: (name) => loader.labels(name),
        unreadable: () => loader.unreadable(),
        // An image that cannot be read is left out here; in training another one takes its place.
        batches: (wanted) => relabel(loader.batches({ ...wanted, skipUnreadable: true }), match),
      },
      split,
      order,
      batchSize,
      classes: classes.length,
      loss: crossEntropy,
      outputs: model.outputs,
      signal,
      onBatch: (outputs, batch) => {
        const { indices } = batch
        requireAnswers(model, outputs, classes.length)
        tell(outputs, batch)
        rated.push(...rateAnswers(model, outputs, batch.labels))
        kept?.add(logitsOf(outputs, model.outputs), batch.labels)
        done += batch.labels.length
        onProgress?.(done, total)
        if (!files) return
        Array.from(indices).forEach((place, row) => {
          const [best = 0] = largestClasses(outputs.subarray(row * classes.length, (row + 1) * classes.length), 1)
          predictions.set(files[place] ?? String(place), classes[best] ?? String(best))
        })
      },
    })
    signal?.throwIfAborted()
    if (!evaluation) throw new NetloomError('internal', 'internal: an evaluation ended without a result')
    const { f1: _, ...judgement } = judgeEvaluation(evaluation.confusion)
    return {
      ...evaluation,
      ...judgement,
      fingerprint: dataset.description.fingerprint,
      calibrationError: measureReliability(rated).error,
      temperature: kept?.fit() ?? null,
      split,
      classes,
      classesMatchedBy,
      leftOut,
      ...(files ? { predictions: Object.fromEntries(predictions) } : {}),
      unreadable: loader.unreadable(),
    }
  } finally {
    await loader.close()
  }
}
