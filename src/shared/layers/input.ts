// The input layer: where images enter the network.
import { z } from 'zod'
import { times } from '../shapes/expression'
import { defineLayer } from './define'
import { oneOutput } from './parts/located'

const extent = z.int().min(1).max(1_000_000)

export const input = defineLayer({
  type: 'input',
  version: 1,
  title: 'Input',
  category: 'input',
  icon: 'photo',
  keywords: ['image', 'data'],
  doc: 'The image that enters the network: channels, height, width. Or a vector of features.',
  source: 'ONNX graph input',
  inputs: { kind: 'fixed', names: [] },
  outputPorts: oneOutput,
  params: z.object({
    shape: z
      .union([z.tuple([extent, extent, extent]), z.tuple([extent])])
      .meta({ title: 'Shape', help: 'Channels, height and width of an image, or the length of a vector.' }),
  }),
  start: { shape: [3, 32, 32] },
  infer: ({ params }) => ({ outputs: [params.shape] }),
  explain: ({ params: { shape } }) => [
    { subject: 'output', title: 'Values', states: { kind: 'number', value: times(...shape) } },
  ],
  summary: ({ shape }) => shape.join('x'),
  // A lowering that scales its pixels hands in the scaled value; without one the layer is the graph input itself.
  toOnnx: ({ builder, params, values, nodeId }) =>
    values[0] === undefined ? [builder.input(nodeId, 'float32', ['N', ...params.shape])] : [values[0]],
  toTfjs: ({ values }) => values.slice(0, 1),
  examples: [
    { name: 'a grey digit', params: { shape: [1, 28, 28] }, inputs: [], output: [1, 28, 28], parameters: 0 },
    { name: 'a vector', params: { shape: [3] }, inputs: [], output: [3] },
    { name: 'no shape', params: {}, inputs: [], error: 'layer.parameter' },
    { name: 'an extent of 0', params: { shape: [3, 0, 32] }, inputs: [], error: 'layer.parameter' },
    { name: 'two extents', params: { shape: [28, 28] }, inputs: [], error: 'layer.parameter' },
  ],
})
