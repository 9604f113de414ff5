// The channel shuffle layer: channels of several groups dealt out in turn.
import { z } from 'zod'
import { defineLayer, type LayerContext } from './define'
import { layerError, oneInput, oneOutput, printSource, requireFeatureMap } from './parts/located'
import { explainRule } from './parts/rules'

const title = 'ChannelShuffle'

const params = z.object({
  groups: z.int().min(2).max(65_536).default(2).meta({
    title: 'Groups',
    help: 'As many parts the channels are cut into; then one channel is taken from each in turn.',
  }),
})

function groupSize(context: LayerContext<z.output<typeof params>>): number {
  const { channels } = requireFeatureMap(title, context)
  const { groups } = context.params
  if (channels % groups === 0) return channels / groups
  throw layerError(
    title,
    context,
    'layer.division',
    `${channels} channels do not divide by ${groups} groups ${printSource(context)}.`,
    { expected: `a multiple of ${groups}`, received: channels, hint: 'Choose groups that divide the channels.' },
  )
}

export const channelShuffle = defineLayer({
  type: 'channelShuffle',
  version: 1,
  title,
  category: 'reshape',
  icon: 'transform',
  keywords: ['shufflenet'],
  doc: 'Deals the channels of several groups out in turn, so that the next grouped convolution sees some of each.',
  source: 'ONNX Reshape and Transpose; Zhang et al. 2017, arXiv:1707.01083, section 3.1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params,
  infer(context) {
    groupSize(context)
    const { channels, height, width } = requireFeatureMap(title, context)
    return { outputs: [[channels, height, width]] }
  },
  explain(context) {
    const size = groupSize(context)
    const { groups } = context.params
    return [explainRule(`channel i goes to ${groups}·(i mod ${size}) + ⌊i/${size}⌋`)]
  },
  summary: ({ groups }) => `${groups} groups`,
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const { channels, height, width } = requireFeatureMap(title, lowering)
    // 0 keeps the batch axis, whatever its extent.
    const split = builder.ints([0, params.groups, channels / params.groups, height, width])
    const parts = builder.add('Reshape', [...values, split], {}, { name: `${nodeId}/groups` })
    const swapped = builder.add('Transpose', [parts], { perm: [0, 2, 1, 3, 4] }, { name: `${nodeId}/swapped` })
    const joined = builder.ints([0, channels, height, width])
    return [builder.add('Reshape', [swapped, joined], {}, { name: nodeId })]
  },
  toTfjs(lowering) {
    const { tf, params, values, apply, layerName } = lowering
    const { channels, height, width } = requireFeatureMap(title, lowering)
    const split = [height, width, params.groups, channels / params.groups]
    return values.slice(0, 1).map((value) => {
      const parts = apply(tf.layers.reshape({ name: layerName('groups'), targetShape: split }), value)
      const swapped = apply(tf.layers.permute({ name: layerName('swapped'), dims: [1, 2, 4, 3] }), parts)
      return apply(tf.layers.reshape({ name: layerName(), targetShape: [height, width, channels] }), swapped)
    })
  },
  examples: [
    { name: 'two groups of 58 channels', params: {}, inputs: [[116, 28, 28]], output: [116, 28, 28], parameters: 0 },
    { name: 'three groups', params: { groups: 3 }, inputs: [[6, 2, 3]], output: [6, 2, 3] },
    { name: 'channels that do not divide', params: { groups: 4 }, inputs: [[6, 2, 3]], error: 'layer.division' },
    { name: 'a vector', params: {}, inputs: [[84]], error: 'layer.rank' },
  ],
})
