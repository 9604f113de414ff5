// What a newer or older operator's form in opset 17 may look at and add; not the forms (modernise.ts and those beside it).
import { inferNode, type ValueType } from '../../onnx/inferShapes'
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../onnx/model'

/** What a form may look at, and where it leaves what it adds. */
export interface ModerniseContext {
  readonly opset: number
  readonly typeOf: (value: string) => ValueType | undefined
  readonly constantOf: (value: string) => OnnxTensor | undefined
  readonly addConstant: (name: string, tensor: OnnxTensor) => void
  /** Adds a constant with the values of another, of other extents: a weight stays one. */
  readonly addReshaped: (name: string, source: string, dims: readonly number[]) => void
  readonly addType: (name: string, type: ValueType) => void
}

/** One node in the form of opset 17: usually one node, for operators that came later several. */
export type Form = (node: OnnxNode, context: ModerniseContext) => OnnxNode | readonly OnnxNode[]

/** Writes one node as several, whose values are named after its output. */
export class Composer {
  readonly nodes: OnnxNode[] = []
  private readonly output: string

  constructor(
    private readonly node: OnnxNode,
    private readonly context: ModerniseContext,
  ) {
    this.output = node.outputs[0] ?? ''
  }

  /** Adds a step. @returns its value */
  add(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    return this.append(opType, inputs, attributes, `${this.output}/step${this.nodes.length}`)
  }

  /** Adds the step that gives the output of the node. */
  finish(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): OnnxNode[] {
    this.append(opType, inputs, attributes, this.output)
    return this.nodes
  }

  /** A float32 constant; `label` tells those of one node apart. */
  floats(label: string, dims: readonly number[], data: Float32Array): string {
    return this.constant(label, { dataType: 'float32', dims, data })
  }

  scalar(value: number): string {
    return this.floats(`number${value}`, [], Float32Array.of(value))
  }

  ints(label: string, values: readonly number[]): string {
    return this.constant(label, { dataType: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) })
  }

  /** A value with other extents; a constant is rearranged at once. */
  reshape(label: string, value: string, dims: readonly number[]): string {
    if (!this.context.constantOf(value)) return this.add('Reshape', [value, this.ints(`${label}/shape`, dims)])
    const name = `${this.output}/${label}`
    this.context.addReshaped(name, value, dims)
    return name
  }

  private constant(label: string, tensor: OnnxTensor): string {
    const name = `${this.output}/${label}`
    this.context.addConstant(name, tensor)
    return name
  }

  private append(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute>,
    output: string,
  ): string {
    const part: OnnxNode = { opType, domain: '', name: this.node.name, inputs, outputs: [output], attributes }
    const [type] = inferNode(part, this.context.typeOf, this.context.constantOf)
    if (type) this.context.addType(output, type)
    this.nodes.push(part)
    return output
  }
}
