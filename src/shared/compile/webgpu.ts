// Rewrites a graph so that ONNX Runtime's WebGPU kernels run all of it, and rightly; not the choice of the device.
import type { OnnxGraph, OnnxNode } from '../onnx/model'
import { GraphBuilder } from '../onnx/builder'

/** Writes one node in another way. @returns false where the node is fine as it is */
type Rewriting = (node: OnnxNode, builder: GraphBuilder) => boolean

/**
 * Copies a graph with the operators that WebGPU lacks written with others. What stays missing there runs on the CPU, with
 * a copy of its operands each way.
 * @param graph of operator set 13 or later, in which values keep their names; where all its inputs have fixed extents, more
 * is rewritten
 * @see ONNX Runtime 1.30, its WebGPU provider
 */
export function adaptToWebGpu(graph: OnnxGraph): OnnxGraph {
  const isStatic = graph.inputs.every(({ dims }) => dims?.every((extent) => typeof extent === 'number'))
  const builder = new GraphBuilder(
    isStatic,
    graph.nodes.flatMap((node) => node.outputs),
  )
  for (const { name, dataType, dims } of graph.inputs) builder.input(name, dataType, dims ?? [])
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor)
  for (const node of graph.nodes) if (!rewritings.get(node.opType)?.(node, builder)) builder.append(node)
  return { ...builder.build(graph.name), inputs: graph.inputs, outputs: graph.outputs, valueInfo: graph.valueInfo }
}

/** Whether WebGPU computes a node wrongly, so that the graph must be adapted or run elsewhere. */
export function isWrongOnWebGpu(node: OnnxNode, graph: Pick<OnnxGraph, 'initializers'>): boolean {
  return channelsToAdd(node, graph.initializers.get(node.inputs[1] ?? '')?.dims) > 0
}

/**
 * Channels of zeros that make a convolution come out right: the kernel for output channels in fours reads input channels
 * in threes where they divide by 3 and not by 4, and is wrong from 6 on (3 is a case of its own; so are groups and 1x1).
 * @param weights extents of w: [O, I, ...kernel]
 * @see https://github.com/microsoft/onnxruntime/issues/29651
 */
function channelsToAdd(node: OnnxNode, weights: readonly number[] | undefined): number {
  if (node.opType !== 'Conv' || node.domain !== '' || weights === undefined) return 0
  const group = node.attributes['group']
  const [outputs = 1, inputs = 1, ...kernel] = weights
  const isAffected = inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0
  if (!isAffected || (group?.type === 'int' && group.value !== 1) || kernel.every((extent) => extent === 1)) return 0
  return 4 - (inputs % 4)
}

const convolution: Rewriting = (node, builder) => {
  const [x = '', w = '', ...bias] = node.inputs
  const rank = builder.hasType(w) ? builder.shapeOf(w).length : 0
  const missing = channelsToAdd(node, rank > 0 ? builder.shapeOf(w) : undefined)
  if (missing === 0) return false
  const none = Array.from({ length: rank }, () => 0)
  const pads = builder.ints([...none, ...none.with(1, missing)])
  builder.append({ ...node, inputs: [builder.add('Pad', [x, pads]), builder.add('Pad', [w, pads]), ...bias] })
  return true
}

/** Every device binds at least 8 buffers to a shader; a Split takes one for each of its values. */
const mostOutputs = 7

/** A Split into many parts, as Splits of Splits. */
const split: Rewriting = (node, builder) => {
  const [value = '', sizesName = ''] = node.inputs
  const sizes = builder.constantOf(sizesName)?.data
  if (node.outputs.length <= mostOutputs || !(sizes instanceof BigInt64Array)) return false
  const each = Math.ceil(node.outputs.length / mostOutputs)
  const starts = Array.from({ length: Math.ceil(node.outputs.length / each) }, (_, index) => index * each)
  const parts = starts.map((start) => ({
    sizes: Array.from(sizes.slice(start, start + each), Number),
    outputs: node.outputs.slice(start, start + each),
  }))
  const joint = builder.ints(parts.map((part) => part.sizes.reduce((sum, size) => sum + size, 0)))
  const pieces = parts.map(({ outputs: [first = '', ...more] }) =>
    more.length === 0 ? first : builder.unique(`${first}/part`),
  )
  builder.append({ ...node, name: `${node.name}/parts`, inputs: [value, joint], outputs: pieces })
  parts.forEach(({ sizes, outputs }, index) => {
    if (outputs.length === 1) return
    const inner = { ...node, name: outputs[0] ?? '', inputs: [pieces[index] ?? '', builder.ints(sizes)], outputs }
    if (!split(inner, builder)) builder.append(inner)
  })
  return true
}

/** FusedMatMul with one side transposed: Gemm for matrices, else a Transpose before MatMul. */
const fusedMatMul: Rewriting = (node, builder) => {
  const [a = '', b = ''] = node.inputs
  const others = Object.keys(node.attributes).filter((name) => name !== 'transA' && name !== 'transB')
  if (others.length > 0 || !builder.hasType(a) || !builder.hasType(b)) return false
  const isSet = (name: string) => {
    const attribute = node.attributes[name]
    return attribute?.type === 'int' && attribute.value === 1
  }
  const [transA, transB] = [isSet('transA'), isSet('transB')]
  const isMatrix = builder.shapeOf(a).length === 2 && builder.shapeOf(b).length === 2
  if (isMatrix) builder.append({ ...node, opType: 'Gemm', domain: '' })
  else {
    const inputs = [transA ? transposed(builder, a) : a, transB ? transposed(builder, b) : b]
    builder.append({ ...node, opType: 'MatMul', domain: '', inputs, attributes: {} })
  }
  return true
}

function transposed(builder: GraphBuilder, value: string): string {
  const axes = builder.shapeOf(value).map((_, axis) => axis)
  return builder.add('Transpose', [value], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] })
}

/** log softmax(x) = s - log(sum(exp(s))) with s = x - max(x) */
const logSoftmax: Rewriting = (node, builder) => {
  const [x = ''] = node.inputs
  if (!builder.isStatic) return false
  const given = node.attributes['axis']
  const axis = given?.type === 'int' ? given.value : -1
  const shifted = builder.add('Sub', [x, builder.add('ReduceMax', [x], { axes: [axis], keepdims: 1 })])
  const sum = builder.add('ReduceSum', [builder.add('Exp', [shifted]), builder.ints([axis])], { keepdims: 1 })
  builder.add('Sub', [shifted, builder.add('Log', [sum])], {}, { outputs: node.outputs })
  return true
}

const rewritings: ReadonlyMap<string, Rewriting> = new Map([
  ['Conv', convolution],
  ['Split', split],
  ['FusedMatMul', fusedMatMul],
  ['LogSoftmax', logSoftmax],
])
