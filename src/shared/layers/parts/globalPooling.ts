// What global average and global maximum pooling share; each states its operator.
import { z } from 'zod'
import { countOf } from '../../graph/printNumbers'
import { named, times } from '../../shapes/expression'
import { defineLayer, type LayerExample } from '../define'
import { oneInput, oneOutput, requireFeatureMap } from './located'

const params = z.object({
  keepDims: z.boolean().default(true).meta({
    title: 'Keep axes',
    help: 'On: the output is [C, 1, 1], as before a flatten layer. Off: a vector [C].',
  }),
})

const examples: readonly LayerExample[] = [
  { name: 'one value per channel', params: {}, inputs: [[64, 8, 8]], output: [64, 1, 1], parameters: 0 },
  { name: 'a vector', params: { keepDims: false }, inputs: [[512, 7, 7]], output: [512], parameters: 0 },
  { name: 'a rectangular map', params: {}, inputs: [[3, 2, 5]], output: [3, 1, 1] },
  { name: 'a vector as input', params: {}, inputs: [[64]], error: 'layer.rank' },
]

/** A layer that reduces each channel of a feature map to one value. */
export function defineGlobalPooling<const T extends string>(own: {
  readonly type: T
  readonly title: string
  readonly doc: string
  readonly source: string
  readonly operator: 'GlobalAveragePool' | 'GlobalMaxPool'
  /** What is taken of all values of a channel: `mean`. */
  readonly takes: string
  readonly keywords: readonly string[]
}) {
  const { type, title, doc, source, operator, takes, keywords } = own
  return defineLayer({
    type,
    version: 1,
    title,
    category: 'pooling',
    icon: 'focus-centered',
    keywords,
    doc,
    source,
    inputs: oneInput,
    outputPorts: oneOutput,
    params,
    infer(context) {
      const { channels } = requireFeatureMap(title, context)
      return { outputs: [context.params.keepDims ? [channels, 1, 1] : [channels]] }
    },
    receptiveWindow(context) {
      if (!context.params.keepDims) return 'none'
      const { height, width } = requireFeatureMap(title, context)
      return { kernel: [height, width], stride: [1, 1], dilation: [1, 1], padBegin: [0, 0] }
    },
    explain(context) {
      const { channels, height, width } = requireFeatureMap(title, context)
      return [
        {
          subject: 'output',
          title: 'Values per channel',
          states: { kind: 'number', value: times(named('H', height), named('W', width)) },
          notes: [`the ${takes} of them for each of ${countOf(channels, 'channel')}`],
        },
      ]
    },
    summary: () => '',
    toOnnx({ builder, params, values, nodeId }) {
      if (params.keepDims) return [builder.add(operator, values, {}, { name: nodeId })]
      const pooled = builder.add(operator, values, {}, { name: `${nodeId}/pooled` })
      return [builder.add('Flatten', [pooled], { axis: 1 }, { name: nodeId })]
    },
    toTfjs({ tf, params, values, outputs, apply, layerName }) {
      const kind = operator === 'GlobalAveragePool' ? 'globalAveragePooling2d' : 'globalMaxPooling2d'
      const pool = tf.layers[kind]({ name: params.keepDims ? layerName('pooled') : layerName() })
      const pooled = values.slice(0, 1).map((value) => apply(pool, value))
      if (!params.keepDims) return pooled
      const reshape = tf.layers.reshape({ name: layerName(), targetShape: [1, 1, outputs[0]?.[0] ?? 1] })
      return pooled.map((value) => apply(reshape, value))
    },
    examples,
  })
}
