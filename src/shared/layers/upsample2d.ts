// The upsampling layer.
import { z } from 'zod'
import type { ArithmeticLine } from '../shapes/arithmeticLine'
import { named, times } from '../shapes/expression'
import type { Pair } from '../shapes/window'
import { defineLayer } from './define'
import { oneInput, oneOutput, requireFeatureMap } from './parts/located'
import { scaleParameter } from './parts/parameters'
import type { SymbolicTensor } from './parts/tfjsTarget'

const title = 'Upsample2D'

export const upsample2d = defineLayer({
  type: 'upsample2d',
  version: 1,
  title,
  category: 'reshape',
  icon: 'zoom-in',
  keywords: ['resize', 'scale'],
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
    const explain = (title: string, extent: number, factor: number): ArithmeticLine => ({
      subject: 'output',
      title,
      states: { kind: 'number', value: times(named('N', extent), named('s', factor)) },
    })
    return [explain('Height', height, down), explain('Width', width, right)]
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
  // A product with a fixed matrix along each axis: TensorFlow.js's own blending has other sample points, and its gradient
  // of repeating is wrong on the CPU.
  toTfjs(lowering) {
    const { tf, params, values, apply, fix, layerName } = lowering
    const { height, width } = requireFeatureMap(title, lowering)
    const { scale, mode } = params
    if (mode === 'nearest' && lowering.mode === 'inference') {
      const size: [number, number] = [scale[0], scale[1]]
      return values.slice(0, 1).map((value) => apply(tf.layers.upSampling2d({ name: layerName(), size }), value))
    }
    const blend = (value: SymbolicTensor, extent: number, factor: number, part: string): SymbolicTensor => {
      const layer = tf.layers.dense({
        name: layerName(part),
        units: extent * factor,
        useBias: false,
        kernelInitializer: 'zeros',
        trainable: false,
      })
      const result = apply(layer, value)
      fix(layer.weights[0], resizingMatrix(extent, factor, mode))
      return result
    }
    return values.slice(0, 1).map((value) => {
      const turned = apply(tf.layers.permute({ name: layerName('hcw'), dims: [1, 3, 2] }), value)
      const wide = blend(turned, width, scale[1], 'wide')
      const lying = apply(tf.layers.permute({ name: layerName('wch'), dims: [3, 2, 1] }), wide)
      const high = blend(lying, height, scale[0], 'high')
      return apply(tf.layers.permute({ name: layerName(), dims: [3, 1, 2] }), high)
    })
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

/**
 * The share of input row i in output row o, [extent, extent * factor]. Nearest: all of row floor(o / factor). Bilinear: o
 * has its centre at (o + 1/2)/factor - 1/2 of the input; rows beyond the ends are those at the ends.
 */
function resizingMatrix(extent: number, factor: number, mode: 'nearest' | 'bilinear'): Float32Array {
  const columns = extent * factor
  const shares = new Float32Array(extent * columns)
  const add = (row: number, column: number, share: number): void => {
    const index = Math.min(extent - 1, Math.max(0, row)) * columns + column
    shares[index] = (shares[index] ?? 0) + share
  }
  for (let column = 0; column < columns; column++) {
    const centre = mode === 'nearest' ? Math.floor(column / factor) : (column + 0.5) / factor - 0.5
    const below = Math.floor(centre)
    add(below, column, 1 - (centre - below))
    add(below + 1, column, centre - below)
  }
  return shares
}
