// Builds an ONNX graph node by node and, where the batch size is known, the shape and type of every value.
import { internalError } from '../graph/errors'
import { inferNode, type ValueType } from './inferShapes'
import type { DataType, Dim, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, StatedType, ValueInfo } from './model'

/** Attributes in short form: whole numbers and lists of them become `int(s)`; write `{ float: 0.1 }` for floats. */
export type AttributeInput =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: OnnxTensor }
  | OnnxAttribute

export interface AddOptions {
  readonly domain?: string
  /** Name of the node, and the stem of its outputs' names. */
  readonly name?: string
  /** Names of the outputs, where they matter. */
  readonly outputs?: readonly string[]
  /** Types of the outputs without the batch, for an operator without a shape rule. */
  readonly stated?: readonly StatedType[]
}

/**
 * A growing ONNX graph. Values are named by strings; names are made unique.
 * With `static` (all input extents are numbers) the shape and type of each value is inferred as it is added.
 */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly inputs: ValueInfo[] = []
  readonly outputs: ValueInfo[] = []
  readonly initializers = new Map<string, OnnxTensor>()
  private readonly types = new Map<string, ValueType>()
  private readonly used = new Set<string>()
  private readonly reserved: ReadonlySet<string>
  private readonly constants = new Map<string, string>()
  private readonly lookUpType = (value: string): ValueType | undefined => this.types.get(value)
  private readonly lookUpConstant = (value: string): OnnxTensor | undefined => this.initializers.get(value)

  /** @param reserved names that `unique` never gives out, e.g. of nodes that will be appended later */
  constructor(
    readonly isStatic: boolean,
    reserved: Iterable<string> = [],
  ) {
    this.reserved = new Set(reserved)
  }

  /** A graph input. In a static builder all `dims` are numbers. */
  input(name: string, dataType: DataType, dims: readonly Dim[]): string {
    this.claim(name)
    this.inputs.push({ name, dataType, dims })
    if (this.isStatic) this.types.set(name, { dataType, dims: dims.map((dim) => requireNumber(name, dim)) })
    return name
  }

  /** Declares `value` an output of the graph under its own name. */
  output(value: string, dataType: DataType, dims?: readonly Dim[]): void {
    this.outputs.push({ name: value, dataType, dims })
  }

  /** A named initialiser (a weight). */
  initializer(name: string, tensor: OnnxTensor): string {
    this.claim(name)
    this.initializers.set(name, tensor)
    this.types.set(name, { dataType: tensor.dataType, dims: tensor.dims })
    return name
  }

  /** A constant; equal small constants are shared. */
  constant(tensor: OnnxTensor, stem = 'const'): string {
    const small = tensor.data.length <= 64
    const key = small
      ? `${tensor.dataType}[${tensor.dims.join()}]${Array.from<unknown>(tensor.data)
          .map((value) => (Object.is(value, -0) ? '-0' : String(value)))
          .join()}`
      : undefined
    const known = key === undefined ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const name = this.initializer(this.unique(stem), tensor)
    if (key !== undefined) this.constants.set(key, name)
    return name
  }

  /** A float32 scalar (rank 0). */
  scalar(value: number): string {
    return this.constant({ dataType: 'float32', dims: [], data: Float32Array.of(value) })
  }

  /** A float32 vector. */
  floats(values: readonly number[]): string {
    return this.constant({ dataType: 'float32', dims: [values.length], data: new Float32Array(values) })
  }

  /** An int64 vector, as shape and axis inputs want it. */
  ints(values: readonly number[]): string {
    return this.constant({ dataType: 'int64', dims: [values.length], data: BigInt64Array.from(values.map(BigInt)) })
  }

  /** Adds a node with one output and returns the output's name. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeInput> = {},
    options: AddOptions = {},
  ): string {
    const [output] = this.addMany(opType, 1, inputs, attributes, options)
    if (output === undefined) throw internalError(`${opType} has no output`)
    return output
  }

  /** Adds a node with `outputCount` outputs and returns their names. */
  addMany(
    opType: string,
    outputCount: number,
    inputs: readonly string[],
    attributes: Record<string, AttributeInput> = {},
    options: AddOptions = {},
  ): string[] {
    const stem = options.name ?? opType
    const outputs = Array.from({ length: outputCount }, (_, index) => {
      const wanted = options.outputs?.[index]
      return wanted === undefined ? this.unique(outputCount === 1 ? stem : `${stem}.${index}`) : wanted
    })
    const node: OnnxNode = {
      opType,
      domain: options.domain ?? '',
      name: outputs[0] ?? stem,
      inputs,
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, toAttribute(value)])),
      ...(options.stated ? { stated: options.stated } : {}),
    }
    this.append(node)
    return outputs
  }

  /**
   * Adds a node as it is; its outputs' names must be new.
   * @param types the types of its outputs where the caller has inferred them already
   */
  append(node: OnnxNode, types?: readonly ValueType[]): void {
    for (const output of node.outputs) if (output !== '') this.claim(output)
    this.nodes.push(node)
    if (!this.isStatic) return
    const results = types ?? inferNode(node, this.lookUpType, this.lookUpConstant)
    node.outputs.forEach((output, index) => {
      const type = results[index]
      if (output !== '' && type) this.types.set(output, type)
    })
  }

  /** The tensor behind an initialiser or constant, or undefined for anything computed. */
  constantOf(value: string): OnnxTensor | undefined {
    return this.initializers.get(value)
  }

  /** Extents of a value, batch axis included. @throws internal where the shape is not known */
  shapeOf(value: string): readonly number[] {
    return this.typeOf(value).dims
  }

  typeOf(value: string): ValueType {
    const type = this.types.get(value)
    if (!type) throw internalError(`the shape of "${value}" is not known`)
    return type
  }

  /** States the extents of a value where the rules cannot know them (ONNX Runtime's blocked layouts fill up channels). */
  declare(value: string, dims: readonly number[]): void {
    this.types.set(value, { dataType: this.typeOf(value).dataType, dims })
  }

  hasType(value: string): boolean {
    return this.types.has(value)
  }

  /** A name that nothing has yet: `stem`, `stem_1`, `stem_2`, ... */
  unique(stem: string): string {
    const isTaken = (name: string) => this.used.has(name) || this.reserved.has(name)
    if (!isTaken(stem)) return stem
    let number = this.used.size
    while (isTaken(`${stem}_${number}`)) number++
    return `${stem}_${number}`
  }

  build(name: string): OnnxGraph {
    return { name, inputs: this.inputs, outputs: this.outputs, initializers: this.initializers, nodes: this.nodes }
  }

  private claim(name: string): void {
    if (this.used.has(name)) throw internalError(`the value "${name}" is defined twice`)
    this.used.add(name)
  }
}

function requireNumber(name: string, dim: Dim): number {
  if (typeof dim !== 'number') throw internalError(`"${name}" has the extent "${dim}" in a graph of fixed shapes`)
  return dim
}

function toAttribute(value: AttributeInput): OnnxAttribute {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw internalError(`attribute ${value} is not whole: write { float: ${value} }`)
    return { type: 'int', value }
  }
  if (typeof value === 'string') return { type: 'string', value }
  if ('type' in value) return value
  if ('float' in value) return { type: 'float', value: value.float }
  if ('floats' in value) return { type: 'floats', value: value.floats }
  if ('tensor' in value) return { type: 'tensor', value: value.tensor }
  return { type: 'ints', value }
}
