// The block of a convolution, its batch norm and a ReLU.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addActivation, blockActivations } from '../parts/blockLayers'
import { summariseFilters } from '../parts/convolutions'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter, kernelParameterOr, paddingParameter, strideParameter } from '../parts/parameters'
import { summariseWindow } from '../parts/windows'
import { startWithChannels } from '../parts/startChannels'

export const convBnRelu = defineBlock({
  type: 'convBnRelu',
  version: 1,
  title: 'Conv-BN-ReLU',
  category: 'block',
  icon: 'stack-2',
  keywords: ['convolution', 'norm'],
  doc: 'A convolution without bias, batch normalisation and a ReLU: the brick of most networks since 2015.',
  source: 'Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters: countParameter('Filters', 'Number of kernels, and of output channels.'),
    kernel: kernelParameterOr([3, 3]),
    stride: strideParameter(),
    padding: paddingParameter('same-upper'),
    activation: z
      .enum([...blockActivations, 'none'])
      .default('relu')
      .meta({
        title: 'Activation',
        help: 'relu: max(x, 0) after the batch norm. relu6: the same, at most 6. none: the block ends in the batch norm.',
      }),
  }),
  start: startWithChannels,
  expand({ params: { filters, kernel, stride, padding, activation } }) {
    const block = new BlockBuilder()
    const conv = block.add('conv', 'conv2d', { filters, kernel, stride, padding, bias: false }, blockInput)
    const norm = block.add('bn', 'batchNorm', {}, conv)
    return block.build(activation === 'none' ? norm : addActivation(block, 'relu', activation, norm))
  },
  summary: ({ filters, kernel, stride }) =>
    summariseFilters(filters, kernel, summariseWindow({ kernel, stride, dilation: [1, 1] })),
  examples: [
    {
      name: '64 3x3 filters with padding same: 64*3*9 weights, 2*64 of the batch norm, 32*32*1728 products',
      params: { filters: 64 },
      inputs: [[3, 32, 32]],
      output: [64, 32, 32],
      parameters: 1856,
      macs: 1_769_472,
    },
    {
      name: 'without an activation, stride 2: 16*8*9 + 2*16 parameters',
      params: { filters: 16, stride: 2, activation: 'none' },
      inputs: [[8, 16, 16]],
      output: [16, 8, 8],
      parameters: 1184,
      macs: 73_728,
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
  ],
})
