// What layers that join branches value by value (add, multiply) share; each states its operator.
import { z } from 'zod'
import { internalError } from '../../graph/errors'
import { countElements, printShape, type Shape } from '../../graph/shape'
import { broadcastShapes } from '../../shapes/broadcast'
import { defineLayer, type InputPorts, type LayerExample } from '../define'
import type { IconName } from './iconNames'
import { layerError, oneOutput, outputShape, type Located } from './located'
import { explainRule } from './rules'

/** Any number of inputs, two or more: `in0`, `in1`, ... */
export const manyInputs = { kind: 'variadic', name: 'in', min: 2 } as const satisfies InputPorts

/** All inputs with their sources, for messages: `"conv2" [N, 64, 8, 8] and "pool1" [N, 32, 8, 8]`. */
export function printInputs({ inputs, inputNames }: Located): string {
  const texts = inputs.map((shape, index) => `"${inputNames[index] ?? '?'}" ${printShape(shape)}`)
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`
}

/** The common shape: inputs are equal, or of the same rank with extents of 1 that are repeated. */
function mergeShapes(title: string, context: Located): Shape {
  const [first, ...rest] = context.inputs
  const merged = first && rest.every(({ length }) => length === first.length) && broadcastShapes(context.inputs)
  if (merged) return merged
  throw layerError(title, context, 'layer.shape', `its inputs have different shapes: ${printInputs(context)}.`, {
    received: context.inputs,
    hint: 'Bring them to one shape, e.g. with a 1x1 convolution, or to extent 1 along an axis that is repeated.',
  })
}

const examples: readonly LayerExample[] = [
  {
    name: 'two branches of one shape',
    params: {},
    inputs: [
      [16, 8, 8],
      [16, 8, 8],
    ],
    output: [16, 8, 8],
    parameters: 0,
  },
  { name: 'three vectors', params: {}, inputs: [[10], [10], [10]], output: [10] },
  {
    name: 'one value per channel is repeated over positions',
    params: {},
    inputs: [
      [64, 1, 1],
      [64, 7, 7],
    ],
    output: [64, 7, 7],
  },
  {
    name: 'different channels',
    params: {},
    inputs: [
      [64, 8, 8],
      [32, 8, 8],
    ],
    error: 'layer.shape',
  },
  { name: 'a vector and a feature map', params: {}, inputs: [[8], [8, 8, 8]], error: 'layer.shape' },
]

/** A layer that combines its inputs value by value with a binary ONNX operator. */
export function defineMerge<const T extends string>(own: {
  readonly type: T
  readonly title: string
  readonly icon: IconName
  readonly keywords: readonly string[]
  readonly doc: string
  readonly source: string
  readonly operator: 'Add' | 'Mul'
  readonly sign: string
}) {
  const { type, title, icon, keywords, doc, source, operator, sign } = own
  return defineLayer({
    type,
    version: 1,
    title,
    category: 'merge',
    icon,
    keywords,
    doc,
    source,
    inputs: manyInputs,
    outputPorts: oneOutput,
    params: z.object({}),
    infer: (context) => ({ outputs: [mergeShapes(title, context)] }),
    explain(context) {
      return [explainRule(context.inputNames.join(` ${sign} `), countElements(outputShape(context)))]
    },
    summary: () => '',
    toOnnx({ builder, values, nodeId }) {
      const [first, ...rest] = values
      if (first === undefined || rest.length === 0) throw internalError(`"${nodeId}" has fewer than two inputs`)
      const result = rest.reduce((sum, value, index) => {
        const name = index === rest.length - 1 ? nodeId : `${nodeId}/partial${index}`
        return builder.add(operator, [sum, value], {}, { name })
      }, first)
      return [result]
    },
    toTfjs: ({ tf, values, apply, layerName }) => [
      apply(tf.layers[operator === 'Add' ? 'add' : 'multiply']({ name: layerName() }), [...values]),
    ],
    examples,
  })
}
