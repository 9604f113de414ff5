// A model of training mode as it computes predictions, so that it can be compared; not the import.
import type { OnnxModel, OnnxNode } from '../../onnx/model'

/** Whether a node behaves differently while training. */
function isTrainable(node: OnnxNode): boolean {
  return node.domain === '' && (node.opType === 'BatchNormalization' || node.opType === 'Dropout')
}

/** Batch norms with running statistics and dropout as the identity; every other node as it is. */
export function toInferenceMode(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.map((node): OnnxNode => {
    if (!isTrainable(node)) return node
    const outputs = node.outputs.slice(0, 1)
    const attributes = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name !== 'training_mode'))
    if (node.opType === 'Dropout')
      return { ...node, opType: 'Identity', inputs: node.inputs.slice(0, 1), outputs, attributes: {} }
    return { ...node, outputs, attributes }
  })
  // Outputs that only training has are gone with the nodes' other outputs.
  const given = new Set([...nodes.flatMap(({ outputs }) => outputs), ...model.graph.initializers.keys()])
  const outputs = model.graph.outputs.filter(({ name }) => given.has(name))
  return { ...model, graph: { ...model.graph, nodes, outputs } }
}
