// Inputs of whole numbers taken as the pixels that they are; not which of several inputs is the image (prepare.ts).
import { dataTypes } from '../../onnx/dataTypes'
import { renameNode } from '../../onnx/innerGraphs'
import type { DataType, OnnxGraph, OnnxNode } from '../../onnx/model'

/** Types of pixels: their cast to floats is part of the preprocessing. */
export const pixelTypes: ReadonlySet<DataType> = new Set<DataType>([
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
])

/** The graph with float32 in place of whole numbers at its image, and without the casts of it. */
export function castInput(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly inputType: DataType } {
  const images = graph.inputs.filter(({ name }) => !graph.initializers.has(name))
  const [image] = images
  if (images.length !== 1 || !image || !pixelTypes.has(image.dataType))
    return { graph, inputType: image?.dataType ?? 'float32' }
  const inputs = graph.inputs.map((input) => (input === image ? { ...input, dataType: 'float32' as const } : input))
  const casts = new Map(
    graph.nodes.flatMap((node): [string, OnnxNode][] =>
      isCastOf(node, image.name) ? [[node.outputs[0] ?? '', node]] : [],
    ),
  )
  // A cast that is an output itself stays: the network would have no layer.
  const isOutput = graph.outputs.some(({ name }) => casts.has(name))
  if (isOutput || casts.size === 0) return { graph: { ...graph, inputs }, inputType: image.dataType }
  const dropped = new Set(casts.values())
  const nodes = graph.nodes
    .filter((node) => !dropped.has(node))
    .map((node) => renameNode(node, (value) => (casts.has(value) ? image.name : value)))
  return { graph: { ...graph, inputs, nodes }, inputType: image.dataType }
}

function isCastOf({ opType, domain, inputs, attributes }: OnnxNode, image: string): boolean {
  const { to } = attributes
  return (
    opType === 'Cast' &&
    domain === '' &&
    inputs[0] === image &&
    to?.type === 'int' &&
    to.value === dataTypes.float32.code
  )
}
