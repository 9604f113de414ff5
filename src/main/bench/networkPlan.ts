// A network as plain JSON for scripts/bench/pytorch.py: operators with all attributes resolved; no weights, only their extents.
import { internalError } from '../../shared/graph/errors'
import type { NetworkDocument } from '../../shared/graph/document'
import { lowerDocument } from '../../shared/lower/lower'
import type { OnnxAttribute, OnnxNode } from '../../shared/onnx/model'

export interface PlanNode {
  /** An ONNX operator of opset 17. */
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>
}

export interface NetworkPlan {
  readonly input: string
  readonly output: string
  /** [C, H, W] */
  readonly inputShape: readonly number[]
  readonly classes: number
  readonly nodes: readonly PlanNode[]
  /** Extents of every weight, by its value name. */
  readonly weights: Readonly<Record<string, readonly number[]>>
  /** Constants that nodes take as inputs, by value name: extents of a Reshape, sides of a Pad. */
  readonly constants: Readonly<Record<string, readonly number[]>>
  /** Numbers that training changes by gradient, so that both sides can be seen to hold the same network. */
  readonly trainable: number
}

/** Writes the forward pass of a document in its training form; the input is scaled already. */
export function planNetwork(document: NetworkDocument): NetworkPlan {
  const network = lowerDocument(document, { mode: 'training', logits: true })
  const trainable = network.weights.filter((weight) => weight.trainable)
  return {
    input: network.inputName,
    output: network.outputName,
    inputShape: network.inputShape,
    classes: network.outputShape[0] ?? 1,
    nodes: network.graph.nodes.map(planNode),
    weights: Object.fromEntries(network.weights.map(({ path, shape }) => [path, shape])),
    constants: Object.fromEntries(
      Array.from(network.graph.initializers, ([name, { data }]) => [name, Array.from(data, Number)]),
    ),
    trainable: trainable.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0),
  }
}

function planNode({ opType, inputs, outputs, attributes }: OnnxNode): PlanNode {
  const plain = Object.entries(attributes).map(([name, attribute]) => [name, plainValue(name, attribute)] as const)
  return { operator: opType, inputs, outputs, attributes: Object.fromEntries(plain) }
}

function plainValue(name: string, attribute: OnnxAttribute): number | string | readonly number[] {
  switch (attribute.type) {
    case 'int':
    case 'float':
    case 'string':
    case 'ints':
    case 'floats':
      return attribute.value
    case 'strings':
    case 'tensor':
    case 'tensors':
    case 'graph':
    case 'graphs':
      throw internalError(`a network of the bench has an attribute "${name}" of the kind ${attribute.type}`)
    default:
      return attribute satisfies never
  }
}
