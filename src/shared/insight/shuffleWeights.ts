// A network whose weights are in random order, for asking whether an explanation depends on them; not the asking.
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, TensorData } from '../onnx/model'
import { RandomStream } from '../training/randomStream'

/** Kernels and matrices, no settings: numbers with two extents above 1. Whole numbers of 64 bits are shapes and places. */
function isWeight({ dataType, dims }: OnnxTensor, leastWide: number): boolean {
  if (['string', 'int64', 'bool', 'complex64', 'complex128'].includes(dataType)) return false
  return dims.filter((extent) => extent > 1).length >= leastWide
}

function shuffled(tensor: OnnxTensor, random: RandomStream): OnnxTensor {
  const data: TensorData = tensor.data
  if (!ArrayBuffer.isView(data)) return tensor
  const copy = data.slice()
  const order = random.permutation(copy.length)
  order.forEach((from, to) => {
    const value = data[from]
    if (value !== undefined) Reflect.set(copy, to, value)
  })
  return { ...tensor, data: copy }
}

function shuffleConstant(node: OnnxNode, leastWide: number, random: RandomStream): OnnxNode {
  const { value } = node.attributes
  if (node.opType !== 'Constant' || value?.type !== 'tensor' || !isWeight(value.value, leastWide)) return node
  const attribute: OnnxAttribute = { type: 'tensor', value: shuffled(value.value, random) }
  return { ...node, attributes: { ...node.attributes, value: attribute } }
}

/**
 * Every kernel and matrix with its own numbers in random order; norms and biases stay.
 * @see Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018
 */
export function shuffleWeights(model: OnnxModel, seed: number): OnnxModel {
  const { graph } = model
  const tensors = [
    ...graph.initializers.values(),
    ...graph.nodes.flatMap(({ opType, attributes: { value } }) =>
      opType === 'Constant' && value?.type === 'tensor' ? [value.value] : [],
    ),
  ]
  // A single unit has one row of weights.
  const leastWide = tensors.some((tensor) => isWeight(tensor, 2)) ? 2 : 1
  const initializers = Array.from(graph.initializers, ([name, tensor]): [string, OnnxTensor] => [
    name,
    isWeight(tensor, leastWide) ? shuffled(tensor, new RandomStream(seed, 'shuffle', name)) : tensor,
  ])
  const nodes = graph.nodes.map((node) =>
    shuffleConstant(node, leastWide, new RandomStream(seed, 'shuffle', node.outputs[0] ?? '')),
  )
  return { ...model, graph: { ...graph, initializers: new Map(initializers), nodes } }
}
