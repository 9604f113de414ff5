// The squeeze-and-excitation block: each channel is weighed by what all of them hold on average.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { activationParameter, addActivation } from '../parts/blockLayers'
import { oneInput, oneOutput, requireFeatureMap } from '../parts/located'

const title = 'Squeeze-excitation'

export const squeezeExcitation = defineBlock({
  type: 'squeezeExcitation',
  version: 1,
  title,
  category: 'block',
  icon: 'arrows-minimize',
  keywords: ['se', 'senet', 'attention'],
  doc: 'Averages each channel over the image, passes the averages through two small layers, and weighs the channels by what comes out.',
  source: 'Hu et al. 2017, arXiv:1709.01507, eqs. 2 to 4',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    reduction: z.int().min(1).max(1024).default(16).meta({
      title: 'Reduction',
      help: 'Channels between the two layers: those of the input divided by this number, at least 1.',
    }),
    channels: z.int().min(0).max(1_000_000).default(0).meta({
      title: 'Squeezed channels',
      help: 'Channels between the two layers as a number; 0: by the reduction.',
    }),
    activation: activationParameter('relu'),
  }),
  expand(context) {
    const { reduction, channels: given, activation } = context.params
    const { channels } = requireFeatureMap(title, context)
    const squeezed = given === 0 ? Math.max(1, Math.floor(channels / reduction)) : given
    const block = new BlockBuilder()
    let gate = block.add('pool', 'globalAveragePool', {}, blockInput)
    gate = block.add('reduce', 'conv2d', { filters: squeezed, kernel: 1 }, gate)
    gate = addActivation(block, 'activation', activation, gate)
    gate = block.add('expand', 'conv2d', { filters: channels, kernel: 1, initialiser: 'xavier-normal' }, gate)
    gate = block.add('gate', 'sigmoid', {}, gate)
    return block.build(block.add('scale', 'multiply', {}, blockInput, gate))
  },
  summary: ({ reduction, channels }) => (channels === 0 ? `1/${reduction}` : `${channels} channels`),
  examples: [
    {
      name: '256 channels by 16: 2*256*16 weights, 16 + 256 biases',
      params: {},
      inputs: [[256, 56, 56]],
      output: [256, 56, 56],
      parameters: 8192 + 272,
      macs: 8192,
    },
    {
      name: 'a number of channels: (96 + 1)*4 + (4 + 1)*96',
      params: { channels: 4, activation: 'swish' },
      inputs: [[96, 7, 7]],
      output: [96, 7, 7],
      parameters: 388 + 480,
    },
    { name: 'a vector', params: {}, inputs: [[10]], error: 'layer.rank' },
  ],
})
