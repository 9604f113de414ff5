// What can be said of any ONNX file without running it: inputs, operators, shapes, parameters, multiply-accumulates.
import type { Analysis } from '../../shared/network/analyze'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import type { GraphBuilder } from '../../shared/onnx/builder'
import { sizeInBytes } from '../../shared/onnx/dataTypes'
import type { OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from '../../shared/onnx/model'
import type { Tensor } from '../../shared/onnx/tensor'
import { describeBrokenWeights } from '../../shared/training/finiteNumbers'
import { countOperatorMacs, productOperators } from '../../shared/onnx/countMacs'
import { specialize } from '../../shared/onnx/specialize'
import { countLearnt, findConstants, isConstantNode, sumTensors, type Constants, type TensorSum } from './onnxConstants'

/** An operator of an ONNX graph, in the form in which layers of documents are listed. */
export interface OnnxLayer {
  readonly id: string
  readonly type: string
  /** Extents of the first output for one image, without the batch axis; empty where they are not known. */
  readonly output: readonly number[]
  readonly parameters: number
  readonly macs: number
  readonly receptiveField: null
}

export interface OnnxAnalysis {
  readonly name: string
  /** Extents of the first input for one image; an extent that is not fixed is given by its name. */
  readonly input: readonly (number | string)[]
  readonly parameters: { readonly total: number; readonly trainable: number; readonly frozen: number }
  /** Running means and variances. */
  readonly statistics: number
  /** For one image, of convolutions and dense layers; 1 multiply-accumulate is 2 floating-point operations. */
  readonly macs: number
  readonly flops: number
  /** All outputs of all operators for one image, constants left out. */
  readonly activationBytes: number
  readonly layers: readonly OnnxLayer[]
  readonly issues: Analysis['issues']
  readonly onnx: {
    readonly irVersion: number
    readonly opsets: Readonly<Record<string, number>>
    readonly producer: string
    readonly inputs: readonly OnnxPort[]
    readonly outputs: readonly OnnxPort[]
    /** How many of each operator, most frequent first. */
    readonly operators: Readonly<Record<string, number>>
    /** What the file holds in tensors, by element type. */
    readonly tensors: readonly TensorSum[]
    readonly metadata: Readonly<Record<string, string>>
  }
}

export interface OnnxPort {
  readonly name: string
  readonly type: string
  /** null: not stated. */
  readonly shape: readonly (number | string)[] | null
}

/** Analyses a decoded model. Shapes that cannot be inferred are left out, with an issue that says why. */
export function analyzeOnnx(model: OnnxModel, name: string): OnnxAnalysis {
  const { graph } = model
  const inputs = graph.inputs.filter((input) => !graph.initializers.has(input.name))
  const { builder, issues } = inferGraph(graph, inputs)
  const nodes = builder?.nodes ?? graph.nodes
  const constants = findConstants(graph, builder)
  const firstProduct = nodes.findIndex(({ opType }) => productOperators.has(opType))
  const dynamicScales = new Set(
    nodes.flatMap(({ opType, outputs }) => (opType === 'DynamicQuantizeLinear' ? outputs.slice(1, 2) : [])),
  )
  const counted = new Set<string>()
  const layers = nodes.map((node, index) => {
    // Constants added or multiplied before the first product scale the image; they are not learnt.
    const scales = index < firstProduct && elementwise.includes(node.opType)
    // Nor are the scales of numbers that were quantised on the way.
    const isRescaling = node.opType === 'Mul' && node.inputs.some((name) => dynamicScales.has(name))
    return describeNode(node, builder, scales || isRescaling ? new Map() : constants, counted)
  })
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0)
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0)
  const statistics = countStatistics(nodes, constants)
  return {
    name,
    input: inputs[0]?.dims?.slice(1) ?? [],
    parameters: { total, trainable: total, frozen: 0 },
    statistics,
    macs,
    flops: 2 * macs,
    activationBytes: builder ? countActivationBytes(nodes, builder, constants) : 0,
    layers,
    issues: [...describeBroken(graph), ...issues],
    onnx: {
      irVersion: model.irVersion,
      opsets: model.opsets,
      producer: `${model.producerName} ${model.producerVersion}`.trim(),
      inputs: inputs.map(describePort),
      outputs: graph.outputs.map(describePort),
      operators: countOperators(graph.nodes),
      tensors: sumTensors(graph),
      metadata: model.metadata,
    },
  }
}

/** A warning that names weights with values that are not finite. */
function describeBroken({ initializers }: OnnxGraph): Analysis['issues'] {
  const floats = Array.from(initializers).flatMap(([name, { dataType, dims, data }]): [string, Tensor][] =>
    dataType === 'float32' && data instanceof Float32Array ? [[name, { dims, data }]] : [],
  )
  const message = describeBrokenWeights(new Map(floats))
  return message === undefined ? [] : [{ level: 'warning', code: 'model.notFinite', node: null, message }]
}

function describePort({ name, dataType, dims }: ValueInfo): OnnxPort {
  return { name, type: dataType, shape: dims ?? null }
}

/** Shapes for a batch of one; undefined, with the reason, where they cannot be inferred. */
function inferGraph(
  graph: OnnxGraph,
  inputs: readonly ValueInfo[],
): { readonly builder: GraphBuilder | undefined; readonly issues: Analysis['issues'] } {
  const dims = inputs.flatMap((input) => {
    const fixed = input.dims?.map((dim, axis) => (typeof dim === 'string' && axis === 0 ? 1 : dim))
    return fixed?.every((dim) => typeof dim === 'number') ? [[input.name, fixed] as const] : []
  })
  try {
    return { builder: specialize(graph, Object.fromEntries(dims)), issues: [] }
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    const message = `Shapes are not known: ${error.message}`
    return { builder: undefined, issues: [{ level: 'warning', code: error.code, node: error.nodeId ?? null, message }] }
  }
}

const elementwise = ['Add', 'Sub', 'Mul', 'Div']

/** @param counted roots of the weights counted by earlier nodes: a shared weight counts once */
function describeNode(
  node: OnnxNode,
  builder: GraphBuilder | undefined,
  constants: Constants,
  counted: Set<string>,
): OnnxLayer {
  const [value = ''] = node.outputs
  return {
    id: node.name === '' ? value : node.name,
    type: node.domain === '' ? node.opType : `${node.domain}.${node.opType}`,
    output: builder?.hasType(value) ? builder.shapeOf(value).slice(1) : [],
    parameters: countLearnt(node, constants, counted),
    macs: builder && !isConstantNode(node, constants) ? countMacs(node, builder) : 0,
    receptiveField: null,
  }
}

/** Running means and variances of batch normalisation. */
function countStatistics(nodes: readonly OnnxNode[], constants: Constants): number {
  const names = new Set(
    nodes.flatMap(({ opType, inputs }) => (opType === 'BatchNormalization' ? inputs.slice(3, 5) : [])),
  )
  let sum = 0
  for (const name of names) sum += countElements(constants.get(name)?.dims ?? [0])
  return sum
}

/** Multiply-accumulates of one operator for a batch of one; 0 for those that are not convolutions or products. */
function countMacs({ opType, domain, inputs, outputs, attributes }: OnnxNode, builder: GraphBuilder): number {
  const dims = (name: string | undefined) => (name !== undefined && builder.hasType(name) ? builder.shapeOf(name) : [0])
  return domain === '' ? countOperatorMacs(opType, inputs.map(dims), dims(outputs[0]), attributes) : 0
}

function countActivationBytes(nodes: readonly OnnxNode[], builder: GraphBuilder, constants: Constants): number {
  let bytes = 0
  for (const value of nodes.flatMap(({ outputs }) => outputs)) {
    if (!builder.hasType(value) || constants.has(value)) continue
    const { dims, dataType } = builder.typeOf(value)
    bytes += sizeInBytes(dataType, countElements(dims))
  }
  return bytes
}

function countOperators(nodes: readonly OnnxNode[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
