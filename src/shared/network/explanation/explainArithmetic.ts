// The whole arithmetic of one layer or block: output, parameters, multiplications, memory, receptive field; each part stands in its own file.
import { listHeldLayers, sumBlock, type LayerAnalysis } from '../analyze'
import type { Inference, InferredNode } from '../inferDocument'
import { isBlock } from '../../layers/define'
import type { ArithmeticLine } from './arithmeticLine'
import { explainMemory, explainMultiplications, explainParameters } from './countLines'
import { explainField, fieldOf } from './fieldLines'
import { explainOutput } from './outputLines'

export type { ArithmeticLine, ArithmeticSubject } from './arithmeticLine'

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
  return [
    ...explainOutput(node),
    explainParameters(node, counts, held),
    explainMultiplications(node, counts, held),
    explainMemory(node, counts),
    ...(inBlock
      ? field.map((line) => ({ ...line, notes: [`at "${last?.node ?? ''}", which ends the block`] }))
      : field),
  ]
}
