// Rewrites a graph so that ONNX Runtime's WebGPU kernels run all of it, and rightly; not the choice of the device.
import { addResponseSum, inversePower } from '../autodiff/rules/normalisationGradients'
import type { OnnxGraph, OnnxNode } from '../onnx/model'
import { seluNumbers } from '../onnx/operatorDefaults'
import type { GraphBuilder } from '../onnx/builder'
import { byOperator, rewriteGraph, type Rewrite } from '../onnx/rewriteGraph'
import { writeEinsum } from './webgpuEinsum'
import { broadcastShapes } from '../shapes/broadcast'

/**
 * Copies a graph with the operators that WebGPU lacks written with others. What stays missing there runs on the CPU, with
 * a copy of its operands each way.
 * @param graph of operator set 13 or later, in which values keep their names; where all its inputs have fixed extents, more
 * is rewritten
 * @see ONNX Runtime 1.30, its WebGPU provider
 */
export function adaptToWebGpu(graph: OnnxGraph): OnnxGraph {
  const isStatic = graph.inputs.every(({ dims }) => dims?.every((extent) => typeof extent === 'number') ?? false)
  const builder = rewriteGraph(graph, () => byOperator(rewritings), { isStatic })
  return { ...builder.build(graph.name), inputs: graph.inputs, outputs: graph.outputs, valueInfo: graph.valueInfo }
}

/**
 * A convolution with channels of zeros added. The kernel for output channels in fours reads input channels in threes where
 * they divide by 3 and not by 4, and is wrong from 6 on; 3 is a case of its own, and so are groups and 1x1.
 * @see https://github.com/microsoft/onnxruntime/issues/29651
 */
const convolution: Rewrite = (node, builder) => {
  const [x = '', w = '', ...bias] = node.inputs
  if (!builder.hasType(w) || groupsOf(node) !== 1) return false
  const [outputs = 1, inputs = 1, ...kernel] = builder.shapeOf(w)
  const isWrong = inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0
  if (!isWrong || kernel.every((extent) => extent === 1)) return false
  const pads = channelPads(builder, kernel.length, 4 - (inputs % 4))
  builder.append({ ...node, inputs: [builder.add('Pad', [x, pads]), builder.add('Pad', [w, pads]), ...bias] })
  return true
}

/**
 * A transposed convolution with a second output channel of zeros in each group, cut off again: with one output channel the
 * kernel reads the first group's weights for all groups, where the inputs of a group are even in number.
 */
const transposedConvolution: Rewrite = (node, builder) => {
  const [x = '', w = '', bias] = node.inputs
  const group = groupsOf(node)
  const [inputs = 1, outputs = 1, ...kernel] = builder.hasType(w) ? builder.shapeOf(w) : []
  if (group === 1 || outputs !== 1 || (inputs / group) % 2 !== 0) return false
  const widened = builder.add('Pad', [w, channelPads(builder, kernel.length, 1)])
  const both = builder.add('ConvTranspose', [x, widened], node.attributes)
  const cut = [[0], [2 * group], [1], [2]].map((numbers) => builder.ints(numbers))
  if (!bias) builder.add('Slice', [both, ...cut], {}, { outputs: node.outputs })
  else {
    const perChannel = builder.add('Reshape', [bias, builder.ints([1, group, ...kernel.map(() => 1)])])
    builder.add('Add', [builder.add('Slice', [both, ...cut]), perChannel], {}, { outputs: node.outputs })
  }
  return true
}

function groupsOf(node: OnnxNode): number {
  const group = node.attributes['group']
  return group?.type === 'int' ? group.value : 1
}

/** Pads that add `count` elements at the end of axis 1. */
function channelPads(builder: GraphBuilder, spatialRank: number, count: number): string {
  const none = Array.from({ length: spatialRank + 2 }, () => 0)
  return builder.ints([...none, ...none.with(1, count)])
}

/**
 * A slice that goes backwards from another element than the last, which the kernel would start from the last one all the
 * same: first what lies between the ends, forwards, then all of it backwards.
 * @see https://github.com/microsoft/onnxruntime/issues/24744
 */
const slice: Rewrite = (node, builder) => {
  const [value = '', startsName = '', endsName = '', axes = '', stepsName = ''] = node.inputs
  const [starts, ends, steps] = [startsName, endsName, stepsName].map((name) => constantNumbers(builder, name))
  if (!starts || !ends || !steps || axes === '') return false
  if (!steps.some((step, index) => step < 0 && starts[index] !== -1)) return false
  // One past -1 is 0, which would be the first element instead of one past the last.
  const onePast = (place: number) => (place === -1 ? pastLast : place + 1)
  const choose = (forwards: (index: number) => number, backwards: (index: number) => number) =>
    builder.ints(steps.map((step, index) => (step < 0 ? backwards : forwards)(index)))
  const startOf = (index: number) => starts[index] ?? 0
  const endOf = (index: number) => ends[index] ?? 0
  const stepOf = (index: number) => steps[index] ?? 1
  const one = () => 1
  const between = [
    choose(startOf, (index) => onePast(endOf(index))),
    choose(endOf, (index) => onePast(startOf(index))),
    axes,
    choose(stepOf, one),
  ]
  const turned = [
    choose(
      () => 0,
      () => -1,
    ),
    choose(
      () => pastLast,
      () => -pastLast,
    ),
    axes,
    choose(one, stepOf),
  ]
  builder.add('Slice', [builder.add('Slice', [value, ...between]), ...turned], {}, { outputs: node.outputs })
  return true
}

/** An end beyond every axis. */
const pastLast = 2 ** 31 - 1

function constantNumbers(builder: GraphBuilder, name: string): readonly number[] | undefined {
  const tensor = builder.constantOf(name)
  return tensor && Array.from<unknown, number>(tensor.data, Number)
}

/** Every device binds at least 8 buffers to a shader; a Split takes one for each of its values. */
const mostOutputs = 7

/** A Split into many parts, as Splits of Splits. */
const split: Rewrite = (node, builder) => {
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
  builder.append({ ...node, name: pieces[0] ?? '', inputs: [value, joint], outputs: pieces })
  parts.forEach(({ sizes, outputs }, index) => {
    if (outputs.length === 1) return
    const inner = { ...node, name: outputs[0] ?? '', inputs: [pieces[index] ?? '', builder.ints(sizes)], outputs }
    if (!split(inner, builder)) builder.append(inner)
  })
  return true
}

/** FusedMatMul with one side transposed: Gemm for matrices, else a Transpose before MatMul. */
const fusedMatMul: Rewrite = (node, builder) => {
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
const logSoftmax: Rewrite = (node, builder) => {
  const [x = ''] = node.inputs
  if (!builder.isStatic) return false
  const given = node.attributes['axis']
  const axis = given?.type === 'int' ? given.value : -1
  const shifted = builder.add('Sub', [x, builder.add('ReduceMax', [x], { axes: [axis], keepdims: 1 })])
  const sum = builder.add('ReduceSum', [builder.add('Exp', [shifted]), builder.ints([axis])], { keepdims: 1 })
  builder.add('Sub', [shifted, builder.add('Log', [sum])], {}, { outputs: node.outputs })
  return true
}

/** y = x * s^-beta. @see ONNX LRN-13 */
const localResponse: Rewrite = (node, builder) => {
  const [x = ''] = node.inputs
  if (!builder.isStatic) return false
  const number = (name: string, fallback: number) => {
    const attribute = node.attributes[name]
    return attribute?.type === 'int' || attribute?.type === 'float' ? attribute.value : fallback
  }
  const sum = addResponseSum(builder, x, {
    size: number('size', 1),
    alpha: number('alpha', 1e-4),
    bias: number('bias', 1),
  })
  builder.add('Mul', [x, inversePower(builder, sum, number('beta', 0.75))], {}, { outputs: node.outputs })
  return true
}

/** Pow of two shapes neither of which is the other's: the kernel has no form for it. */
const power: Rewrite = (node, builder) => {
  const [a = '', b = ''] = node.inputs
  if (!builder.hasType(a) || !builder.hasType(b)) return false
  const dims = broadcastShapes([builder.shapeOf(a), builder.shapeOf(b)])
  if (!dims || [a, b].some((value) => builder.shapeOf(value).join() === dims.join())) return false
  const both = node.inputs.map((value) => builder.add('Expand', [value, builder.ints(dims)]))
  builder.append({ ...node, inputs: both })
  return true
}

/** gamma times an Elu: there is no kernel for Selu. */
const selu: Rewrite = (node, builder) => {
  const [value = ''] = node.inputs
  const numberOf = (name: 'alpha' | 'gamma'): number => {
    const given = node.attributes[name]
    return given?.type === 'float' ? given.value : seluNumbers[name]
  }
  const bent = builder.add('Elu', [value], { alpha: { float: numberOf('alpha') } })
  builder.add('Mul', [bent, builder.scalar(numberOf('gamma'))], {}, { outputs: node.outputs })
  return true
}

/** A Resize along one axis alone, for which there is no kernel: along two, one of them of extent 1. */
const resize: Rewrite = (node, builder) => {
  const [x = '', region = '', scalesName = '', sizesName = ''] = node.inputs
  if (!builder.hasType(x) || builder.shapeOf(x).length !== 1 || region !== '') return false
  const [scales, sizes] = [scalesName, sizesName].map((name) => constantNumbers(builder, name))
  if (!scales && !sizes) return false
  const wide = builder.add('Unsqueeze', [x, builder.ints([0])])
  const by = scales ? [builder.floats([1, ...scales])] : ['', builder.ints([1, ...(sizes ?? [])])]
  const resized = builder.add('Resize', [wide, '', ...by], node.attributes)
  builder.add('Squeeze', [resized, builder.ints([0])], {}, { outputs: node.outputs })
  return true
}

/**
 * A sum or mean over all but the channels, in two: over the positions of each image, then over the images. Where axes are
 * not the last ones the kernel transposes the whole value first, and it gives a group of threads to each result: 64 for
 * the channels of an image of 112x112, thousands for those of a batch.
 */
const channelReduction: Rewrite = (node, builder) => {
  const [x = '', axesName = ''] = node.inputs
  if (!builder.hasType(x)) return false
  const rank = builder.shapeOf(x).length
  const given = node.attributes['axes']
  const axes = given?.type === 'ints' ? given.value : (constantNumbers(builder, axesName) ?? [])
  const found = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))
  if (rank < 3 || found.size !== rank - 1 || found.has(1)) return false
  const positions = Array.from({ length: rank - 2 }, (_, index) => index + 2)
  const [inputs, attributes] = given ? [[], { axes: positions }] : [[builder.ints(positions)], {}]
  const perImage = builder.add(node.opType, [x, ...inputs], { ...attributes, keepdims: 1 })
  builder.append({ ...node, inputs: [perImage, ...node.inputs.slice(1)] })
  return true
}

const rewritings: ReadonlyMap<string, Rewrite> = new Map([
  ['ReduceSum', channelReduction],
  ['ReduceMean', channelReduction],
  ['Conv', convolution],
  ['ConvTranspose', transposedConvolution],
  ['Slice', slice],
  ['Split', split],
  ['FusedMatMul', fusedMatMul],
  ['LogSoftmax', logSoftmax],
  ['LRN', localResponse],
  ['Pow', power],
  ['Selu', selu],
  ['Einsum', writeEinsum],
  ['Resize', resize],
])
