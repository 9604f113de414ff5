// The whole arithmetic of one layer or block: output, parameters, multiplications, memory, receptive field; each part stands in its own file.
import { listHeldLayers, sumBlock, type LayerAnalysis } from '../analyze'
import type { Inference, InferredNode } from '../inferDocument'
import { isBlock } from '../../layers/define'
import type { ArithmeticLine, ArithmeticSubject } from '../../shapes/arithmeticLine'
import { explainMemory, explainMultiplications, explainParameters } from './countLines'
import { explainField, fieldOf } from './fieldLines'

/** What the layer says of itself; a block says nothing, its layers do. */
function explainOwn({ node, definition, params, inputs, inputNames, outputs }: InferredNode) {
  return isBlock(definition) ? [] : definition.explain({ nodeId: node.id, params, inputs, inputNames, outputs })
}

/** How the extents come about, and then the whole shape, unless the layer has said that itself. */
function explainOutput(node: InferredNode, own: readonly ArithmeticLine[]): readonly ArithmeticLine[] {
  const lines = own.filter(({ subject }) => subject === 'output')
  if (lines.some(({ title }) => title === 'Output')) return lines
  return [...lines, { subject: 'output', title: 'Output', states: { kind: 'shape', shapes: node.outputs } }]
}

/**
 * Every number of a node with the formula that it comes from.
 * @param rows the analysis of the primitive layers by id (`Analysis.layers`)
 */
export function explainArithmetic(
  node: InferredNode,
  inference: Inference,
  rows: ReadonlyMap<string, LayerAnalysis>,
): readonly ArithmeticLine[] {
  const counts = rows.get(node.node.id) ?? sumBlock(node, inference, rows)
  const held = listHeldLayers(node).flatMap((id) => rows.get(id) ?? [])
  const last = inference.resolve({ node: node.node.id, port: node.outputPorts[0] ?? '' })
  const lastLayer = last && inference.layers.get(last.node)
  const field = lastLayer ? explainField(lastLayer, (id) => fieldOf(rows.get(id))) : []
  const inBlock = isBlock(node.definition)
  const own = explainOwn(node)
  const ownOf = (subject: ArithmeticSubject) => own.find((line) => line.subject === subject)
  return [
    ...explainOutput(node, own),
    explainParameters(node, counts, held, ownOf('parameters')),
    explainMultiplications(node, counts, held, ownOf('multiplications')),
    explainMemory(node, counts),
    ...(inBlock
      ? field.map((line) => ({ ...line, notes: [`at "${last?.node ?? ''}", which ends the block`] }))
      : field),
  ]
}
