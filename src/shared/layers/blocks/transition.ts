// The transition between two dense blocks: fewer channels, half the height and width.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput, requireFeatureMap } from '../parts/located'

const title = 'Transition'

export const transition = defineBlock({
  type: 'transition',
  version: 1,
  title,
  category: 'block',
  icon: 'arrows-minimize',
  keywords: ['densenet'],
  doc: 'Batch norm, ReLU, a 1x1 convolution to fewer channels, and an average pooling that halves the image.',
  source: 'Huang et al. 2016, arXiv:1608.06993, section 3',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    compression: z.number().gt(0).max(1).default(0.5).meta({
      title: 'Compression',
      help: 'The share of the channels that is left, rounded down.',
    }),
  }),
  expand(context) {
    const { channels } = requireFeatureMap(title, context)
    const filters = Math.max(1, Math.floor(channels * context.params.compression))
    const block = new BlockBuilder()
    const start = block.add('relu', 'relu', {}, block.add('bn', 'batchNorm', {}, blockInput))
    const narrow = addConvolution(block, { conv: 'conv' }, { filters, kernel: [1, 1] }, start)
    return block.build(block.add('pool', 'averagePool2d', {}, narrow))
  },
  summary: ({ compression }) => `${Number((100 * compression).toFixed(2))}% of the channels`,
  examples: [
    {
      name: 'the first of DenseNet-121: 2*256 of the batch norm, 256*128 weights',
      params: {},
      inputs: [[256, 56, 56]],
      output: [128, 28, 28],
      parameters: 512 + 32_768,
      macs: 32_768 * 3136,
    },
    { name: 'an image too small to be halved', params: {}, inputs: [[8, 1, 1]], error: 'layer.window' },
    { name: 'no channels left', params: { compression: 0 }, inputs: [[8, 4, 4]], error: 'layer.parameter' },
    { name: 'a vector', params: {}, inputs: [[10]], error: 'layer.rank' },
  ],
})
