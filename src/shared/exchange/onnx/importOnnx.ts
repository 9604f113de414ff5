// An ONNX model as a flat network document with its weights and an account of what was done; not files, not running it.
import type { Tensor, TensorMap } from '../../onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import { internalError, NetloomError } from '../../graph/errors'
import { printShape, type Shape } from '../../graph/shape'
import { portsOf } from '../../layers/define'
import type { DataType, OnnxGraph, OnnxModel } from '../../onnx/model'
import type { ValueType } from '../../onnx/inferShapes'
import { requireComputedValues } from '../../onnx/requireComputed'
import { convertGraph, type ConvertedNetwork, type Draft, type FoldedPair } from './convert'
import { describeQuantised, refuseDynamic } from './describeQuantised'
import { endInVector, flattenedNote } from './endInVector'
import { foldGraph, type FoldedGraph, type FoldOptions } from './fold'
import { isTurn, planInput, type InputLayout, type InputPlan } from './inputSize'
import { nameLayers } from './names'
import { pixelTypes } from './pixelInput'
import { prepareGraph, type PreparedGraph } from './prepare'
import { readMetadata } from './readMetadata'
import { UnknownConstant, type ComputedConstants } from './runtimeConstants'
import type { WidenedTypes } from './widen'

export interface ImportOptions {
  /** Name of the document; left out: that of the graph. */
  readonly name?: string
  /** [C, H, W] or [F], where the file leaves extents open. */
  readonly inputShape?: Shape
  readonly classes?: readonly string[]
  readonly scaling?: InputScaling
  /** The output to take, where the file has several. */
  readonly output?: string
  /** Constants that a runtime has computed, where nothing here could. */
  readonly constants?: ComputedConstants
  /** Types of values whose operators have no shape rule here, for the file's batch size or a batch of 1. */
  readonly stated?: ReadonlyMap<string, ValueType>
}

/** What was done with the operators of a file. */
export interface ImportReport {
  readonly opset: number
  readonly operators: {
    /** Operators of the file, constants not counted. */
    readonly total: number
    /** Computed at import, or taken into the layer of another operator. */
    readonly folded: number
    /** Layers of the document that came of the others, ONNX operators included. */
    readonly kept: number
    /** Operators without a layer of their own, which stay ONNX operators: type and number. */
    readonly unsupported: Readonly<Record<string, number>>
    /** Operators that the network's output does not need. */
    readonly unused: number
  }
  /** Tensors brought to float32, by their type in the file. */
  readonly widened: WidenedTypes
  /** Nodes of the file in training mode; layers here decide by themselves. */
  readonly trainingNodes: number
  /** How the file takes its input, and its extents for one image as this document has them. */
  readonly input: {
    readonly name: string
    readonly layout: InputLayout
    readonly shape: Shape
    readonly batch?: number
    /** Whether the batch that the file fixes was opened, so that more images at a time are to be compared. */
    readonly isOpened?: boolean
    /** In the file; whole numbers are pixels. */
    readonly dataType: DataType
  }
  /** The value in the file, and outputs of the file of which another could be taken. */
  readonly output: { readonly name: string; readonly shape: Shape; readonly choices: readonly string[] }
  /** What else a person should know, one sentence each. */
  readonly notes: readonly string[]
}

export interface ImportedNetwork {
  readonly document: NetworkDocument
  /** By path, `<node id>/<weight name>`. */
  readonly weights: TensorMap
  /** The value in the file that the first output of a layer is, by the id of the layer, in their order. */
  readonly origins: ReadonlyMap<string, string>
  readonly report: ImportReport
}

/** Batch sizes of the two folds that show what depends on the batch: no extent of an image is likely to be these. */
const trialBatches = [7919, 7907] as const

/**
 * Turns a model into a document.
 * @throws NetloomError `onnx.unsupported` for versions, inputs and operators that cannot be imported; `onnx.malformed` for
 * graphs that are not whole; `onnx.shape` where shapes do not fit
 */
export function importOnnx(model: OnnxModel, options: ImportOptions = {}): ImportedNetwork {
  const prepared = prepareGraph(model, options.output)
  const { input, graph } = prepared
  requireComputedValues(graph)
  refuseDynamic(graph)
  const plan = planInput(input, graph.nodes, graph.initializers, options.inputShape)
  const attempt = tryExtents(prepared, plan, options)
  const { pair, extents, shape } = attempt
  const given = outputShape(pair, prepared.output)
  const network = endInVector(attempt.network, given)
  const ending = network === attempt.network ? given : given.slice(0, 1)
  const metadata = readMetadata(model)
  const name = options.name ?? (model.graph.name === '' ? 'imported' : model.graph.name)
  const ids = nameLayers(
    network.layers.map(({ naming }) => naming),
    [inputId],
  )
  const document = buildDocument(name, shape, network, ids)
  const classes = fittingClasses(options.classes ?? metadata.classes, ending)
  const stated = options.scaling ?? metadata.scaling ?? (prepared.inputType === 'uint8' ? pixelsAsTheyAre : undefined)
  const scaling = options.scaling ?? fitScaling(stated, shape)
  return {
    document: { ...document, ...(classes ? { classes } : {}), ...(scaling ? { scaling } : {}) },
    weights: collectWeights(network.layers, ids),
    origins: new Map(
      network.layers.flatMap(({ origin = '' }, index): [string, string][] =>
        origin === '' ? [] : [[ids[index] ?? '', origin]],
      ),
    ),
    report: {
      ...countOperators(model, prepared, pair, attempt.network),
      input: {
        name: input.name,
        layout: plan.layout,
        shape,
        dataType: prepared.inputType,
        ...(plan.batch === undefined ? {} : { batch: plan.batch, isOpened: pair.other !== undefined }),
      },
      output: { name: prepared.output, shape: ending, choices: prepared.choices },
      notes: [
        ...prepared.notes,
        ...describeQuantised(prepared.graph.nodes, pair.folded.nodes),
        ...describeInput(prepared, plan, extents),
        ...describeWeights(pair, network, ids),
        ...(network === attempt.network ? [] : [flattenedNote]),
      ],
    },
  }
}

/** (pixel / 255 - 0) / (1 / 255) */
const pixelsAsTheyAre: InputScaling = { mean: [0], deviation: [1 / 255] }

const inputId = 'input'

interface Attempt {
  readonly pair: FoldedPair
  readonly network: ConvertedNetwork
  /** Of the file's input, without the batch. */
  readonly extents: readonly number[]
  readonly shape: Shape
}

/** Folds with the first extents that fit. @throws the error of the first ones where none do */
function tryExtents(prepared: PreparedGraph, plan: InputPlan, options: ImportOptions): Attempt {
  let first: NetloomError | undefined
  for (const extents of plan.candidates) {
    try {
      return tryPairs(prepared, plan, extents, options)
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      first ??= error
      if (error.code !== 'onnx.shape') break
    }
  }
  throw first ?? internalError('no extents were tried')
}

/** Converts with the batch that the file fixes, if any; where that does not do, as if it were open. */
function tryPairs(
  prepared: PreparedGraph,
  plan: InputPlan,
  extents: readonly number[],
  options: ImportOptions,
): Attempt {
  const { values, shape } = imageOf(prepared, plan, extents)
  const convert = (pair: FoldedPair): Attempt => ({
    pair,
    extents,
    shape,
    network: convertGraph(pair, values, prepared.output),
  })
  const pair = foldPair(prepared, plan, extents, options)
  if (plan.batch === undefined) return convert(pair)
  try {
    return convert(pair)
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'onnx.unsupported') throw error
    const fixed = { folded: pair.folded, batch: plan.batch }
    try {
      return convert(foldPair(prepared, { ...plan, batch: undefined }, extents, options, fixed))
    } catch (second) {
      // What says why the file cannot be converted is the first; but a constant that is asked for may still help.
      if (!(second instanceof NetloomError) || second instanceof UnknownConstant) throw second
      throw error
    }
  }
}

/** @param fixed the graph with the batch that the file fixes, where it is folded for others */
function foldPair(
  prepared: PreparedGraph,
  plan: InputPlan,
  extents: readonly number[],
  { stated, constants }: ImportOptions,
  fixed?: FoldOptions['fixed'],
): FoldedPair {
  const { graph, opset, input } = prepared
  const fold = (batch: number, alike?: FoldedGraph) => {
    const dims = [batch, ...extents]
    const ofBatch = scaleStated(stated, fixed?.batch ?? plan.batch ?? 1, batch)
    const isTrial = plan.batch === undefined
    const common = { opset, input: input.name, stated: ofBatch, isTrial, computed: constants, fixed }
    return foldGraph(graph, { ...common, dims, alike })
  }
  const [one, two] = trialBatches
  if (plan.batch !== undefined) return { folded: fold(plan.batch), batch: plan.batch }
  const folded = fold(one)
  return { folded, batch: one, other: fold(two, folded), otherBatch: two }
}

/** Types that were seen with one batch size, for another. */
function scaleStated(
  stated: ReadonlyMap<string, ValueType> | undefined,
  from: number,
  to: number,
): ReadonlyMap<string, ValueType> | undefined {
  if (!stated) return undefined
  return new Map(
    Array.from(stated, ([name, { dataType, dims }]) => {
      const [first, ...rest] = dims
      return [name, { dataType, dims: first === from ? [to, ...rest] : dims }]
    }),
  )
}

/** The values that hold the image in our order of axes: the input, or what turns it. */
function imageOf(
  { graph, input }: PreparedGraph,
  plan: InputPlan,
  extents: readonly number[],
): { readonly values: readonly string[]; readonly shape: Shape } {
  if (plan.layout !== 'nhwc') return { values: [input.name], shape: extents }
  const turns = graph.nodes.filter((node) => isTurn(node) && node.inputs[0] === input.name)
  const [height = 0, width = 0, channels = 0] = extents
  return { values: turns.flatMap(({ outputs }) => outputs.slice(0, 1)), shape: [channels, height, width] }
}

function buildDocument(
  name: string,
  shape: Shape,
  { layers, output }: ConvertedNetwork,
  ids: readonly string[],
): NetworkDocument {
  const builder = new DocumentBuilder(name)
  builder.add(inputId, 'input', { shape: [...shape] })
  const needed = findNeeded(layers, output.layer)
  layers.forEach(({ definition, params, sources }, index) => {
    const id = ids[index]
    if (id === undefined || !needed.has(index)) return
    builder.add(id, definition.type, params)
    const { inputs } = portsOf(definition, params)
    sources.forEach((source, place) => {
      const port = inputs.kind === 'fixed' ? inputs.names[place] : `${inputs.name}${place}`
      if (port === undefined) throw internalError(`"${id}" has no input ${place}`)
      builder.connect(source.layer < 0 ? inputId : (ids[source.layer] ?? ''), id, port, source.port)
    })
  })
  return builder.build()
}

/** Layers that the output depends on: what an alias left behind is not one of them. */
function findNeeded(layers: readonly Draft[], last: number): ReadonlySet<number> {
  const needed = new Set([last])
  for (let index = layers.length - 1; index >= 0; index--)
    if (needed.has(index)) for (const { layer } of layers[index]?.sources ?? []) needed.add(layer)
  return needed
}

function collectWeights(layers: readonly Draft[], ids: readonly string[]): TensorMap {
  const weights = new Map<string, Tensor>()
  layers.forEach((layer, index) => {
    for (const [name, tensor] of layer.weights) weights.set(`${ids[index] ?? ''}/${name}`, tensor)
  })
  return weights
}

function outputShape({ folded }: FoldedPair, output: string): Shape {
  return folded.types.get(folded.aliases.get(output) ?? output)?.dims.slice(1) ?? []
}

/** Class names are of use only where there is one per output. */
function fittingClasses(classes: readonly string[] | undefined, shape: Shape): readonly string[] | undefined {
  return classes && shape.length === 1 && shape[0] === classes.length ? classes : undefined
}

/** A scaling with one value serves every channel. */
function fitScaling(scaling: InputScaling | undefined, shape: Shape): InputScaling | undefined {
  const channels = shape.length === 3 ? (shape[0] ?? 1) : 1
  if (!scaling || scaling.mean.length === channels) return scaling
  const [mean = 0] = scaling.mean
  const [deviation = 1] = scaling.deviation
  if (scaling.mean.length !== 1 || scaling.deviation.length !== 1) return undefined
  const repeat = (value: number): number[] => Array.from({ length: channels }, () => value)
  return { mean: repeat(mean), deviation: repeat(deviation) }
}

function countOperators(
  model: OnnxModel,
  prepared: PreparedGraph,
  { folded }: FoldedPair,
  { layers }: ConvertedNetwork,
): Pick<ImportReport, 'opset' | 'operators' | 'widened' | 'trainingNodes'> {
  const total = countAll(model.graph)
  const unsupported = new Map<string, number>()
  for (const { definition, params } of layers) {
    if (definition.type !== 'onnxOperator' && definition.type !== 'onnxOperators') continue
    const name = definition.summary(definition.params.parse(params))
    unsupported.set(name, (unsupported.get(name) ?? 0) + 1)
  }
  return {
    opset: prepared.opset,
    operators: {
      total,
      folded: Math.max(0, total - prepared.unused - layers.length),
      kept: layers.length,
      unsupported: Object.fromEntries([...unsupported].toSorted(([, a], [, b]) => b - a)),
      unused: prepared.unused,
    },
    widened: prepared.widened,
    trainingNodes: folded.trainingNodes,
  }
}

function countAll(graph: OnnxGraph): number {
  return graph.nodes.filter(({ opType }) => opType !== 'Constant').length
}

function describeInput(
  { input, inputType, widened }: PreparedGraph,
  plan: InputPlan,
  extents: readonly number[],
): readonly string[] {
  const types = Object.entries(widened).map(([type, count]) => `${count} ${type}`)
  return [
    ...(plan.isOpen
      ? [`The input "${input.name}" leaves its extents open; ${printShape(extents)} fits and is taken.`]
      : []),
    ...(pixelTypes.has(inputType)
      ? [`The file takes ${inputType} values; their cast to float32 belongs to the preprocessing here.`]
      : []),
    ...(plan.layout === 'nhwc' ? ['The file takes images as [N, H, W, C]; here they are [N, C, H, W].'] : []),
    ...(plan.batch === undefined ? [] : [`The file fixes a batch of ${plan.batch}; here the batch is free.`]),
    ...(types.length > 0 ? [`Tensors brought to float32: ${types.join(', ')}.`] : []),
  ]
}

/** How many layers a note names. */
const mostNamed = 4

/** Each note once, after the layers that it is of. */
function groupNotes(layers: ConvertedNetwork['layers'], ids: readonly string[]): readonly string[] {
  const owners = new Map<string, string[]>()
  layers.forEach(({ note }, index) => {
    if (note !== undefined) owners.set(note, [...(owners.get(note) ?? []), ids[index] ?? ''])
  })
  return Array.from(owners, ([note, names]) => {
    const rest = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
    return `${names.slice(0, mostNamed).join(', ')}${rest}: ${note}.`
  })
}

function describeWeights(
  { folded }: FoldedPair,
  { layers }: ConvertedNetwork,
  ids: readonly string[],
): readonly string[] {
  const notes = [...groupNotes(layers, ids)]
  const users = new Map<string, number>()
  for (const { naming } of layers)
    for (const name of naming.weightNames.slice(0, 1)) users.set(name, (users.get(name) ?? 0) + 1)
  const shared = [...users.values()].filter((count) => count > 1).length
  if (shared > 0) notes.push(`${shared} weights serve several layers in the file; here each layer has its own copy.`)
  if (folded.trainingNodes > 0)
    notes.push(`${folded.trainingNodes} operators of the file were in training mode; here the run decides.`)
  return notes
}
