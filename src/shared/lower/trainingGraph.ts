// Builds the whole training step (forward, loss, backward, optimiser) as one ONNX graph of a fixed batch size.
import { differentiate } from '../autodiff/backward'
import { expandTraining } from '../autodiff/expandTraining'
import { stepRules } from '../autodiff/rules/stepGradients'
import { internalError } from '../graph/errors'
import type { InputScaling } from '../graph/document'
import type { TensorMap } from '../onnx/tensor'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from '../onnx/model'
import { specialize } from '../onnx/specialize'
import { addIsFinite } from '../training/lossScaling'
import { addCorrectCount, addLoss } from '../training/losses'
import { addClipFactor, addUpdate, slotNames, stepScalars, type StepScalar } from '../training/optimizers'
import type { Recipe } from '../training/recipe'
import { compositeRules } from './compositeRules'
import type { LoweredNetwork, LoweredWeight } from './lower'
import { readRateFactors } from '../network/freezing'
import { packWeights, type StatePack } from './statePack'

export interface TrainingGraphOptions {
  readonly batchSize: number
  readonly recipe: Recipe
  readonly scaling: InputScaling
  /** `pixels`: uint8 0 ... 255, scaled inside the graph. `floats`: ready inputs, float32. */
  readonly inputKind: 'pixels' | 'floats'
  /** Weights that do not change (frozen layers); they become initialisers. */
  readonly frozen: TensorMap
  /** How many steps fewer than the run a weight has been trained; left out: none. */
  readonly stepsBehind?: (path: string) => number
  /** Whether the device's MaxPool can give the indices of its maxima; left out: yes. */
  readonly maxPoolIndices?: boolean
}

/** A training step as a graph, and the names under which the engine feeds and reads it. */
export interface TrainingGraph {
  readonly builder: GraphBuilder
  /** [N, C, H, W] */
  readonly input: string
  /** [N] int32 */
  readonly labels: string
  /** Inputs that change from step to step, and how many steps fewer than the run their weights have taken. */
  readonly scalars: readonly { readonly name: string; readonly scalar: StepScalar; readonly stepsBehind: number }[]
  /** Trained weights; each pack is an input and an output, each of its slots too. */
  readonly packs: readonly (StatePack & { readonly stepsBehind: number })[]
  readonly slots: readonly string[]
  /** Running statistics, updated without a gradient. */
  readonly statistics: readonly StatePack[]
  /** Dropout masks to feed: shape with the batch axis. */
  readonly masks: readonly { readonly name: string; readonly rate: number; readonly dims: readonly number[] }[]
  /** Float32 scalars. */
  readonly loss: string
  readonly correct: string
  /** Graph output that replaces an input after the step, by the input's name. */
  readonly nextState: ReadonlyMap<string, string>
  /** With mixed precision: what the loss is multiplied by, and an output of 1 where the step was taken, 0 where not. */
  readonly lossScaling?: { readonly scale: string; readonly isFinite: string }
}

/** The graph input that holds slot `slot` of a pack. */
export function slotInput(pack: StatePack, slot: string): string {
  return `${pack.name}#${slot}`
}

/**
 * Builds the step.
 * @param network the document lowered with mode `training`
 * @throws NetloomError `autodiff.noGradient` where a trained weight cannot be reached from the loss
 */
export function buildTrainingGraph(network: LoweredNetwork, options: TrainingGraphOptions): TrainingGraph {
  const { recipe, batchSize } = options
  const trained = network.weights.filter((weight) => weight.trainable)
  const decaysAll = recipe.decayedWeights === 'all'
  const packs = packTrained(
    trained.map((weight) => ({ ...weight, decays: decaysAll || weight.decays })),
    recipe,
    options.stepsBehind,
  )
  const updated = new Map(network.updates.map(({ path, value }) => [path, value]))
  const statistics = packWeights(
    'statistics',
    network.weights.filter((weight) => updated.has(weight.path)).map((weight) => ({ ...weight, decays: false })),
  )
  const graph = withPackedState(network.graph, [...packs, ...statistics], options)
  const { maxPoolIndices } = options
  const { builder, rules } = expandTraining(specialize(graph, fixBatch(graph.inputs, batchSize)), { maxPoolIndices })

  const labels = builder.input('labels', 'int32', [batchSize])
  const scalars = addScalars(builder, recipe, packs)
  const loss = addLoss(builder, recipe.loss, network.outputName, labels)
  const correct = addCorrectCount(builder, network.outputName, labels)
  const wanted = trained.map((weight) => weight.path)
  const steps = recipe.loss.type === 'perceptron' ? stepRules(builder) : []
  // The side branches teach, but the loss that is told stays that of the output, as in validation.
  const taught = network.auxiliaries.reduce(
    (sum, { value, weight }) =>
      builder.add('Add', [
        sum,
        builder.add('Mul', [addLoss(builder, recipe.loss, value, labels), builder.scalar(weight)]),
      ]),
    loss,
  )
  const scale = recipe.mixedPrecision ? builder.input('lossScale', 'float32', []) : undefined
  const seen = scale === undefined ? taught : builder.add('Mul', [taught, scale])
  const gradients = differentiate(builder, seen, wanted, new Map([...compositeRules(builder), ...rules, ...steps]))

  const nextState = new Map<string, string>()
  const raw = addWeightUpdates(builder, { recipe, packs, gradients, nextState, scale, scalars })
  for (const pack of statistics) {
    nextState.set(
      pack.name,
      addConcat(builder, pack, (path) => updated.get(path) ?? path),
    )
  }
  const lossScaling =
    scale === undefined ? undefined : { scale, isFinite: guardState(builder, nextState, [loss, ...raw], statistics) }
  builder.output(loss, 'float32', [])
  builder.output(correct, 'float32', [])
  for (const value of nextState.values()) builder.output(value, 'float32', builder.shapeOf(value))
  return {
    builder,
    input: options.inputKind === 'pixels' ? 'pixels' : network.inputName,
    labels,
    scalars,
    packs,
    slots: slotNames(recipe.optimizer),
    statistics,
    masks: network.masks.map(({ name, rate, shape }) => ({ name, rate, dims: [batchSize, ...shape] })),
    loss,
    correct,
    nextState,
    lossScaling,
  }
}

/**
 * Keeps weights, slots and statistics as they were where the loss, a gradient or a new statistic is no finite number.
 * @returns an output of the graph: 1 where all are finite, else 0
 */
function guardState(
  builder: GraphBuilder,
  nextState: Map<string, string>,
  values: readonly string[],
  statistics: readonly StatePack[],
): string {
  const isFinite = addIsFinite(builder, [...values, ...statistics.map(({ name }) => nextState.get(name) ?? name)])
  for (const [name, value] of nextState) nextState.set(name, builder.add('Where', [isFinite, value, name]))
  const flag = builder.add('Where', [isFinite, builder.scalar(1), builder.scalar(0)], {}, { name: 'wasTaken' })
  builder.output(flag, 'float32', [])
  return flag
}

/** One input per scalar; those that count steps once for each number of them. */
function addScalars(
  builder: GraphBuilder,
  { optimizer }: Recipe,
  packs: readonly TrainedPack[],
): TrainingGraph['scalars'] {
  const counts = [...new Set([0, ...packs.map((pack) => pack.stepsBehind)])]
  return stepScalars(optimizer).flatMap((scalar) =>
    (scalar === 'learningRate' ? [0] : counts).map((behind) => {
      const name = behind === 0 ? scalar : `${scalar}-${behind}`
      return { name: builder.input(name, 'float32', []), scalar, stepsBehind: behind }
    }),
  )
}

/** A pack of weights that learn at the same rate and have taken as many steps. */
interface TrainedPack extends StatePack {
  /** What their learning rate is multiplied by. */
  readonly rateFactor: number
  readonly stepsBehind: number
}

function packTrained(
  weights: readonly LoweredWeight[],
  recipe: Recipe,
  behindOf: (path: string) => number = () => 0,
): readonly TrainedPack[] {
  const factorOf = readRateFactors(recipe)
  const groups = new Map<string, { rateFactor: number; stepsBehind: number; members: LoweredWeight[] }>()
  for (const weight of weights) {
    const [rateFactor, stepsBehind] = [factorOf(weight.path), behindOf(weight.path)]
    const name = `weights${rateFactor === 1 ? '' : `*${rateFactor}`}${stepsBehind === 0 ? '' : `-${stepsBehind}`}`
    const group = groups.get(name) ?? { rateFactor, stepsBehind, members: [] }
    groups.set(name, group)
    group.members.push(weight)
  }
  return Array.from(groups, ([name, { members, ...rest }]) =>
    packWeights(name, members).map((pack) => ({ ...pack, ...rest })),
  ).flat()
}

/** Replaces weight inputs by packs that a Split takes apart, frozen ones by initialisers, and floats by pixels. */
function withPackedState(graph: OnnxGraph, packs: readonly StatePack[], options: TrainingGraphOptions): OnnxGraph {
  const initializers = new Map(graph.initializers)
  const nodes: OnnxNode[] = []
  const packed = new Set(packs.flatMap((pack) => pack.entries.map((entry) => entry.path)))
  const inputs: ValueInfo[] = packs.map((pack) => ({ name: pack.name, dataType: 'float32', dims: packDims(pack) }))
  for (const pack of packs) nodes.push(...unpackNodes(pack, initializers))
  for (const input of graph.inputs) {
    const frozen = options.frozen.get(input.name)
    if (packed.has(input.name)) continue
    if (frozen) initializers.set(input.name, { dataType: 'float32', dims: frozen.dims, data: frozen.data })
    else if (options.inputKind === 'pixels' && input.dims?.length === 4 && input.name === graph.inputs[0]?.name) {
      inputs.push({ ...input, name: 'pixels', dataType: 'uint8' })
      nodes.push(...scalingNodes(input.name, options.scaling, initializers))
    } else inputs.push(input)
  }
  return { ...graph, inputs, initializers, nodes: [...nodes, ...graph.nodes] }
}

/** A pack of one weight keeps the weight's shape, so that nothing is copied. */
function packDims(pack: StatePack): readonly number[] {
  const [only, ...more] = pack.entries
  return only && more.length === 0 ? only.dims : [pack.size]
}

function unpackNodes(pack: StatePack, initializers: Map<string, OnnxTensor>): OnnxNode[] {
  const [only, ...more] = pack.entries
  if (only && more.length === 0) return [plainNode('Identity', [pack.name], [only.path])]
  const sizes = `${pack.name}/sizes`
  initializers.set(sizes, int64(pack.entries.map((entry) => entry.size)))
  const flat = pack.entries.map((entry) => `${entry.path}/flat`)
  const reshapes = pack.entries.map((entry) => {
    const shape = `${entry.path}/shape`
    initializers.set(shape, int64(entry.dims))
    return plainNode('Reshape', [`${entry.path}/flat`, shape], [entry.path])
  })
  return [
    { ...plainNode('Split', [pack.name, sizes], flat), attributes: { axis: { type: 'int', value: 0 } } },
    ...reshapes,
  ]
}

/** input = pixels * 1 / (255 deviation) - mean / deviation, per channel. */
function scalingNodes(input: string, scaling: InputScaling, initializers: Map<string, OnnxTensor>): OnnxNode[] {
  const channels = scaling.mean.length
  const perChannel = (values: readonly number[]): OnnxTensor => ({
    dataType: 'float32',
    dims: [1, channels, 1, 1],
    data: new Float32Array(values),
  })
  initializers.set('scaling/factor', perChannel(scaling.deviation.map((deviation) => 1 / (255 * deviation))))
  initializers.set(
    'scaling/shift',
    perChannel(scaling.mean.map((mean, channel) => -mean / (scaling.deviation[channel] ?? 1))),
  )
  return [
    { ...plainNode('Cast', ['pixels'], ['scaling/float']), attributes: { to: { type: 'int', value: 1 } } },
    plainNode('Mul', ['scaling/float', 'scaling/factor'], ['scaling/scaled']),
    plainNode('Add', ['scaling/scaled', 'scaling/shift'], [input]),
  ]
}

interface WeightUpdates {
  readonly recipe: Recipe
  readonly packs: readonly TrainedPack[]
  readonly gradients: ReadonlyMap<string, string>
  /** Filled with the values that replace packs and slots. */
  readonly nextState: Map<string, string>
  /** What the gradients are multiples of. */
  readonly scale: string | undefined
  readonly scalars: TrainingGraph['scalars']
}

/** @returns the gradients of the packs, divided by the scale */
function addWeightUpdates(builder: GraphBuilder, updates: WeightUpdates): readonly string[] {
  const { recipe, packs, nextState, scale } = updates
  const scaled = packs.map((pack) => addConcat(builder, pack, (path) => gradientOf(updates, path)))
  const raw = scale === undefined ? scaled : scaled.map((gradient) => builder.add('Div', [gradient, scale]))
  const limit = recipe.gradientClipNorm
  const factor = limit === null || raw.length === 0 ? undefined : addClipFactor(builder, raw, limit)
  packs.forEach((pack, index) => {
    const gradient = raw[index] ?? ''
    const slots = slotNames(recipe.optimizer).map((slot) =>
      builder.input(slotInput(pack, slot), 'float32', packDims(pack)),
    )
    const result = addUpdate(builder, recipe.optimizer, {
      weights: pack.name,
      gradient: factor === undefined ? gradient : builder.add('Mul', [gradient, factor]),
      slots,
      decay: decayOf(builder, pack, recipe.weightDecay),
      scalars: scaleRate(builder, scalarsOf(updates.scalars, pack.stepsBehind), pack.rateFactor),
    })
    nextState.set(pack.name, result.weights)
    slots.forEach((slot, position) => nextState.set(slot, result.slots[position] ?? slot))
  })
  return raw
}

/** The scalars of weights that have taken so many steps fewer than the run. */
function scalarsOf(scalars: TrainingGraph['scalars'], behind: number): ReadonlyMap<StepScalar, string> {
  const own = scalars.filter(({ scalar, stepsBehind }) => scalar === 'learningRate' || stepsBehind === behind)
  return new Map(own.map(({ scalar, name }) => [scalar, name]))
}

/** The scalars of a pack that learns faster or slower than others. */
function scaleRate(
  builder: GraphBuilder,
  scalars: ReadonlyMap<StepScalar, string>,
  factor: number,
): ReadonlyMap<StepScalar, string> {
  const rate = scalars.get('learningRate')
  if (factor === 1 || rate === undefined) return scalars
  return new Map(scalars).set('learningRate', builder.add('Mul', [rate, builder.scalar(factor)]))
}

function gradientOf(updates: WeightUpdates, path: string): string {
  const gradient = updates.gradients.get(path)
  if (gradient === undefined) throw internalError(`the weight "${path}" got no gradient`)
  return gradient
}

/** Weight decay as a scalar where all weights of the pack decay alike, else one value per element. */
function decayOf(builder: GraphBuilder, pack: StatePack, weightDecay: number): string | undefined {
  const decaying = pack.entries.filter((entry) => entry.decays)
  if (weightDecay === 0 || decaying.length === 0) return undefined
  if (decaying.length === pack.entries.length) return builder.scalar(weightDecay)
  const perElement = new Float32Array(pack.size)
  for (const entry of decaying) perElement.fill(weightDecay, entry.offset, entry.offset + entry.size)
  return builder.constant({ dataType: 'float32', dims: [pack.size], data: perElement }, 'weightDecay')
}

/** Lays the values of a pack's entries end to end; a pack of one keeps its value as it is. */
function addConcat(builder: GraphBuilder, pack: StatePack, valueOf: (path: string) => string): string {
  const [only, ...more] = pack.entries
  if (only && more.length === 0) return valueOf(only.path)
  const flat = pack.entries.map((entry) => builder.add('Reshape', [valueOf(entry.path), builder.ints([-1])]))
  return builder.add('Concat', flat, { axis: 0 }, { name: `${pack.name}/joined` })
}

function fixBatch(inputs: readonly ValueInfo[], batchSize: number): Record<string, readonly number[]> {
  return Object.fromEntries(
    inputs.map(({ name, dims = [] }) => [name, dims.map((dim) => (typeof dim === 'string' ? batchSize : dim))]),
  )
}

function plainNode(opType: string, inputs: readonly string[], outputs: readonly string[]): OnnxNode {
  return { opType, domain: '', name: outputs[0] ?? opType, inputs, outputs, attributes: {} }
}

function int64(values: readonly number[]): OnnxTensor {
  return { dataType: 'int64', dims: [values.length], data: BigInt64Array.from(values.map(BigInt)) }
}
