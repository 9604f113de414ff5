// The arithmetic of a node, line by line: a layer's own, or what a block holds; not the layers' formulas (layers/).
import { printCount } from '../../graph/printNumbers'
import { countElements, printShape } from '../../graph/shape'
import { countParameters, isBlock } from '../../layers/define'
import type { InferredNode } from '../inferNode'

/** The arithmetic of a layer with its numbers put in, or a line for each node inside a block and their sum. */
export function explainNode({
  node,
  definition,
  params,
  inputs,
  inputNames,
  outputs,
  inside,
  weights,
}: InferredNode): readonly string[] {
  if (!isBlock(definition)) return definition.explain({ nodeId: node.id, params, inputs, inputNames, outputs })
  const lines = Array.from(inside?.nodes.values() ?? [], (inner) => {
    const name = inner.node.id.slice(node.id.length + 1)
    const count = countParameters(inner.weights)
    const shape = inner.outputs[0] ?? []
    const size = `${printShape(shape)} = ${printCount(countElements(shape))} values`
    return `${name}: ${size}${count > 0 ? `, ${printCount(count)} parameters` : ''}`
  })
  return [...lines, `parameters: ${printCount(countParameters(weights))} in all`]
}
