// The zero padding layer: zeros around a feature map, or channels of zeros before and after it.
import { z } from 'zod'
import type { ArithmeticLine } from '../shapes/arithmeticLine'
import { named, plus } from '../shapes/expression'
import { defineLayer } from './define'
import { oneInput, oneOutput, requireFeatureMap } from './parts/located'
import { sidesParameter } from './parts/parameters'
import { padChannels, padMap } from './parts/tfjsMaps'

const title = 'ZeroPad2D'
const count = z.int().min(0).max(65_536)

export const zeroPad2d = defineLayer({
  type: 'zeroPad2d',
  version: 1,
  title,
  category: 'reshape',
  icon: 'box-padding',
  keywords: ['padding'],
  doc: 'Adds rows and columns of zeros around a feature map, or channels of zeros before and after its own.',
  source: 'ONNX Pad, opset 13, mode constant; He et al. 2015, arXiv:1512.03385, section 3.3, option A',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    padding: sidesParameter(),
    channels: z
      .tuple([count, count])
      .default([0, 0])
      .meta({ title: 'Channels', help: 'Channels of zeros before the first and after the last.' }),
  }),
  infer(context) {
    const { channels, height, width } = requireFeatureMap(title, context)
    const { padding, channels: extra } = context.params
    const [top, left, bottom, right] = padding
    return { outputs: [[channels + extra[0] + extra[1], height + top + bottom, width + left + right]] }
  },
  receptiveWindow: ({ params }) => ({
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padBegin: [params.padding[0], params.padding[1]],
  }),
  explain(context) {
    const { channels, height, width } = requireFeatureMap(title, context)
    const { padding, channels: extra } = context.params
    const [top, left, bottom, right] = padding
    const explain = (title: string, begin: number, extent: number, end: number): ArithmeticLine => ({
      subject: 'output',
      title,
      states: { kind: 'number', value: plus(named('P_begin', begin), named('N', extent), named('P_end', end)) },
    })
    return [
      explain('Channels', extra[0], channels, extra[1]),
      explain('Height', top, height, bottom),
      explain('Width', left, width, right),
    ]
  },
  summary: ({ padding, channels }) =>
    [
      ...(padding.some((side) => side > 0) ? [padding.join(' ')] : []),
      ...(channels.some((extra) => extra > 0) ? [`channels +${channels[0] + channels[1]}`] : []),
    ].join(' · '),
  toOnnx({ builder, params, values, nodeId }) {
    const [top, left, bottom, right] = params.padding
    const [front, back] = params.channels
    const pads = builder.ints([0, front, top, left, 0, back, bottom, right])
    return [builder.add('Pad', [...values, pads], {}, { name: nodeId })]
  },
  toTfjs(lowering) {
    const { padding, channels } = lowering.params
    return lowering.values
      .slice(0, 1)
      .map((value) => padChannels(lowering, padMap(lowering, value, padding, 'sides'), channels, 'channels'))
  },
  examples: [
    { name: 'four sides', params: { padding: [1, 2, 3, 4] }, inputs: [[3, 5, 5]], output: [3, 9, 11], parameters: 0 },
    {
      name: 'channels of zeros: the shortcut of option A from 16 to 32',
      params: { channels: [8, 8] },
      inputs: [[16, 16, 16]],
      output: [32, 16, 16],
    },
    { name: 'a vector', params: { padding: [1, 1, 1, 1] }, inputs: [[84]], error: 'layer.rank' },
    { name: 'negative padding', params: { padding: [-1, 0, 0, 0] }, inputs: [[3, 5, 5]], error: 'layer.parameter' },
  ],
})
