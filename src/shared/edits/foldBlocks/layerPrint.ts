// What a layer computes, as a text that is equal for layers that compute the same; not its name or its weights' values.
import { internalError } from '../../graph/errors'
import { isBlock } from '../../layers/define'
import { GraphBuilder } from '../../onnx/builder'
import type { InferredNode } from '../../network/inferNode'

const known = new WeakMap<InferredNode, string>()

/**
 * The ONNX operators that a layer writes for training, with inputs and weights by their places, and the shapes of its
 * weights: padding "same" and the four sides that it amounts to print alike.
 */
export function printLayer(layer: InferredNode): string {
  const earlier = known.get(layer)
  if (earlier !== undefined) return earlier
  const print = writeLayer(layer)
  known.set(layer, print)
  return print
}

function writeLayer(layer: InferredNode): string {
  const { definition, params, inputs, inputNames, outputs, weights } = layer
  if (isBlock(definition)) throw internalError(`"${layer.node.id}" is a block`)
  const builder = new GraphBuilder(false)
  const values = inputs.map((_, index) => builder.unique(`in${index}`))
  const notes: string[] = []
  const written = definition.toOnnx({
    nodeId: 'layer',
    params,
    inputs,
    inputNames,
    outputs,
    builder,
    values,
    mode: 'training',
    weight: (name) => name,
    dropoutMask(value, rate) {
      notes.push(`mask ${value} ${rate}`)
      return builder.unique('mask')
    },
    updateWeight: (name, value) => notes.push(`update ${name} ${value}`),
  })
  const constants = [...builder.initializers].map(([name, { dims, data }]) => [name, dims, [...data].map(String)])
  const shapes = weights.map(({ name, shape, trainable }) => [name, shape, trainable])
  const text = { nodes: builder.nodes, written, constants, shapes, notes }
  return JSON.stringify(text, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    return ArrayBuffer.isView(value) ? Array.from(value as Float32Array, String) : value
  })
}
