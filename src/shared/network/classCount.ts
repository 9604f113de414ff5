// Whether a network has as many outputs as there are classes, and the edit that gives it so many; not training.
import type { NetworkDocument } from '../graph/document'
import { applyEdit, type Edit } from '../graph/edits'
import { NetloomError, type Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { printShape } from '../graph/shape'
import { isBlock } from '../layers/define'
import { listAuxiliaries } from './auxiliary'
import { printCount } from '../graph/printNumbers'
import { inferDocument, requireSound, type FindLayer, type Inference, type InferredNode } from './inferDocument'

/** The parameter that states the number of outputs of a layer; undefined where none does. */
function countingParameter({ definition }: InferredNode): string | undefined {
  return isBlock(definition) ? undefined : definition.outputsParameter
}

/**
 * Checks that the network ends in one value per class.
 * @returns an issue of code `dataset.classes` that names the layer to change; none where the output is not known
 */
export function checkClasses(document: NetworkDocument, classCount: number, findLayer?: FindLayer): readonly Issue[] {
  const inference = inferDocument(document, findLayer)
  const output = findOutput(inference)
  const shape = output?.outputs[0]
  if (!output || !shape) return []
  const who = `${output.definition.title} "${output.node.id}"`
  const nodeId = output.node.id
  if (shape.length !== 1) {
    const message = `${who} ends the network with ${printShape(shape)}, not with one value per class.`
    const hint = `End it with a dense layer of ${classCount} units.`
    return [errorIssue('dataset.classes', message, { nodeId, expected: [classCount], received: shape, hint })]
  }
  if (shape[0] === classCount) return []
  const counting = findCountingLayer(inference, output)
  const hint = counting
    ? `Set "${countingParameter(counting)}" of "${counting.node.id}" to ${classCount}.`
    : `End it with a dense layer of ${classCount} units.`
  const message = `${who} gives ${printCount(shape[0] ?? 0)} outputs, the dataset has ${printCount(classCount)} classes.`
  return [errorIssue('dataset.classes', message, { nodeId, expected: classCount, received: shape[0], hint })]
}

function findOutput({ nodes, outputId }: Inference): InferredNode | undefined {
  return outputId === undefined ? undefined : nodes.get(outputId)
}

/** The last dense layer or convolution, followed back through layers with one input. */
export function findCountingLayer({ nodes }: Inference, output: InferredNode): InferredNode | undefined {
  let layer: InferredNode | undefined = output
  while (layer && countingParameter(layer) === undefined) {
    const source: InferredNode['sources'][number] | undefined = layer.sources[0]
    layer = source && layer.sources.length === 1 ? nodes.get(source.node) : undefined
  }
  return layer
}

/** The layers that decide how many classes the side branches have. */
function findSideHeads(inference: Inference): readonly InferredNode[] {
  return listAuxiliaries(inference).flatMap(({ layer }) => findCountingLayer(inference, layer) ?? [])
}

/**
 * Gives the network `classCount` outputs by changing the last dense layer, or the last convolution where only pooling
 * and the like follow, and those of side branches likewise; names of classes that no longer fit are taken away.
 * @throws NetloomError the first error of the document; `dataset.classes` where no such layer decides the outputs
 */
export function setClassCount(document: NetworkDocument, classCount: number, findLayer?: FindLayer): NetworkDocument {
  const inference = requireSound(document, findLayer)
  const layer = findCountingLayer(inference, inference.outputNode)
  if (!layer || countingParameter(layer) === undefined) throw noCountingLayer(inference.outputNode, classCount)
  const edits: Edit[] = [layer, ...findSideHeads(inference)].flatMap((head): Edit[] => {
    const { id, params } = head.node
    const name = countingParameter(head)
    return name === undefined ? [] : [{ type: 'setParams', id, params: { ...params, [name]: classCount } }]
  })
  if (document.classes && document.classes.length !== classCount) edits.push({ type: 'setClasses', classes: undefined })
  const result = applyEdit(document, { type: 'batch', edits })
  const changed = findOutput(inferDocument(result, findLayer))
  if (changed && changed.outputs[0]?.join() !== String(classCount))
    throw noCountingLayer(inference.outputNode, classCount)
  return result
}

function noCountingLayer({ node, definition, outputs }: InferredNode, classCount: number): NetloomError {
  const shape = printShape(outputs[0] ?? [])
  return new NetloomError(
    'dataset.classes',
    `${definition.title} "${node.id}" ends the network with ${shape}: no layer before it can give ${printCount(classCount)} outputs.`,
    { nodeId: node.id, expected: classCount, received: outputs[0], hint: `Add a dense layer of ${classCount} units.` },
  )
}
