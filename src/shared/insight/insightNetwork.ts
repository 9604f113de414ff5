// A network as it is looked into: the graph that runs, its places and the value that holds the scores; not gradients (gradientGraph.ts).
import type { NetworkDocument } from '../graph/document'
import type { OnnxGraph, OnnxModel, OnnxNode } from '../onnx/model'
import type { TensorMap } from '../onnx/tensor'
import { valuesTaken } from '../onnx/innerGraphs'
import { lowerDocument, type LoweredNetwork } from '../lower/lower'
import { toModel } from '../lower/networkModel'
import { requireSound, type InferredNode } from '../network/inferDocument'
import type { Place } from './place'

export interface InsightNetwork {
  readonly name: string
  /** As it runs: it takes scaled images. Values of a file keep the file's names. */
  readonly model: OnnxModel
  /** The value of the image. */
  readonly input: string
  /** Each after those that it takes from; a block stands after what is inside. */
  readonly places: readonly Place[]
  /** What the network ends in. */
  readonly output: string
  /** The scores of the classes before a softmax or sigmoid at the end. */
  readonly scores: string
}

/** Operators at the end that make probabilities of scores. */
const squashing: ReadonlySet<string> = new Set(['Softmax', 'LogSoftmax', 'Sigmoid'])
/** Operators that hand on what they take, in another form. */
const passing: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast'])

/** The value of the scores that an output is made of: what a softmax or sigmoid at the end takes, or the output itself. */
export function findScores({ nodes }: Pick<OnnxGraph, 'nodes'>, output: string): string {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  let node = producers.get(output)
  while (node && node.domain === '' && passing.has(node.opType)) node = producers.get(node.inputs[0] ?? '')
  const isSquashing = node?.domain === '' && squashing.has(node.opType)
  return (isSquashing ? node?.inputs[0] : undefined) ?? output
}

/** A document with its weights. @throws NetloomError as lowerDocument */
export function insightOfDocument(document: NetworkDocument, weights: TensorMap): InsightNetwork {
  const lowered = lowerDocument(document, { mode: 'inference', weights })
  const places: Place[] = []
  for (const node of requireSound(document).nodes.values()) addPlaces(places, lowered, node)
  return {
    name: document.name,
    model: toModel(lowered),
    input: lowered.inputName,
    places,
    output: lowered.outputName,
    scores: findScores(lowered.graph, lowered.outputName),
  }
}

function addPlaces(places: Place[], lowered: LoweredNetwork, { node, definition, inside }: InferredNode): void {
  if (inside) for (const inner of inside.nodes.values()) addPlaces(places, lowered, inner)
  // Side branches are left out after training.
  const [value] = lowered.values.get(node.id) ?? []
  if (value !== undefined) places.push({ id: node.id, type: definition.type, value, isBlock: inside !== undefined })
}

/** Operators that take a value and give nothing of what it holds. */
const measuring: ReadonlySet<string> = new Set(['Shape', 'Size'])

/** The nodes whose outputs depend on the image, in their order. */
function findDependent(nodes: readonly OnnxNode[], input: string): readonly OnnxNode[] {
  const values = new Set([input])
  return nodes.filter((node) => {
    if (node.domain === '' && measuring.has(node.opType)) return false
    if (!valuesTaken(node).some((value) => values.has(value))) return false
    for (const output of node.outputs) if (output !== '') values.add(output)
    return true
  })
}

/**
 * A file as it is.
 * @param output the value that it ends in
 */
export function insightOfFile(name: string, model: OnnxModel, output: string): InsightNetwork {
  const { inputs, initializers, nodes } = model.graph
  const input = inputs.find((each) => !initializers.has(each.name))?.name ?? ''
  const places = findDependent(nodes, input).flatMap(({ name: id, opType, domain, outputs }): Place[] => {
    const [value = ''] = outputs
    if (value === '') return []
    const type = domain === '' ? opType : `${domain}.${opType}`
    return [{ id: id === '' ? value : id, type, value, isBlock: false }]
  })
  return { name, model, input, places, output, scores: findScores(model.graph, output) }
}
