// The flatten layer.
import { z } from 'zod'
import { countElements } from '../graph/shape'
import { named, times } from '../shapes/expression'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'
import { flattenMap } from './parts/tfjsMaps'

export const flatten = defineLayer({
  type: 'flatten',
  version: 1,
  title: 'Flatten',
  category: 'reshape',
  icon: 'baseline-density-small',
  keywords: ['vector'],
  doc: 'Lays a feature map out as one vector: channel by channel, row by row.',
  source: 'ONNX Flatten, opset 13, axis = 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({}),
  infer: (context) => ({ outputs: [[countElements(inputShape(context))]] }),
  receptiveWindow: () => 'none',
  explain(context) {
    const names = ['C', 'H', 'W']
    const extents = inputShape(context).map((extent, axis) => named(names[axis] ?? 'F', extent))
    return [{ subject: 'output', title: 'Output', states: { kind: 'number', value: times(...extents) } }]
  },
  summary: () => '',
  toOnnx: ({ builder, values, nodeId }) => [builder.add('Flatten', values, { axis: 1 }, { name: nodeId })],
  toTfjs: (lowering) => lowering.values.slice(0, 1).map((value) => flattenMap(lowering, value)),
  examples: [
    { name: '256*6*6 = 9216', params: {}, inputs: [[256, 6, 6]], output: [9216], parameters: 0 },
    { name: 'a vector stays', params: {}, inputs: [[10]], output: [10] },
    { name: 'an unknown parameter', params: { axis: 1 }, inputs: [[10]], error: 'layer.parameter' },
  ],
})
