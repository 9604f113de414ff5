// The block of VGG: several 3x3 convolutions of the same width, then a pooling.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter } from '../parts/parameters'

export const vggBlock = defineBlock({
  type: 'vggBlock',
  version: 1,
  title: 'VGG block',
  category: 'block',
  icon: 'stack-3',
  keywords: ['vgg'],
  doc: 'Several 3x3 convolutions with ReLU, then a pooling that halves the image. Two of them see as much as one 5x5, three as much as one 7x7, with fewer weights.',
  source: 'Simonyan and Zisserman 2014, arXiv:1409.1556, table 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    convolutions: z.int().min(1).max(64).default(2).meta({
      title: 'Convolutions',
      help: 'How many stand one after the other.',
    }),
    filters: countParameter('Filters', 'Number of kernels of each convolution, and of output channels.'),
    pool: z.boolean().default(true).meta({
      title: 'Pooling',
      help: 'Maximum over 2x2 with stride 2 at the end: half the height and width.',
    }),
    batchNorm: z.boolean().default(false).meta({
      title: 'Batch norm',
      help: 'Batch normalisation behind each convolution.',
    }),
    lastKernel: z.enum(['3x3', '1x1']).default('3x3').meta({
      title: 'Last window',
      help: 'The window of the last convolution: 1x1 in the networks of column C.',
    }),
    responseNorm: z.boolean().default(false).meta({
      title: 'Response norm',
      help: 'Local response normalisation before the pooling, as in column A-LRN.',
    }),
  }),
  start: { filters: 64 },
  expand({ params: { convolutions, filters, pool, batchNorm, lastKernel, responseNorm } }) {
    const block = new BlockBuilder()
    let last = blockInput
    for (let number = 1; number <= convolutions; number++) {
      const isNarrow = number === convolutions && lastKernel === '1x1'
      const ids = { conv: `conv${number}`, activation: `relu${number}`, ...(batchNorm ? { norm: `bn${number}` } : {}) }
      last = addConvolution(block, ids, { filters, kernel: isNarrow ? [1, 1] : [3, 3], bias: true }, last)
    }
    if (responseNorm) last = block.add('norm', 'localResponseNorm', {}, last)
    return block.build(pool ? block.add('pool', 'maxPool2d', {}, last) : last)
  },
  summary: ({ convolutions, filters }) => `3x3 · ${filters} · x${convolutions}`,
  examples: [
    {
      name: 'the first block of VGG-16: (3*9 + 1)*64 + (64*9 + 1)*64',
      params: { filters: 64 },
      inputs: [[3, 224, 224]],
      output: [64, 112, 112],
      parameters: 1792 + 36_928,
      macs: (27 * 64 + 576 * 64) * 50_176,
    },
    {
      name: 'column C: the last window is 1x1, (512 + 1)*512 parameters',
      params: { convolutions: 3, filters: 512, lastKernel: '1x1' },
      inputs: [[512, 14, 14]],
      output: [512, 7, 7],
      parameters: 2 * (512 * 9 + 1) * 512 + 513 * 512,
    },
    {
      name: 'with batch norm and without pooling: 2*8 more for each convolution',
      params: { convolutions: 1, filters: 8, batchNorm: true, pool: false },
      inputs: [[4, 6, 6]],
      output: [8, 6, 6],
      parameters: (36 + 1) * 8 + 16,
    },
    {
      name: 'with local response normalisation',
      params: { convolutions: 1, filters: 64, responseNorm: true },
      inputs: [[3, 32, 32]],
      output: [64, 16, 16],
      parameters: 1792,
    },
    {
      name: 'an image too small to be halved',
      params: { filters: 8 },
      inputs: [[8, 1, 1]],
      error: 'layer.window',
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
  ],
})
