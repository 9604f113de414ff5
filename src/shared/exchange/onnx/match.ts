// What a pattern sees of a folded graph, and what it says a node is; not the patterns (patterns/).
import type { Tensor } from '../../onnx/tensor'
import type { ParameterValues } from '../../graph/document'
import type { Shape } from '../../graph/shape'
import { readNumbers } from '../../onnx/dataTypes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import type { FoldedGraph } from './fold'
import type { LayerType } from '../../layers/index'

/** What an operator, with those it takes in, is as a layer. */
export interface LayerMatch {
  /** A layer's type, or `alias`: the first input itself. */
  readonly type: LayerType | 'alias'
  readonly params: ParameterValues
  /** Value names of the inputs, in the order of the layer's ports. */
  readonly inputs: readonly string[]
  /** By the layer's own names. */
  readonly weights?: Readonly<Record<string, Tensor>>
  /** Earlier nodes that this layer computes too; nothing else uses what they give. */
  readonly absorbed?: readonly OnnxNode[]
  /** Value names of the weights in the file, the most telling first: names of layers come from them. */
  readonly weightNames?: readonly string[]
  /** What changed beyond its form, for the report. */
  readonly note?: string
}

/** Says what a node is, or undefined where this pattern does not fit. */
export type Pattern = (match: MatchContext) => LayerMatch | undefined

export type PatternTable = Readonly<Record<string, readonly Pattern[]>>

/** One node of a folded graph with its surroundings. */
export class MatchContext {
  constructor(
    readonly node: OnnxNode,
    private readonly network: MatchNetwork,
  ) {}

  /** The same view of another node. */
  at(node: OnnxNode): MatchContext {
    return new MatchContext(node, this.network)
  }

  /** Value name of input `index`, '' where it is left out. */
  input(index: number): string {
    return this.node.inputs[index] ?? ''
  }

  get output(): string {
    return this.node.outputs[0] ?? ''
  }

  get inputCount(): number {
    return this.node.inputs.filter((name) => name !== '').length
  }

  /** Extents for one image; undefined where the value is constant or its first axis is not the batch. */
  shape(value: string): Shape | undefined {
    return this.network.shapeOf(value)
  }

  /** Extents with the batch. */
  dims(value: string): readonly number[] {
    return this.network.folded.types.get(value)?.dims ?? []
  }

  constant(value: string): OnnxTensor | undefined {
    return this.network.folded.constants.get(value)
  }

  /** A constant float32 tensor. */
  floats(value: string): Tensor | undefined {
    const tensor = this.constant(value)
    return tensor?.data instanceof Float32Array ? { dims: tensor.dims, data: tensor.data } : undefined
  }

  /** Numbers of a constant input, undefined where it is left out or computed. */
  numbers(index: number): readonly number[] | undefined {
    const tensor = this.constant(this.input(index))
    return tensor && tensor.dataType !== 'string' ? readNumbers(tensor) : undefined
  }

  /** The single number of a constant of one value. */
  scalar(value: string): number | undefined {
    const tensor = this.constant(value)
    return tensor && tensor.data.length === 1 && tensor.dataType !== 'string' ? readNumbers(tensor)[0] : undefined
  }

  /** The node that gives a value. */
  producer(value: string): OnnxNode | undefined {
    return this.network.producers.get(value)
  }

  /** The node that gives a value, where it is of one of these operators and nothing else uses what it gives. */
  only(value: string, ...opTypes: readonly string[]): MatchContext | undefined {
    const node = this.producer(value)
    if (!node || node.domain !== '' || !opTypes.includes(node.opType)) return undefined
    return this.network.countUses(value) === 1 ? this.at(node) : undefined
  }

  /** The two operands of a commutative node as (computed value, constant), in either order. */
  withConstant(): { readonly value: string; readonly constant: string } | undefined {
    const [a, b] = [this.input(0), this.input(1)]
    if (this.constant(b) && !this.constant(a)) return { value: a, constant: b }
    if (this.constant(a) && !this.constant(b)) return { value: b, constant: a }
    return undefined
  }

  int(name: string, fallback: number): number {
    const attribute = this.node.attributes[name]
    return attribute?.type === 'int' ? attribute.value : fallback
  }

  float(name: string, fallback: number): number {
    const attribute = this.node.attributes[name]
    return attribute?.type === 'float' ? tidyFloat(attribute.value) : fallback
  }

  string(name: string, fallback: string): string {
    const attribute = this.node.attributes[name]
    return attribute?.type === 'string' ? attribute.value : fallback
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.node.attributes[name]
    return attribute?.type === 'ints' ? attribute.value : undefined
  }
}

/** A folded graph with its indices. */
export interface MatchNetwork {
  readonly folded: FoldedGraph
  readonly producers: ReadonlyMap<string, OnnxNode>
  countUses(value: string): number
  shapeOf(value: string): Shape | undefined
}

/** The shortest decimal that is the same float32: files hold 0.1 as 0.10000000149011612. */
export function tidyFloat(value: number): number {
  const single = Math.fround(value)
  if (!Number.isFinite(single)) return value
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return short
  }
  return value
}
