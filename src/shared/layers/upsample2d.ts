// The upsampling layer.
import { z } from 'zod'
import type { Pair } from '../shapes/window'
import { defineLayer } from './define'
import { oneInput, oneOutput, requireFeatureMap } from './parts/located'
import { scaleParameter } from './parts/parameters'

const title = 'Upsample2D'

export const upsample2d = defineLayer({
  type: 'upsample2d',
  version: 1,
  title,
  category: 'reshape',
  icon: 'zoom-in',
  doc: 'Makes feature maps larger by whole factors: nearest repeats each value, bilinear blends the four around it.',
  source: 'ONNX Resize, opset 13: nearest with asymmetric and floor, linear with half_pixel',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    scale: scaleParameter(),
    mode: z
      .enum(['nearest', 'bilinear'])
      .default('nearest')
      .meta({ title: 'Mode', help: 'nearest: repeats values. bilinear: blends neighbours.' }),
  }),
  infer(context) {
    const { channels, height, width } = requireFeatureMap(title, context)
    const [down, right] = context.params.scale
    return { outputs: [[channels, height * down, width * right]] }
  },
  receptiveWindow({ params: { scale, mode } }) {
    const perAxis = (compute: (factor: number) => number): Pair => [compute(scale[0]), compute(scale[1])]
    // Output row i has its centre at (i + 1/2)/factor - 1/2 of the input; blending sees one more row.
    const reach = (factor: number): number => (mode === 'bilinear' && factor > 1 ? 2 : 1)
    return {
      kernel: perAxis(reach),
      stride: perAxis((factor) => 1 / factor),
      dilation: [1, 1],
      padBegin: perAxis((factor) => (reach(factor) - 1) / 2 + (factor - 1) / (2 * factor)),
    }
  },
  explain(context) {
    const { height, width } = requireFeatureMap(title, context)
    const [down, right] = context.params.scale
    return [
      `height: ${height}*${down} = ${height * down}`,
      `width: ${width}*${right} = ${width * right}`,
      'parameters: 0',
    ]
  },
  summary: ({ scale, mode }) => `${scale[0] === scale[1] ? scale[0] : scale.join('x')}x · ${mode}`,
  toOnnx({ builder, params: { scale, mode }, values, nodeId }) {
    const scales = builder.floats([1, 1, ...scale])
    const attributes: Record<string, string> =
      mode === 'nearest'
        ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
        : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
    return [builder.add('Resize', [...values, '', scales], attributes, { name: nodeId })]
  },
  examples: [
    { name: 'doubles a map by default', params: {}, inputs: [[8, 7, 7]], output: [8, 14, 14], parameters: 0 },
    {
      name: 'different factors, blended',
      params: { scale: [2, 3], mode: 'bilinear' },
      inputs: [[2, 4, 5]],
      output: [2, 8, 15],
    },
    { name: 'a vector', params: {}, inputs: [[84]], error: 'layer.rank' },
    { name: 'a factor of 0', params: { scale: 0 }, inputs: [[2, 4, 4]], error: 'layer.parameter' },
  ],
})
