// Walks a prepared graph once for one batch size: types of all values, constant and shape subgraphs computed, the rest in opset 17; not layers (match.ts).
import { NetloomError } from '../../graph/errors'
import { printBytes } from '../../graph/printNumbers'
import { countDims, sizeInBytes } from '../../onnx/dataTypes'
import { evaluateNode, needsOnlyTypes } from '../../onnx/evaluateNode'
import { inferNode, type ValueType } from '../../onnx/inferShapes'
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../../onnx/model'
import { inlineBranch } from '../../onnx/innerGraphs'
import { alignOperands, firstAligned } from './broadcastByAxis'
import { isPure, UnknownConstant, type ComputedConstants } from './runtimeConstants'
import { openBatch } from './openBatch'
import { foldWeights } from './foldWeights'
import { modernise } from './modernise'
import { describeNode } from './describeNode'

/** The most values one tensor of one image may have; above it no machine computes the network. */
const largestValueCount = 2 ** 31

/** The most bytes that all constants computed here may take. */
const largestComputedBytes = 2 ** 33

export interface FoldedGraph {
  /** What is left to compute, in the form of operator set 17. */
  readonly nodes: readonly OnnxNode[]
  readonly types: ReadonlyMap<string, ValueType>
  /** Every constant: initialisers, Constant nodes, and what was computed from them. */
  readonly constants: ReadonlyMap<string, OnnxTensor>
  /** The constants that are initialisers of the file or rearranged ones, which may be learnt. */
  readonly weights: ReadonlySet<string>
  /** Names that stand for other values: outputs of nodes that only passed something on. */
  readonly aliases: ReadonlyMap<string, string>
  /** Operators of the file that were computed or passed over. */
  readonly folded: number
  /** Nodes of the file that were in training mode. */
  readonly trainingNodes: number
}

export interface FoldOptions {
  readonly opset: number
  readonly input: string
  /** Extents of the input, batch included. */
  readonly dims: readonly number[]
  /** Extents of values whose operators have no shape rule here, batch included, for this batch size. */
  readonly stated?: ReadonlyMap<string, ValueType>
  /** Whether the batch is one that no extent of the network has. */
  readonly isTrial?: boolean
  /** The same graph folded for the batch that the file fixes, where this one is another. */
  readonly fixed?: { readonly folded: FoldedGraph; readonly batch: number }
  /** Constants that a runtime has computed. */
  readonly computed?: ComputedConstants
  /** The same graph folded for another batch: constants that do not depend on the batch are taken from it. */
  readonly alike?: FoldedGraph
}

/**
 * Folds a graph.
 * @throws NetloomError `onnx.shape` where shapes do not fit; `onnx.unsupported` for operators without a shape
 */
export function foldGraph(graph: OnnxGraph, options: FoldOptions): FoldedGraph {
  const folder = new Folder(graph, options)
  for (const node of graph.nodes) folder.addNode(node)
  return folder
}

class Folder implements FoldedGraph {
  readonly nodes: OnnxNode[] = []
  readonly types = new Map<string, ValueType>()
  readonly constants = new Map<string, OnnxTensor>()
  readonly weights = new Set<string>()
  readonly aliases = new Map<string, string>()
  folded = 0
  trainingNodes = 0
  private computedBytes = 0
  private readonly lookUpType = (value: string): ValueType | undefined => this.types.get(value)
  private readonly inner = new Map<string, number>()
  private readonly addConstant = (name: string, tensor: OnnxTensor, weight?: string): void => {
    this.setConstant(name, tensor)
    if (weight !== undefined && this.weights.has(weight)) this.weights.add(name)
  }
  private readonly lookUpConstant = (value: string): OnnxTensor | undefined => this.constants.get(value)

  /** All names of the graph itself: values of a branch get others. */
  private readonly names: ReadonlySet<string>

  constructor(
    graph: OnnxGraph,
    private readonly options: FoldOptions,
  ) {
    this.names = new Set(graph.nodes.flatMap(({ outputs }) => outputs))
    this.types.set(options.input, { dataType: 'float32', dims: options.dims })
    for (const [name, tensor] of graph.initializers) {
      this.setConstant(name, tensor)
      this.weights.add(name)
    }
  }

  addNode(original: OnnxNode): void {
    if (this.options.opset >= firstAligned) return this.addAligned(original)
    const surroundings = {
      typeOf: (name: string) => this.types.get(this.aliases.get(name) ?? name),
      addConstant: (name: string, tensor: OnnxTensor) => this.setConstant(name, tensor),
    }
    for (const node of alignOperands(original, surroundings)) this.addAligned(node)
  }

  private addAligned(original: OnnxNode): void {
    const node = { ...original, inputs: original.inputs.map((name) => this.aliases.get(name) ?? name) }
    if (this.takeBranch(node)) return
    const { fixed } = this.options
    if (!fixed) return this.addOpen(node)
    const surroundings = {
      fixedBatch: fixed.batch,
      batch: this.options.dims[0] ?? 1,
      fixedTypeOf: (name: string) => fixed.folded.types.get(name),
      typeOf: this.lookUpType,
      constantOf: this.lookUpConstant,
      inner: this.inner,
      addConstant: this.addConstant,
    }
    for (const open of openBatch(node, surroundings)) this.addOpen(open)
  }

  private addOpen(node: OnnxNode): void {
    const given = this.findComputed(node)
    const types = given ?? this.inferTypes(node)
    const values = given ?? this.evaluate(node, types)
    if (values) return this.addConstants(node, types, values)
    const [output = ''] = node.outputs
    const [source = ''] = node.inputs
    if (this.passesOn(node, types)) {
      this.aliases.set(output, source)
      this.folded++
      return
    }
    node.outputs.forEach((name, index) => {
      const type = types[index]
      if (name !== '' && type) this.setType(node, name, type)
    })
    const context = {
      opset: this.options.opset,
      typeOf: this.lookUpType,
      constantOf: this.lookUpConstant,
      addConstant: (name: string, tensor: OnnxTensor) => this.setConstant(name, tensor),
      addReshaped: (name: string, source: string, dims: readonly number[]) => this.addReshaped(name, source, dims),
      addType: (name: string, type: ValueType) => this.setType(node, name, type),
    }
    const { nodes, wasTraining } = modernise(node, context)
    if (wasTraining) this.trainingNodes++
    this.nodes.push(...nodes)
  }

  /** An If whose condition is known here is the nodes of its branch. @returns whether the node is one */
  private takeBranch(node: OnnxNode): boolean {
    const condition = node.opType === 'If' && node.domain === '' ? this.constants.get(node.inputs[0] ?? '') : undefined
    if (!condition) return false
    const isTaken = (name: string): boolean => this.types.has(name) || this.aliases.has(name) || this.names.has(name)
    const branch = inlineBranch(node, Number(condition.data[0] ?? 0) !== 0, isTaken)
    if (!branch) return false
    for (const [name, tensor] of branch.initializers) {
      this.setConstant(name, tensor)
      this.weights.add(name)
    }
    this.folded++
    for (const inner of branch.nodes) this.addNode(inner)
    return true
  }

  /** Nodes that hand their input on: identities and casts between types that are all float32 here. */
  private passesOn(node: OnnxNode, types: readonly ValueType[]): boolean {
    if (node.domain !== '') return false
    if (node.opType === 'Identity') return true
    return node.opType === 'Cast' && this.types.get(node.inputs[0] ?? '')?.dataType === types[0]?.dataType
  }

  private inferTypes(node: OnnxNode): readonly ValueType[] {
    try {
      return inferNode(node, this.lookUpType, this.lookUpConstant)
    } catch (error) {
      const constants = node.inputs.map((name) => (name === '' ? undefined : this.constants.get(name)))
      const isConstant = node.inputs.every((name, index) => name === '' || constants[index])
      if (isConstant && node.inputs.length > 0 && isPure(node)) throw new UnknownConstant({ node, inputs: constants })
      const stated = node.outputs.map((name) => this.options.stated?.get(name))
      const known = stated.flatMap((type) => type ?? [])
      if (error instanceof NetloomError && error.code === 'onnx.unsupported' && known.length === stated.length)
        return known
      throw error
    }
  }

  /** What a runtime has computed for a node of constants. */
  private findComputed(node: OnnxNode): readonly OnnxTensor[] | undefined {
    const { computed } = this.options
    if (!computed || node.inputs.length === 0) return undefined
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.constants.get(name)))
    const isConstant = node.inputs.every((name, index) => name === '' || inputs[index])
    return isConstant ? computed.find({ node, inputs }) : undefined
  }

  /** Whether a node repeats a constant for each image of a batch: a class token is no constant of the network. */
  private isRepeated({ opType }: OnnxNode, types: readonly ValueType[]): boolean {
    const [batch = 1] = this.options.dims
    const repeats = opType === 'Expand' || opType === 'Tile' || opType === 'ConstantOfShape'
    return (
      repeats &&
      this.options.isTrial === true &&
      types.some(({ dims }) => dims.some((extent) => extent > 0 && extent % batch === 0))
    )
  }

  private evaluate(node: OnnxNode, types: readonly ValueType[]): readonly OnnxTensor[] | undefined {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.constants.get(name)))
    const isConstant = node.inputs.every((name, index) => name === '' || inputs[index] !== undefined)
    if (!isConstant && !needsOnlyTypes(node)) return undefined
    if (this.isRepeated(node, types)) return undefined
    const known = needsOnlyTypes(node) ? undefined : this.findAlike(node, inputs)
    if (known) return known
    this.countBytes(node, types)
    const [type] = types
    const folded = type && isConstant && node.inputs.length > 0 ? foldWeights(node, inputs, type) : undefined
    if (folded) return [folded]
    const values = evaluateNode(node, this.lookUpType, this.lookUpConstant, types)
    if (!values && isConstant && isPure(node)) throw new UnknownConstant({ node, inputs })
    return values
  }

  /** What the same node gave with another batch, where it had the same constants. */
  private findAlike(node: OnnxNode, inputs: readonly (OnnxTensor | undefined)[]): readonly OnnxTensor[] | undefined {
    const { alike } = this.options
    if (!alike || !node.inputs.every((name, index) => alike.constants.get(name) === inputs[index])) return undefined
    const outputs = node.outputs.map((name) => alike.constants.get(name))
    const found = outputs.flatMap((tensor) => tensor ?? [])
    return found.length === outputs.length ? found : undefined
  }

  /** @throws NetloomError onnx.unsupported where constants would take more memory than any network needs */
  private countBytes(node: OnnxNode, types: readonly ValueType[]): void {
    for (const { dims, dataType } of types) this.computedBytes += sizeInBytes(dataType, countDims(dims))
    if (this.computedBytes <= largestComputedBytes) return
    throw new NetloomError(
      'onnx.unsupported',
      `${describeNode(node)} makes the constants of this file ${printBytes(this.computedBytes)} large.`,
      {
        nodeId: node.name,
        expected: `at most ${printBytes(largestComputedBytes)}`,
        received: this.computedBytes,
        hint: 'Simplify the file first.',
      },
    )
  }

  private addConstants(node: OnnxNode, types: readonly ValueType[], values: readonly OnnxTensor[]): void {
    // What is only rearranged is still the weight that it was.
    const isWeight = node.inputs.some((name) => this.weights.has(name)) && node.opType !== 'Shape'
    node.outputs.forEach((name, index) => {
      const value = values[index]
      if (name === '' || !value) return
      const dims = types[index]?.dims ?? value.dims
      this.setConstant(name, dims.join() === value.dims.join() ? value : { ...value, dims })
      if (isWeight) this.weights.add(name)
    })
    if (node.opType !== 'Constant') this.folded++
  }

  private addReshaped(name: string, source: string, dims: readonly number[]): void {
    const tensor = this.constants.get(source)
    if (!tensor) return
    this.setConstant(name, { ...tensor, dims })
    if (this.weights.has(source)) this.weights.add(name)
  }

  private setConstant(name: string, tensor: OnnxTensor): void {
    this.constants.set(name, tensor)
    this.types.set(name, { dataType: tensor.dataType, dims: tensor.dims })
  }

  private setType(node: OnnxNode, name: string, type: ValueType): void {
    const [batch = 1] = this.options.dims
    const count = countDims(type.dims) / (type.dims[0] === batch ? batch : 1)
    const isEmpty = type.dims.some((extent) => extent < 1)
    if (isEmpty || !(count <= largestValueCount))
      throw new NetloomError(
        'onnx.shape',
        `${describeNode(node)} would give [${type.dims.join(', ')}]${isEmpty ? ', which holds no value' : ''}.`,
        {
          nodeId: node.name,
          expected: `for one image 1 to ${largestValueCount} values`,
          received: type.dims,
          hint: `For one image, 1 to ${largestValueCount} values can be computed with.`,
        },
      )
    this.types.set(name, type)
  }
}
