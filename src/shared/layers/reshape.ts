// The reshape layer.
import { z } from 'zod'
import { countOf } from '../graph/printNumbers'
import { countElements, type Shape } from '../graph/shape'
import { times } from '../shapes/expression'
import { defineLayer, type LayerContext } from './define'
import { inputShape, layerError, oneInput, oneOutput, outputShape, printSource } from './parts/located'
import { flattenMap, unflattenMap } from './parts/tfjsMaps'

const title = 'Reshape'
const extent = z.union([z.int().min(1).max(1_000_000_000), z.literal(-1)])

const params = z.object({
  shape: z.union([z.tuple([extent, extent, extent]), z.tuple([extent])]).meta({
    title: 'Shape',
    help: 'The new extents, [C, H, W] or [F], without the batch. One of them may be -1: what is left over.',
  }),
})

/**
 * The new extents with -1 worked out.
 * @throws NetloomError `layer.parameter` for more than one -1, `layer.shape` where the numbers of values differ
 */
function resolveShape(context: LayerContext<z.output<typeof params>>): Shape {
  const { shape } = context.params
  const open = shape.filter((value) => value === -1).length
  if (open > 1) {
    throw layerError(title, context, 'layer.parameter', `shape ${shape.join('x')} leaves ${open} extents open.`, {
      path: 'params.shape',
      expected: 'at most one -1',
      received: shape,
      hint: 'Leave at most one extent at -1.',
    })
  }
  const count = countElements(inputShape(context))
  const known = shape.reduce<number>((product, value) => (value === -1 ? product : product * value), 1)
  const fits = open === 1 ? count % known === 0 : count === known
  if (fits) return shape.map((value) => (value === -1 ? count / known : value))
  throw layerError(
    title,
    context,
    'layer.shape',
    `shape ${shape.join('x')} holds ${open === 1 ? 'a multiple of ' : ''}${known} values, its input ${count} ${printSource(context)}.`,
    { expected: count, received: known, hint: 'Choose extents whose product is the number of values.' },
  )
}

export const reshape = defineLayer({
  type: 'reshape',
  version: 1,
  title,
  category: 'reshape',
  icon: 'transform',
  keywords: ['view'],
  doc: 'Gives the same values, in the same order, other extents.',
  source: 'ONNX Reshape, opset 14',
  inputs: oneInput,
  outputPorts: oneOutput,
  params,
  // Fits whatever comes: everything in one row.
  start: ({ shape = [] }) => ({ shape: [countElements(shape)] }),
  infer: (context) => ({ outputs: [resolveShape(context)] }),
  receptiveWindow: () => 'none',
  explain(context) {
    return [
      {
        subject: 'output',
        title: 'Values',
        states: { kind: 'number', value: times(...outputShape(context)) },
        notes: [`the ${countOf(countElements(inputShape(context)), 'value')} of the input, in the same order`],
      },
    ]
  },
  summary: ({ shape }) => shape.join('x'),
  toOnnx(lowering) {
    const { builder, values, nodeId } = lowering
    // 0 keeps the batch axis, whatever its extent.
    const shape = builder.ints([0, ...outputShape(lowering)])
    return [builder.add('Reshape', [...values, shape], {}, { name: nodeId })]
  },
  toTfjs(lowering) {
    const shape = outputShape(lowering)
    return lowering.values.slice(0, 1).map((value) => {
      if (shape.length === 1) return flattenMap(lowering, value)
      return unflattenMap(lowering, flattenMap(lowering, value, 'flat'), shape)
    })
  },
  examples: [
    {
      name: 'a vector as a feature map',
      params: { shape: [16, 5, 5] },
      inputs: [[400]],
      output: [16, 5, 5],
      parameters: 0,
    },
    { name: 'what is left over', params: { shape: [-1, 2, 2] }, inputs: [[3, 4, 4]], output: [12, 2, 2] },
    { name: 'a feature map as a vector', params: { shape: [-1] }, inputs: [[3, 4, 5]], output: [60] },
    { name: 'another number of values', params: { shape: [7, 7, 1] }, inputs: [[48]], error: 'layer.shape' },
    { name: 'a rest that does not divide', params: { shape: [-1, 7, 1] }, inputs: [[48]], error: 'layer.shape' },
    { name: 'two open extents', params: { shape: [-1, -1, 1] }, inputs: [[48]], error: 'layer.parameter' },
    { name: 'no shape', params: {}, inputs: [[48]], error: 'layer.parameter' },
  ],
})
