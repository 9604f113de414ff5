// Removes what rewriting leaves over: reshapes of reshapes, reshapes to the same shape, and nodes that nothing reads.
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { rewriteGraph } from '../onnx/rewriteGraph'

/**
 * Copies a static graph without nodes that compute nothing. A training step of ResNet-20 has 2,200 nodes; each costs some
 * microseconds however little it does.
 */
export function simplify(source: GraphBuilder): GraphBuilder {
  const aliases = new Map<string, string>()
  const resolve = (value: string): string => aliases.get(value) ?? value
  const outputs = new Set(source.outputs.map((output) => output.name))
  const reshapes = new Map<string, string>()
  const kept: OnnxNode[] = []
  for (const node of source.nodes) {
    const inputs = node.inputs.map((input) => (input === '' ? '' : resolve(input)))
    const [output = ''] = node.outputs
    if (!isPlainReshape(node, source)) {
      kept.push({ ...node, inputs })
      continue
    }
    const [value = '', shape = ''] = inputs
    const origin = reshapes.get(value) ?? value
    const isSame = source.shapeOf(origin).join() === source.shapeOf(output).join()
    if (isSame && !outputs.has(output)) aliases.set(output, origin)
    else {
      reshapes.set(output, origin)
      kept.push({ ...node, inputs: [origin, shape] })
    }
  }
  return withoutUnread(source, kept)
}

/** A Reshape to a constant shape that does not copy extents (0) from its input. */
function isPlainReshape(node: OnnxNode, source: GraphBuilder): boolean {
  const shape = source.constantOf(node.inputs[1] ?? '')
  const isReshape = node.opType === 'Reshape' && node.domain === ''
  return isReshape && shape !== undefined && Array.from<unknown>(shape.data).every((extent) => Number(extent) !== 0)
}

/** Writes the nodes that lead to an output, and the initialisers that they read, into a new builder. */
function withoutUnread(source: GraphBuilder, nodes: readonly OnnxNode[]): GraphBuilder {
  const read = new Set(source.outputs.map((output) => output.name))
  const kept: OnnxNode[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => read.has(output))) continue
    for (const input of node.inputs) read.add(input)
    kept.push(node)
  }
  return rewriteGraph({ ...parts(source), nodes: kept.toReversed() }, () => () => false, {
    keeps: (initializer) => read.has(initializer),
    typesOf: ({ outputs }) =>
      outputs.every((output) => output !== '') ? outputs.map((output) => source.typeOf(output)) : undefined,
  })
}

function parts({ inputs, outputs, initializers }: GraphBuilder) {
  return { inputs, outputs, initializers }
}
