// A lowered network whose outputs are as sure as a fitted temperature makes them: its logits are divided by it. Fitting is training/calibration.ts.
import { internalError } from '../graph/errors'
import type { OnnxGraph, OnnxNode } from '../onnx/model'
import type { LoweredNetwork } from './lower'

/** A name that no value or node of the graph has. */
function freeName({ nodes, initializers, inputs }: OnnxGraph, wanted: string): string {
  const taken = new Set([
    ...nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
    ...initializers.keys(),
    ...inputs.map(({ name }) => name),
  ])
  let name = wanted
  while (taken.has(name)) name = `${name}_`
  return name
}

/** The softmax that gives the probabilities: behind the output stand at most operators of one input. */
function findSoftmax({ nodes }: OnnxGraph, output: string): OnnxNode {
  let wanted = output
  for (const node of nodes.toReversed()) {
    if (!node.outputs.includes(wanted)) continue
    if (node.opType === 'Softmax') return node
    wanted = node.inputs[0] ?? ''
  }
  throw internalError('probabilities come from no softmax')
}

/**
 * Divides the logits of a network by a temperature; its answers stay the same.
 * @param temperature above 0
 */
export function divideLogits(lowered: LoweredNetwork, temperature: number): LoweredNetwork {
  const { graph, outputName, output } = lowered
  const divisor = freeName(graph, 'temperature')
  const initializers = new Map(graph.initializers)
  initializers.set(divisor, { dataType: 'float32', dims: [], data: Float32Array.of(temperature) })
  const divide = (value: string, result: string): OnnxNode => ({
    opType: 'Div',
    domain: '',
    name: result,
    inputs: [value, divisor],
    outputs: [result],
    attributes: {},
  })
  if (output === 'probabilities') {
    const softmax = findSoftmax(graph, outputName)
    const divided = freeName(graph, 'temperature/output')
    const nodes = graph.nodes.flatMap((node) =>
      node === softmax ? [divide(node.inputs[0] ?? '', divided), { ...node, inputs: [divided] }] : [node],
    )
    return { ...lowered, graph: { ...graph, initializers, nodes } }
  }
  const logits = freeName(graph, 'temperature/logits')
  const rename = (value: string): string => (value === outputName ? logits : value)
  const renamed = graph.nodes.map((node) => ({
    ...node,
    name: rename(node.name),
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }))
  return { ...lowered, graph: { ...graph, initializers, nodes: [...renamed, divide(logits, outputName)] } }
}
