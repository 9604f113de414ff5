// The side branches that end in auxiliary outputs: which layers belong to them, whether they fit; not their loss (trainingGraph.ts).
import type { NodeId } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { printShape } from '../graph/shape'
import type { FlatNetwork } from './flattenNodes'
import type { InferredLayer, InferredNode } from './inferNode'

/** The part of an inference that says which layers lead where. */
interface Network extends Pick<FlatNetwork, 'layers' | 'resolve'> {
  readonly nodes: ReadonlyMap<NodeId, InferredNode>
  readonly outputId: NodeId | undefined
}

/** The primitive layers that end side branches, with what their losses are multiplied by. */
export function listAuxiliaries({
  layers,
}: Pick<Network, 'layers'>): readonly { readonly layer: InferredLayer; readonly weight: number }[] {
  return [...layers.values()].flatMap((layer) => {
    const { weight } = layer.params
    return layer.definition.type === 'auxiliaryOutput' && typeof weight === 'number' ? [{ layer, weight }] : []
  })
}

/** The primitive layer that gives the network's output. */
export function findOutputLayer({ layers, nodes, outputId, resolve }: Network): InferredLayer | undefined {
  const output = outputId === undefined ? undefined : nodes.get(outputId)
  const end = output && resolve({ node: output.node.id, port: output.outputPorts[0] ?? '' })
  return end && layers.get(end.node)
}

/** The primitive layers that lead to auxiliary outputs only: training has them, the trained network has not. */
export function findAuxiliaryLayers(network: Network): ReadonlySet<NodeId> {
  const auxiliaries = listAuxiliaries(network)
  const output = findOutputLayer(network)
  if (auxiliaries.length === 0 || !output) return new Set()
  const main = findSources(network, [output.node.id])
  const side = findSources(
    network,
    auxiliaries.map(({ layer }) => layer.node.id),
  )
  return new Set([...side].filter((id) => !main.has(id)))
}

/** All layers that lead to `ends`, these included. */
function findSources({ layers }: Pick<Network, 'layers'>, ends: readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set(ends)
  // A Set visits what is added to it while it is walked.
  for (const id of found) for (const source of layers.get(id)?.sources ?? []) found.add(source.node)
  return found
}

/** An issue of code `layer.shape` for each side branch that has other classes than the output. */
export function checkAuxiliaries(network: Network): readonly Issue[] {
  const output = findOutputLayer(network)?.outputs[0]
  if (!output) return []
  return listAuxiliaries(network).flatMap(({ layer: { node, definition, inputs, inputNames } }) => {
    const [shape = []] = inputs
    if (shape.join() === output.join()) return []
    const given = `"${inputNames[0] ?? '?'}" gives ${printShape(shape)}, the output ${printShape(output)}`
    return [
      errorIssue('layer.shape', `${definition.title} "${node.id}": ${given}.`, {
        nodeId: node.id,
        expected: output,
        received: shape,
        hint: 'Both need one logit per class.',
      }),
    ]
  })
}
