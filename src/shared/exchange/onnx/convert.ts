// A folded graph as layers with their weights, in order and not yet named; not the document (importOnnx.ts).
import type { TensorMap } from '../../onnx/tensor'
import type { ParameterValues } from '../../graph/document'
import { internalError, NetloomError } from '../../graph/errors'
import type { Shape } from '../../graph/shape'
import { portsOf, type LayerDefinition } from '../../layers/define'
import { layerOf } from '../../layers/index'
import { productOperators } from '../../onnx/countMacs'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import { strictTable } from '../../network/parseParams'
import { isSameShape } from '../../network/weights'
import { describeNode } from './describeNode'
import type { FoldedGraph } from './fold'
import type { ExtentsOperand } from '../../layers/parts/onnxOperands'
import { readNumbers } from '../../onnx/dataTypes'
import { findGroups, type OperatorGroup } from './groups'
import { keepGroup } from './keepGroup'
import { keepOperator, type OperatorSurroundings } from './keepOperator'
import { MatchContext, type LayerMatch, type MatchNetwork } from './match'
import type { NameSource } from './names'
import { patternsOf } from './patterns/index'
import { requireAnyBatch } from './requireAnyBatch'

/** Where a layer takes an input from: a place in the list of layers, -1 for the image. */
export interface DraftSource {
  readonly layer: number
  readonly port: string
}

/** A layer that has no name yet. */
export interface Draft {
  readonly definition: LayerDefinition
  readonly params: ParameterValues
  readonly sources: readonly DraftSource[]
  /** By the layer's own names. */
  readonly weights: TensorMap
  readonly naming: NameSource
  /** The value in the file that its first output is; left out for layers that the file does not have. */
  readonly origin?: string
  readonly note?: string
}

export interface ConvertedNetwork {
  readonly layers: readonly Draft[]
  readonly output: DraftSource
  /** Operators that other layers took in, or that change nothing. */
  readonly absorbed: number
}

/** The same graph for one batch size or for two. */
export interface FoldedPair {
  readonly folded: FoldedGraph
  /** The batch size of `folded`. */
  readonly batch: number
  /** For another batch size; undefined where the file fixes its own. */
  readonly other?: FoldedGraph
  readonly otherBatch?: number
}

/**
 * Turns every operator into a layer.
 * @param images the values that are the image: the input, or what turns it
 * @throws NetloomError `onnx.unsupported` where an operator can be neither a layer nor kept
 */
export function convertGraph(pair: FoldedPair, images: readonly string[], output: string): ConvertedNetwork {
  const converter = new Converter(pair, images, output)
  for (const node of pair.folded.nodes) converter.matchAhead(node)
  converter.group()
  converter.addAll()
  return converter.finish(output)
}

class Converter implements MatchNetwork {
  readonly folded: FoldedGraph
  readonly producers = new Map<string, OnnxNode>()
  /** The value that is the output. */
  private readonly last: string
  private readonly uses = new Map<string, number>()
  private readonly matches = new Map<OnnxNode, LayerMatch>()
  /** Operators that another's layer computes too, with that other. */
  private readonly absorbed = new Map<OnnxNode, OnnxNode>()
  private readonly places = new Map<string, DraftSource>()
  private readonly layers: Draft[] = []
  /** The group of each operator that is in one. */
  private readonly groups = new Map<OnnxNode, OperatorGroup>()
  private readonly done = new Set<OnnxNode>()
  private passed = 0
  private hasProduct = false

  constructor(
    private readonly pair: FoldedPair,
    images: readonly string[],
    output: string,
  ) {
    this.folded = pair.folded
    for (const node of this.folded.nodes) {
      for (const value of node.outputs) this.producers.set(value, node)
      for (const value of node.inputs) this.uses.set(value, (this.uses.get(value) ?? 0) + 1)
    }
    this.last = this.folded.aliases.get(output) ?? output
    this.uses.set(this.last, this.countUses(this.last) + 1)
    for (const image of images) this.places.set(image, { layer: -1, port: 'out' })
  }

  countUses(value: string): number {
    return this.uses.get(value) ?? 0
  }

  shapeOf(value: string): Shape | undefined {
    const { batch, other, otherBatch } = this.pair
    if (this.folded.constants.has(value)) return undefined
    const [first, ...shape] = this.folded.types.get(value)?.dims ?? []
    if (first !== batch) return undefined
    if (!other) return shape
    const [otherFirst, ...otherShape] = other.types.get(value)?.dims ?? []
    return otherFirst === otherBatch && isSameShape(shape, otherShape) ? shape : undefined
  }

  /** Finds the layers of several operators before any operator is taken alone. */
  matchAhead(node: OnnxNode): void {
    // Layers have one output: where more are used, the operator is kept.
    const hasMore = node.outputs.slice(1).some((value) => value !== '' && this.countUses(value) > 0)
    if (node.domain !== '' || hasMore || this.groups.has(node)) return
    const context = new MatchContext(node, this)
    for (const pattern of patternsOf(node.opType)) {
      const match = pattern(context)
      if (!match || !this.isFree(match.absorbed ?? []) || !this.isExact(match, node)) continue
      for (const inner of match.absorbed ?? []) {
        this.matches.delete(inner)
        this.absorbed.set(inner, node)
      }
      this.matches.set(node, match)
      return
    }
  }

  /** Whether nothing outside of `nodes` has taken one of them in: a larger match may take a smaller one over. */
  private isFree(nodes: readonly OnnxNode[]): boolean {
    return nodes.every((inner) => {
      if (this.groups.has(inner)) return false
      const owner = this.absorbed.get(inner)
      return owner === undefined || nodes.includes(owner)
    })
  }

  /** Finds the operators that belong together; what was matched among them is taken back. */
  group(): void {
    const rootless = this.findRootless()
    const inside = new Set([...this.absorbed.keys()].flatMap(({ outputs }) => outputs))
    const isPlain = (value: string): boolean =>
      inside.has(value) || this.folded.constants.has(value) || this.shapeOf(value) !== undefined
    const { nodes } = this.folded
    for (const group of findGroups({ nodes, isPlain, isRootless: (node) => rootless.has(node) }))
      for (const node of group) this.groups.set(node, group)
    if (this.groups.size === 0) return
    this.matches.clear()
    this.absorbed.clear()
    for (const node of nodes) this.matchAhead(node)
  }

  /** Operators on constants alone: what a batch repeats. */
  private findRootless(): ReadonlySet<OnnxNode> {
    const rootless = new Set<OnnxNode>()
    for (const node of this.folded.nodes) {
      const isRootless = node.inputs.every((value) => {
        const producer = this.producers.get(value)
        return value === '' || this.folded.constants.has(value) || (producer !== undefined && rootless.has(producer))
      })
      if (isRootless) rootless.add(node)
    }
    return rootless
  }

  /** Adds every operator and group once what it takes is there. */
  addAll(): void {
    let waiting: readonly OnnxNode[] = this.folded.nodes.filter((node) => {
      const group = this.groups.get(node)
      return !group || group.at(-1) === node
    })
    while (waiting.length > 0) {
      const late = waiting.filter((node) => !this.tryAdd(node))
      if (late.length === waiting.length) throw internalError('operators wait for each other')
      waiting = late
    }
  }

  private tryAdd(node: OnnxNode): boolean {
    const group = this.groups.get(node)
    const members = group ?? [node]
    const own = new Set(members)
    const isReady = members.every(({ inputs }) =>
      inputs.every((value) => {
        const producer = this.producers.get(value)
        return !producer || own.has(producer) || this.done.has(producer)
      }),
    )
    if (!isReady) return false
    if (group) this.addGroup(group)
    else this.addNode(node)
    for (const each of members) this.done.add(each)
    return true
  }

  private addGroup(group: OperatorGroup): void {
    const own = new Set(group)
    const takenOutside = new Set(
      this.folded.nodes.flatMap((node) => (own.has(node) ? [] : node.inputs)).concat(this.last),
    )
    const match = keepGroup(group, (node) => new MatchContext(node, this), {
      ...this.surroundings(group.some(isProduct)),
      hasFixedBatch: this.pair.other === undefined,
      isTaken: (value) => value !== '' && takenOutside.has(value),
    })
    const [first] = group
    if (!first) return
    requireAnyBatch(match, { ...first, outputs: match.outputs }, (value) => this.shapeOf(value))
    this.addLayer(match, match.outputs, first)
  }

  private addNode(node: OnnxNode): void {
    if (this.absorbed.has(node) || this.places.has(node.outputs[0] ?? '')) {
      this.passed++
      return
    }
    const match = this.matches.get(node) ?? this.keep(node)
    if (match.type !== 'alias') return this.addLayer(match, node.outputs, node)
    this.passed++
    const [first] = match.inputs.map((value) => this.sourceOf(value, node))
    if (first) this.places.set(node.outputs[0] ?? '', first)
  }

  /** @param node what names the layer */
  private addLayer(match: LayerMatch, outputs: readonly string[], node: OnnxNode): void {
    if (match.type === 'alias') return
    const sources = match.inputs.map((value) => this.sourceOf(value, node))
    const definition = layerOf(match.type)
    const { outputPorts } = portsOf(definition, match.params)
    outputs.forEach((value, index) => {
      const port = outputPorts[index]
      if (value !== '' && port !== undefined) this.places.set(value, { layer: this.layers.length, port })
    })
    this.hasProduct ||= productLayers.has(match.type) || isProduct(node)
    this.layers.push({
      definition,
      params: match.params,
      sources,
      weights: new Map(Object.entries(match.weights ?? {})),
      naming: {
        layerType: match.type,
        opType: node.opType,
        nodeName: node.name,
        weightNames: match.weightNames ?? [],
        sources: sources.map(({ layer }) => layer),
      },
      origin: outputs[0],
      ...(match.note === undefined ? {} : { note: match.note }),
    })
  }

  finish(output: string): ConvertedNetwork {
    const value = this.folded.aliases.get(output) ?? output
    const place = this.places.get(value)
    if (!place) throw this.refuseMissing(`The output "${output}"`, value)
    if (place.layer < 0)
      throw new NetloomError('onnx.unsupported', `The output "${output}" is the input as it is.`, {
        received: output,
        hint: 'There is nothing to compute in this file.',
      })
    const ports = this.layers[place.layer]
    const [first] = ports ? portsOf(ports.definition, ports.params).outputPorts : []
    return { layers: this.layers, output: place.port === first ? place : this.passOn(place), absorbed: this.passed }
  }

  /** A network ends in the one output of its last layer: an identity behind another output. */
  private passOn(place: DraftSource): DraftSource {
    this.layers.push({
      definition: layerOf('onnxOperator'),
      params: { opType: 'Identity' },
      sources: [place],
      weights: new Map(),
      naming: { layerType: 'onnxOperator', opType: 'Identity', nodeName: '', weightNames: [], sources: [place.layer] },
    })
    return { layer: this.layers.length - 1, port: 'out' }
  }

  private sourceOf(value: string, node: OnnxNode): DraftSource {
    const place = this.places.get(value)
    if (place) return place
    throw this.refuseMissing(describeNode(node), value, node)
  }

  /** Why a value that is taken is no layer's: it is constant, or a mask or statistic that only training has. */
  private refuseMissing(user: string, value: string, node?: OnnxNode): NetloomError {
    const isOutput = node === undefined
    const text = this.folded.constants.has(value)
      ? `${user} ${isOutput ? 'is' : 'takes'} a constant${isOutput ? ', whatever the image is' : `, "${value}"`}`
      : `${user} ${isOutput ? 'is' : `takes "${value}",`} a mask or a statistic that an operator gives in training only`
    return new NetloomError('onnx.unsupported', `${text}.`, {
      nodeId: node?.name,
      received: value,
      hint: isOutput
        ? 'There is nothing to compute for an image.'
        : 'A network here computes every image of a batch alike.',
    })
  }

  private keep(node: OnnxNode): LayerMatch {
    const match = keepOperator(new MatchContext(node, this), this.surroundings(isProduct(node)))
    requireAnyBatch(match, node, (value) => this.shapeOf(value))
    return match
  }

  private surroundings(isOwnProduct: boolean): OperatorSurroundings {
    return {
      isUsed: (value) => value !== '' && this.countUses(value) > 0,
      isLearnt: (value) => (this.hasProduct || isOwnProduct) && this.folded.weights.has(value),
      dependsOnBatch: (value) => this.dependsOnBatch(value),
      extentsOf: (value) => this.extentsOf(value),
    }
  }

  private dependsOnBatch(value: string): boolean {
    const [one, two] = [this.folded.constants.get(value), this.pair.other?.constants.get(value)]
    return one !== undefined && two !== undefined && !isSameTensor(one, two)
  }

  /** A list of extents, each the same for every batch or so many for each image; undefined for other constants. */
  private extentsOf(value: string): ExtentsOperand | undefined {
    const { batch, other, otherBatch = 0 } = this.pair
    const [one, two] = [this.folded.constants.get(value), other?.constants.get(value)]
    if (one?.dataType !== 'int64' || one.dims.length !== 1) return undefined
    const [numbers, others] = [readNumbers(one), two && readNumbers(two)]
    // Where the file fixes the batch, the first extent is it.
    const isOfBatch = (number: number, index: number): boolean =>
      others ? others[index] !== number : index === 0 && number === batch
    const perImage = numbers.map(isOfBatch)
    const values = numbers.map((number, index) => (perImage[index] ? number / batch : number))
    const isWhole = values.every((count, index) => {
      if (!perImage[index]) return true
      return Number.isInteger(count) && (!others || others[index] === count * otherBatch)
    })
    return isWhole ? { kind: 'extents', values, perImage } : undefined
  }

  /** Whether the layer accepts the parameters and gives exactly the shape of the file, with weights of these shapes. */
  private isExact(match: LayerMatch, node: OnnxNode): boolean {
    const shapes = match.inputs.map((value) => this.shapeOf(value))
    const inputs = shapes.flatMap((shape) => (shape ? [shape] : []))
    const expected = this.shapeOf(node.outputs[0] ?? '')
    if (inputs.length !== shapes.length || !expected) return false
    if (match.type === 'alias') return isSameShape(inputs[0] ?? [], expected)
    const definition = layerOf(match.type)
    const parsed = strictTable(definition).safeParse(match.params)
    if (!parsed.success) return false
    const context = { nodeId: node.name, params: parsed.data, inputs, inputNames: match.inputs }
    try {
      const [shape] = definition.infer(context).outputs
      if (!shape || !isSameShape(shape, expected)) return false
      const wanted = definition.weights?.(context) ?? []
      return wanted.every(({ name, shape }) => {
        const given = match.weights?.[name]
        return given !== undefined && isSameShape(given.dims, shape)
      })
    } catch (error) {
      if (error instanceof NetloomError) return false
      throw error
    }
  }
}

/** Layers that learn products of the image: what stands before them is its preparation. */
const productLayers: ReadonlySet<string> = new Set(['conv2d', 'depthwiseConv2d', 'convTranspose2d', 'dense'])

/** Whether an operator that is kept does what those layers do. */
function isProduct({ domain, opType }: OnnxNode): boolean {
  return domain === '' && productOperators.has(opType)
}

function isSameTensor(a: OnnxTensor, b: OnnxTensor): boolean {
  return a === b || (isSameShape(a.dims, b.dims) && a.data.every((value, index) => value === b.data[index]))
}
