// Copies a graph with all extents fixed, folding the subgraphs that only compute shapes; not the folding of weights.
import { NetloomError } from '../graph/errors'
import { GraphBuilder } from './builder'
import { countDims, isWholeType, sizeInBytes } from './dataTypes'
import { evaluateNode, needsOnlyTypes } from './evaluateNode'
import { inlineBranch } from './innerGraphs'
import { inferNode, type ValueType } from './inferShapes'
import type { OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './model'
import { show } from './shapeRules/shapeContext'
import { ownValue } from '../graph/ownValue'

/**
 * A static builder that holds `graph` with the same value names and fixed extents. Its outputs are not declared: the
 * caller says which values it wants. Nodes that compute only shapes disappear; Constant nodes, and what folded nodes
 * still have to give to others, become initialisers. Nodes on floating-point initialisers (weights) stay as they are.
 * @param inputDims extents of the inputs that are not fixed by the graph itself, by input name; all inputs may be named
 * @throws NetloomError `onnx.shape` where an input's extents are not given or contradict the graph, or a node's inputs do
 * not fit; `onnx.unsupported` for operators without a shape rule; `onnx.malformed` where a value is defined twice
 */
export function specialize(
  graph: OnnxGraph,
  inputDims: Readonly<Record<string, readonly number[]>> = {},
): GraphBuilder {
  const specializer = new Specializer(graph)
  for (const input of graph.inputs) {
    // Files of IR version 3 list their initialisers among the inputs.
    if (!graph.initializers.has(input.name)) specializer.addInput(input, ownValue(inputDims, input.name))
  }
  for (const [name, tensor] of graph.initializers) specializer.addInitializer(name, tensor)
  for (const node of graph.nodes) specializer.addNode(node)
  for (const output of graph.outputs) specializer.materialize(output.name)
  return specializer.builder
}

/** Values of more elements than this are no settings. */
const largestSetting = 65_536

/** All large values together; what goes beyond is left to the nodes that compute it. */
const largestFoldedBytes = 2 ** 28

/** Walks the graph once; values of constant subgraphs are kept aside until something needs them. */
class Specializer {
  readonly builder: GraphBuilder
  private readonly types = new Map<string, ValueType>()
  /** Every value known now, weights and what follows from them included. */
  private readonly known = new Map<string, OnnxTensor>()
  private foldedBytes = 0
  /** The known values that no weight takes part in. */
  private readonly fixed = new Set<string>()

  /** Names of the graph, and of the branches that were taken. */
  private readonly names: Set<string>

  constructor(graph: OnnxGraph) {
    this.names = new Set([
      ...graph.inputs.map(({ name }) => name),
      ...graph.initializers.keys(),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
    ])
    this.builder = new GraphBuilder(true, this.names)
  }

  addInput(input: ValueInfo, given: readonly number[] | undefined): void {
    const dims = fixDims(input, given)
    this.define(input.name, { dataType: input.dataType, dims })
    this.builder.input(input.name, input.dataType, dims)
  }

  addInitializer(name: string, tensor: OnnxTensor): void {
    this.define(name, tensor)
    this.known.set(name, tensor)
    if (isWholeType(tensor.dataType)) this.fixed.add(name)
    else this.builder.initializer(name, tensor)
  }

  addNode(node: OnnxNode): void {
    if (this.takeBranch(node)) return
    const typeOf = (name: string): ValueType | undefined => this.types.get(name)
    const shapeInputs = new Set<string>()
    const types = inferNode(node, typeOf, (name) => {
      shapeInputs.add(name)
      return this.known.get(name)
    })
    const isFixed = needsOnlyTypes(node) || node.inputs.every((name) => name === '' || this.fixed.has(name))
    // What follows from weights is of interest where it may be a setting, as the factors of Resize are.
    const isSmall = types.every(({ dims }) => countDims(dims) <= largestSetting)
    const isOfInterest = isSmall || (isFixed && this.takesMemory(types))
    const values = isOfInterest ? evaluateNode(node, typeOf, (name) => this.known.get(name), types) : undefined
    node.outputs.forEach((output, index) => {
      const [type, value] = [types[index], values?.[index]]
      if (output === '' || !type) return
      this.define(output, type)
      if (value) this.known.set(output, value)
    })
    if (values && isFixed) for (const output of node.outputs) this.fixed.add(output)
    else this.emit(node, types, shapeInputs)
  }

  /** Whether values may be computed here beside those that were: a file of a few bytes may name any number of large ones. */
  private takesMemory(types: readonly ValueType[]): boolean {
    const bytes = types.reduce((sum, { dataType, dims }) => sum + sizeInBytes(dataType, countDims(dims)), 0)
    if (this.foldedBytes + bytes > largestFoldedBytes) return false
    this.foldedBytes += bytes
    return true
  }

  /** An If whose condition is known here is the nodes of its branch. @returns whether the node is one */
  private takeBranch(node: OnnxNode): boolean {
    const condition = node.opType === 'If' && node.domain === '' ? this.known.get(node.inputs[0] ?? '') : undefined
    const branch = condition && inlineBranch(node, Number(condition.data[0] ?? 0) !== 0, (name) => this.names.has(name))
    if (!branch) return false
    for (const [name, tensor] of branch.initializers) this.addInitializer(name, tensor)
    for (const inner of branch.nodes) this.addNode(inner)
    return true
  }

  /** Makes a folded value an initialiser of the builder, once. */
  materialize(name: string): void {
    const tensor = this.fixed.has(name) && !this.builder.hasType(name) ? this.known.get(name) : undefined
    if (tensor) this.builder.initializer(name, tensor)
  }

  private emit(node: OnnxNode, types: readonly ValueType[], shapeInputs: ReadonlySet<string>): void {
    const inputs = node.inputs.map((name) => {
      this.materialize(name)
      const tensor = shapeInputs.has(name) ? this.known.get(name) : undefined
      // Computed from weights: the node takes its shape from a constant beside the computed value.
      return tensor && !this.builder.constantOf(name) ? this.builder.constant(tensor, `${name}/folded`) : name
    })
    this.builder.append({ ...node, inputs }, types)
  }

  private define(name: string, { dataType, dims }: ValueType): void {
    if (this.types.has(name))
      throw new NetloomError('onnx.malformed', `The graph defines the value "${name}" twice.`, { received: name })
    this.names.add(name)
    this.types.set(name, { dataType, dims })
  }
}

function fixDims(input: ValueInfo, given: readonly number[] | undefined): readonly number[] {
  const who = `Input "${input.name}"`
  const stated = input.dims
  const statedText = stated ? `[${stated.join(', ')}]` : 'of unknown rank'
  if (given === undefined) {
    const numbers = stated?.filter((dim) => typeof dim === 'number')
    if (numbers && numbers.length === stated?.length) return numbers
    throw new NetloomError('onnx.shape', `${who} is ${statedText}: its open extents must be given.`, {
      received: stated,
    })
  }
  const contradicts = stated?.some((dim, axis) => typeof dim === 'number' && dim !== given[axis])
  if (contradicts || (stated && stated.length !== given.length))
    throw new NetloomError('onnx.shape', `${who} is ${statedText} in the graph, ${show(given)} was given.`, {
      expected: stated,
      received: given,
    })
  return given
}
