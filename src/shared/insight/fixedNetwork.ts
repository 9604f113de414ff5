// A network for one batch size, every shape known, in operators that have gradients: what the graphs of explanations begin with.
import { foldGraph, type FoldedGraph } from '../exchange/onnx/fold'
import { planInput } from '../exchange/onnx/inputSize'
import { prepareGraph } from '../exchange/onnx/prepare'
import type { ComputedConstants } from '../exchange/onnx/runtimeConstants'
import type { Shape } from '../graph/shape'
import { GraphBuilder } from '../onnx/builder'
import { hasShapeRule, type ValueType } from '../onnx/inferShapes'
import type { OnnxModel, OnnxNode } from '../onnx/model'
import { specialize } from '../onnx/specialize'
import { findScores, type InsightNetwork } from './insightNetwork'

export interface FixedNetwork {
  /** Static; its outputs are not declared. */
  readonly builder: GraphBuilder
  /** [N, C, H, W], scaled. */
  readonly input: string
  readonly scores: string
  readonly batch: number
  /** The value in this graph behind one of the network; undefined where it was computed beforehand or left out. */
  valueOf(this: void, value: string): string | undefined
}

/** A network that Netloom wrote. @param shape [C, H, W] */
export function fixDocument({ model, input, scores }: InsightNetwork, shape: Shape, batch: number): FixedNetwork {
  const builder = specialize(model.graph, { [input]: [batch, ...shape] })
  return { builder, input, scores, batch, valueOf: (value) => (builder.hasType(value) ? value : undefined) }
}

export interface FixFileOptions {
  /** The output that the network ends in. */
  readonly output: string
  /** [C, H, W] */
  readonly shape: Shape
  /** Left aside where the file fixes its own. */
  readonly batch: number
  readonly computed?: ComputedConstants
  readonly stated?: ReadonlyMap<string, ValueType>
}

/**
 * A file, in the form of operator set 17.
 * @throws NetloomError `onnx.unsupported`, `onnx.shape`, `onnx.malformed`; UnknownConstant
 */
export function fixFile(model: OnnxModel, options: FixFileOptions): FixedNetwork {
  const stated = model.graph.outputs.some(({ name }) => name === options.output) ? options.output : undefined
  const { graph, input, opset, output } = prepareGraph(model, stated)
  const [channels = 1, height = 1, width = 1] = options.shape
  const plan = planInput(input, graph.nodes, graph.initializers, options.shape)
  const batch = plan.batch ?? options.batch
  const isTurned = plan.layout === 'nhwc'
  const dims = isTurned ? [batch, height, width, channels] : [batch, channels, height, width]
  const { computed, stated: types } = options
  const folded = foldGraph(graph, { opset, input: input.name, dims, computed, stated: types })
  const builder = new GraphBuilder(
    true,
    folded.nodes.flatMap((node) => node.outputs),
  )
  const image = addImage(builder, input.name, [batch, channels, height, width], isTurned)
  addNodes(builder, folded)
  const resolve = (value: string): string => folded.aliases.get(value) ?? value
  return {
    builder,
    input: image,
    scores: findScores(folded, resolve(output)),
    batch,
    valueOf(value) {
      const name = resolve(value)
      return builder.hasType(name) && !builder.constantOf(name) ? name : undefined
    },
  }
}

/** The image as explanations feed it, brought into the file's order. */
function addImage(builder: GraphBuilder, name: string, dims: readonly number[], isTurned: boolean): string {
  if (!isTurned) return builder.input(name, 'float32', dims)
  const image = builder.input(builder.unique(`${name}/channelsFirst`), 'float32', dims)
  builder.add('Transpose', [image], { perm: [0, 2, 3, 1] }, { outputs: [name] })
  return image
}

function addNodes(builder: GraphBuilder, { nodes, types, constants }: FoldedGraph): void {
  for (const node of nodes) {
    for (const input of node.inputs) {
      const tensor = input === '' || builder.hasType(input) ? undefined : constants.get(input)
      if (tensor) builder.initializer(input, tensor)
    }
    builder.append(withTypes(node, types))
  }
}

/** A node without a shape rule says itself what it gives, also where it is copied. */
function withTypes(node: OnnxNode, types: ReadonlyMap<string, ValueType>): OnnxNode {
  if (hasShapeRule(node)) return node
  const known = node.outputs.map((output) => types.get(output))
  const stated = known.flatMap((type) => (type ? [{ dataType: type.dataType, dims: type.dims.slice(1) }] : []))
  return stated.length === known.length ? { ...node, stated } : node
}
