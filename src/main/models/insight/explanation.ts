// Why a network gives a class its score for an image: the map of a method; its checks are in checks.ts, its graphs in shared/insight.
import { buildActivationMap, buildImageGradient, type ExplanationGraph } from '../../../shared/insight/gradientGraph'
import type { ExplanationMap } from '../../../shared/insight/evidence'
import { findPlace, mapShape, withoutMaps, type Place } from '../../../shared/insight/place'
import type { FixedNetwork } from '../../../shared/insight/fixedNetwork'
import { isIterative, type ExplanationRequest } from '../../../shared/insight/methods'
import { shuffleWeights } from '../../../shared/insight/shuffleWeights'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import type { OnnxModel } from '../../../shared/onnx/model'
import { RandomStream } from '../../../shared/training/randomStream'
import { openFloatGraph, type FloatGraph } from '../../engines/ort/floatGraph'
import type { OpenedInsight } from './openInsight'

/** What a map is computed for. */
export interface Question {
  readonly request: ExplanationRequest
  /** [C, H, W], scaled */
  readonly image: Float32Array
  readonly classIndex: number
  readonly classCount: number
}

/** Told after every run of the network, with the images in it. */
export type Tell = (images: number) => void

/** What a map needs beside the question. */
interface Work {
  readonly insight: OpenedInsight
  readonly question: Question
  /** The layer of a class activation map. */
  readonly place: Place | undefined
  /** Its weights in random order, or the network itself. */
  readonly model: OnnxModel
  readonly tell: Tell
  readonly signal: AbortSignal | undefined
}

/** Values of a batch of images that a run may hold at once. */
const largestBatchValues = 2 ** 19

/** How many images of a size go through a network's gradient at once. */
function batchFor(image: Float32Array): number {
  return Math.min(16, Math.max(1, Math.floor(largestBatchValues / image.length)))
}

/**
 * The last layer before the scores with maps of more than one position, or the one that is named.
 * @throws NetloomError insight.layer for a name of no layer, or of one without maps
 */
export async function findMapLayer(insight: OpenedInsight, layer: string | undefined): Promise<Place> {
  const { name, places } = insight.network
  const chosen = layer === undefined ? undefined : findPlace(name, places, layer)
  const network = await fixOrSay(insight, 1, insight.network.model, chosen?.id ?? 'its layers')
  const dimsOf = ({ value }: Place): readonly number[] | undefined => {
    const inner = network.valueOf(value)
    return inner === undefined ? undefined : network.builder.shapeOf(inner)
  }
  const fitting = places.filter((place) => mapShape(dimsOf(place) ?? []) !== undefined)
  if (chosen) {
    if (fitting.includes(chosen)) return chosen
    throw withoutMaps(chosen, dimsOf(chosen) ?? [], idsOf(fitting))
  }
  const needed = findNeeded(network)
  const isWide = (place: Place): boolean => (dimsOf(place) ?? []).slice(2).some((extent) => extent > 1)
  const { input } = insight.network
  const isLayer = ({ type, value }: Place): boolean => value !== input && !moving.has(type)
  const wide = fitting.filter(
    (place) => isLayer(place) && isWide(place) && needed.has(network.valueOf(place.value) ?? ''),
  )
  const [last] = wide.slice(-1)
  if (last) return places.filter(({ value }) => value === last.value).reduce(outermost)
  throw new NetloomError('insight.layer', `${name} has no layer with maps.`, {
    hint: 'Use the gradient by the image, or occlusion.',
  })
}

/** Operators of files that move values and compute none: a layer's maps are what they take. */
const moving: ReadonlySet<string> = new Set(['Pad', 'Identity', 'Dropout', 'Cast', 'Transpose', 'Reshape', 'Slice'])

const idsOf = (places: readonly Place[]): readonly string[] => places.map(({ id }) => id)
const outermost = (a: Place, b: Place): Place => (b.id.length < a.id.length ? b : a)

/** The values that the scores depend on. */
function findNeeded({ builder, scores }: FixedNetwork): ReadonlySet<string> {
  const needed = new Set([scores])
  for (const node of builder.nodes.toReversed())
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input)
  return needed
}

/** Computes the map of a question; with a seed, of the network with shuffled weights. */
export async function computeMap(
  insight: OpenedInsight,
  question: Question,
  options: {
    readonly place: Place | undefined
    readonly tell: Tell
    readonly signal?: AbortSignal
    readonly shuffleSeed?: number
  },
): Promise<ExplanationMap> {
  const { place, tell, signal, shuffleSeed } = options
  const { model } = insight.network
  const work: Work = {
    insight,
    question,
    place,
    model: shuffleSeed === undefined ? model : shuffleWeights(model, shuffleSeed),
    tell,
    signal,
  }
  switch (question.request.method) {
    case 'grad-cam':
    case 'hirescam':
      return activationMap(work, question.request.method)
    case 'gradient':
    case 'smoothgrad':
    case 'integrated-gradients':
      return gradientMap(work)
    case 'occlusion':
      return occlusionMap(work)
    default:
      return question.request.method satisfies never
  }
}

/** @throws NetloomError autodiff.noGradient, in one sentence, for what no graph of ours computes */
async function fixOrSay(
  insight: OpenedInsight,
  batch: number,
  model: OnnxModel,
  target: string,
): Promise<FixedNetwork> {
  try {
    return await insight.fix(batch, model)
  } catch (error) {
    throw describeStop(error, insight.name, target)
  }
}

/** The first operator that stops a gradient, in one sentence. */
function describeStop(error: unknown, network: string, target: string): unknown {
  const isKnown =
    error instanceof NetloomError && (error.code === 'autodiff.noGradient' || error.code === 'onnx.unsupported')
  if (!isKnown) return error
  const { nodeId, received } = error
  const operator =
    nodeId !== undefined && typeof received === 'string'
      ? `${received} "${nodeId}", which has no gradient here`
      : error.message
  return new NetloomError(
    'autodiff.noGradient',
    `The gradient of ${network}'s scores by ${target} stops at ${operator}.`,
    {
      nodeId,
      received,
      cause: error,
      hint: 'Use occlusion, which needs none.',
    },
  )
}

async function openExplanation(
  { insight, model }: Work,
  batch: number,
  target: string,
  build: (network: FixedNetwork) => ExplanationGraph,
): Promise<{ readonly graph: ExplanationGraph; readonly session: FloatGraph }> {
  const network = await fixOrSay(insight, batch, model, target)
  let graph: ExplanationGraph
  try {
    graph = build(network)
  } catch (error) {
    throw describeStop(error, insight.name, target)
  }
  return { graph, session: await openFloatGraph(graph.graph) }
}

/** 1 at the class of the first `count` images, 0 elsewhere. */
function seedOf({ classIndex, classCount }: Question, batch: number, count: number): Float32Array {
  const seed = new Float32Array(batch * classCount)
  for (let image = 0; image < count; image++) seed[image * classCount + classIndex] = 1
  return seed
}

async function activationMap(work: Work, method: 'grad-cam' | 'hirescam'): Promise<ExplanationMap> {
  const { insight, question, place, tell } = work
  if (!place) throw internalError('a class activation map needs a layer')
  const { graph, session } = await openExplanation(work, 1, `"${place.id}"`, (network) =>
    buildActivationMap(network, network.valueOf(place.value) ?? place.value, method),
  )
  try {
    const { batch, input, seed, classes, result } = graph
    const images = new Float32Array(batch * question.image.length)
    images.set(question.image)
    const results = await session.run(
      new Map([
        [input, { dims: [batch, ...insight.inputShape], data: images }],
        [seed, { dims: [batch, classes], data: seedOf(question, batch, 1) }],
      ]),
    )
    tell(1)
    const { dims, data } = results.get(result) ?? { dims: [], data: new Float32Array() }
    const [, height = 0, width = 0] = dims
    return { height, width, data: data.slice(0, height * width) }
  } finally {
    await session.dispose()
  }
}

/** The images whose gradients are averaged: the image itself, noisy ones, or those on the way from zero. */
function* samples({ request, image }: Question): Generator<Float32Array> {
  if (request.method === 'gradient') return yield image
  if (request.method === 'integrated-gradients') {
    for (let step = 0; step < request.steps; step++) yield image.map((value) => (value * (step + 0.5)) / request.steps)
    return
  }
  const deviation = request.noise * rangeOf(image)
  for (let step = 0; step < request.steps; step++) {
    const random = new RandomStream(request.seed, 'smoothgrad', step)
    yield image.map((value) => value + deviation * random.normal())
  }
}

function rangeOf(values: Float32Array): number {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high - low
}

/** Up to `size` of a series at a time. */
function* inGroups<T>(series: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = []
  for (const item of series) {
    group.push(item)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

async function gradientMap(work: Work): Promise<ExplanationMap> {
  const { insight, question, tell, signal } = work
  const { image, request } = question
  const wanted = isIterative(request.method) ? Math.min(batchFor(image), request.steps) : 1
  const { graph, session } = await openExplanation(work, wanted, 'the image', buildImageGradient)
  try {
    const { batch, input, seed, classes, weights = '', result } = graph
    const count = request.method === 'gradient' ? 1 : request.steps
    const sum = new Float64Array(image.length)
    for (const group of inGroups(samples(question), batch)) {
      signal?.throwIfAborted()
      const images = new Float32Array(batch * image.length)
      group.forEach((sample, index) => images.set(sample, index * image.length))
      const share = Float32Array.from({ length: batch }, (_, index) => (index < group.length ? 1 / count : 0))
      const results = await session.run(
        new Map([
          [input, { dims: [batch, ...insight.inputShape], data: images }],
          [seed, { dims: [batch, classes], data: seedOf(question, batch, group.length) }],
          [weights, { dims: [batch, 1, 1, 1], data: share }],
        ]),
      )
      results.get(result)?.data.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value))
      tell(group.length)
    }
    const isPath = request.method === 'integrated-gradients'
    return overChannels(
      isPath ? sum.map((value, index) => value * (image[index] ?? 0)) : sum,
      insight.inputShape,
      isPath,
    )
  } finally {
    await session.dispose()
  }
}

/** The sum over the channels, or the largest absolute value. */
function overChannels(
  values: Float64Array,
  [channels, height, width]: readonly [number, number, number],
  isSum: boolean,
): ExplanationMap {
  const plane = height * width
  const data = new Float32Array(plane)
  for (let pixel = 0; pixel < plane; pixel++) {
    let result = 0
    for (let channel = 0; channel < channels; channel++) {
      const value = values[channel * plane + pixel] ?? 0
      result = isSum ? result + value : Math.max(result, Math.abs(value))
    }
    data[pixel] = result
  }
  return { height, width, data }
}

/** Tops and lefts of windows that lie inside. */
function placesOf(extent: number, window: number, stride: number): readonly number[] {
  return Array.from({ length: Math.floor((extent - window) / stride) + 1 }, (_, index) => index * stride)
}

/** score(x) - score(x with a window of zeros), window by window. */
async function occlusionMap(work: Work): Promise<ExplanationMap> {
  const { insight, question, model, tell, signal } = work
  const { image, classIndex, classCount, request } = question
  const [, height, width] = insight.inputShape
  const { window, stride } = request
  const [rows, columns] = [placesOf(height, window, stride), placesOf(width, window, stride)]
  const isOwn = model === insight.network.model
  const other = isOwn ? undefined : await insight.openValues([insight.network.scores], model)
  const scoresOf = async (images: Float32Array, count: number): Promise<Float32Array> =>
    other
      ? ((await other.run(images, count)).get(insight.network.scores)?.data ?? new Float32Array())
      : insight.scoresOf(images, count)
  try {
    const whole = (await scoresOf(image, 1))[classIndex] ?? 0
    const data: number[] = []
    const places = rows.flatMap((top) => columns.map((left) => ({ top, left })))
    for (const group of inGroups(places, batchFor(image))) {
      signal?.throwIfAborted()
      const images = new Float32Array(group.length * image.length)
      group.forEach(({ top, left }, index) =>
        images.set(occlude(image, { top, left, window, height, width }), index * image.length),
      )
      const scores = await scoresOf(images, group.length)
      group.forEach((_, index) => data.push(whole - (scores[index * classCount + classIndex] ?? 0)))
      tell(group.length)
    }
    const centres = { first: window / 2, step: stride, image: [height, width] as const }
    return { height: rows.length, width: columns.length, data: Float32Array.from(data), centres }
  } finally {
    await other?.dispose()
  }
}

function occlude(
  image: Float32Array,
  {
    top,
    left,
    window,
    height,
    width,
  }: {
    readonly top: number
    readonly left: number
    readonly window: number
    readonly height: number
    readonly width: number
  },
): Float32Array {
  const result = image.slice()
  const plane = height * width
  for (let start = 0; start < result.length; start += plane)
    for (let row = top; row < top + window; row++)
      result.fill(0, start + row * width + left, start + row * width + left + window)
  return result
}
