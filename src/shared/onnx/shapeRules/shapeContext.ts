// What a shape rule sees of one node, and how it refuses; not the rules themselves.
import { NetloomError } from '../../graph/errors'
import { readNumbers } from '../dataTypes'
import type { DataType, OnnxAttribute, OnnxNode, OnnxTensor } from '../model'

/** Type and extents of one value, batch axis included. */
export interface ValueType {
  readonly dataType: DataType
  readonly dims: readonly number[]
}

/** Gives the types of a node's outputs, in order. */
export type ShapeRule = (context: ShapeContext) => readonly ValueType[]

export type ShapeRuleTable = Readonly<Record<string, ShapeRule>>

/** One node with the types of its inputs. Every refusal names the node, the operator and the numbers. */
export class ShapeContext {
  constructor(
    readonly node: OnnxNode,
    private readonly typeOf: (value: string) => ValueType | undefined,
    private readonly constantOf: (value: string) => OnnxTensor | undefined,
  ) {}

  get inputCount(): number {
    return this.node.inputs.length
  }

  get outputCount(): number {
    return this.node.outputs.length
  }

  /** Whether input `index` is given; optional inputs may be left out by the name ''. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== ''
  }

  type(index: number): ValueType {
    const name = this.node.inputs[index] ?? ''
    if (name === '') this.fail(`input ${index} is missing`)
    const type = this.typeOf(name)
    return type ?? this.fail(`input ${index}, "${name}", is not defined before this node`)
  }

  dims(index: number): readonly number[] {
    return this.type(index).dims
  }

  /** Extent of one axis of input `index`. */
  extent(index: number, axis: number): number {
    return this.dims(index)[axis] ?? this.fail(`input ${index} ${show(this.dims(index))} has no axis ${axis}`)
  }

  /** The constant behind input `index`, or undefined where it is left out or computed. */
  constant(index: number): OnnxTensor | undefined {
    const name = this.node.inputs[index] ?? ''
    return name === '' ? undefined : this.constantOf(name)
  }

  /** Numbers of a constant input; undefined where the input is left out. @throws `onnx.unsupported` where it is computed */
  numbers(index: number, role: string): readonly number[] | undefined {
    if (!this.has(index)) return undefined
    const tensor = this.constant(index)
    if (tensor) return readNumbers(tensor)
    throw new NetloomError(
      'onnx.unsupported',
      `${this.title}: its ${role} (input ${index}, "${this.node.inputs[index]}") are computed by the graph.`,
      { nodeId: this.node.name, hint: 'Shapes must follow from constants once the input extents are fixed.' },
    )
  }

  /** The numbers of a list that newer operator sets take as an input and older ones as an attribute. */
  listOf(index: number, attribute: string): readonly number[] | undefined {
    return this.numbers(index, attribute) ?? this.ints(attribute)
  }

  int(name: string, fallback: number): number {
    const attribute = this.node.attributes[name]
    if (attribute === undefined) return fallback
    return attribute.type === 'int' ? attribute.value : this.wrongKind(name, attribute, 'int')
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.node.attributes[name]
    if (attribute === undefined) return undefined
    return attribute.type === 'ints' ? attribute.value : this.wrongKind(name, attribute, 'ints')
  }

  string(name: string, fallback: string): string {
    const attribute = this.node.attributes[name]
    if (attribute === undefined) return fallback
    return attribute.type === 'string' ? attribute.value : this.wrongKind(name, attribute, 'string')
  }

  attribute(name: string): OnnxAttribute | undefined {
    return this.node.attributes[name]
  }

  /** An axis counted from the front. @throws `onnx.shape` outside -rank ... rank - 1 */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis
    if (!Number.isInteger(axis) || positive < 0 || positive >= rank)
      this.fail(`axis ${axis} lies outside a tensor of rank ${rank}`)
    return positive
  }

  /** Axes counted from the front, sorted; refuses a repeated one. */
  axes(axes: readonly number[], rank: number): readonly number[] {
    const positive = axes.map((axis) => this.axis(axis, rank)).sort((a, b) => a - b)
    if (new Set(positive).size < positive.length) this.fail(`the axes ${show(axes)} name one axis twice`)
    return positive
  }

  requireRank(index: number, minimum: number, maximum = minimum): void {
    const dims = this.dims(index)
    if (dims.length >= minimum && dims.length <= maximum) return
    const wanted =
      maximum === minimum ? `${minimum}` : maximum === Infinity ? `${minimum} or more` : `${minimum} to ${maximum}`
    this.fail(`input ${index} must have ${wanted} axes, it is ${show(dims)}`)
  }

  /** "Conv "layer1/conv": the head of every message about this node. */
  get title(): string {
    const name = this.node.name || this.node.outputs[0]
    return `${this.node.opType} "${name}"`
  }

  fail(message: string, hint?: string): never {
    throw new NetloomError('onnx.shape', `${this.title}: ${message}.`, { nodeId: this.node.name, hint })
  }

  /** The result of a rule with one output of input `index`'s type. */
  like(index: number, dims: readonly number[]): readonly ValueType[] {
    return [{ dataType: this.type(index).dataType, dims }]
  }

  private wrongKind(name: string, attribute: OnnxAttribute, wanted: OnnxAttribute['type']): never {
    return this.fail(`attribute "${name}" must be of kind ${wanted}, it is ${attribute.type}`)
  }
}

/** Prints extents for a message: `[32, 16, 8, 8]`. */
export function show(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`
}
