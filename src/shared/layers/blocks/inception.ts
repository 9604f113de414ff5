// The inception module: four branches with different windows, laid side by side.
import { z } from 'zod'
import type { Pair } from '../../shapes/window'
import { defineBlock, type BlockSource } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter } from '../parts/parameters'

const one: Pair = [1, 1]
const three: Pair = [3, 3]
const five: Pair = [5, 5]

/** A number of filters that may be left out. */
function optionalFilters(title: string, help: string) {
  return z.int().min(0).max(1_000_000).default(0).meta({ title, help })
}

export const inception = defineBlock({
  type: 'inception',
  version: 1,
  title: 'Inception',
  category: 'block',
  icon: 'arrows-split-2',
  keywords: ['googlenet'],
  doc: 'Looks at the same place with 1x1, 3x3 and 5x5 windows and a pooling, and lays the results side by side. 1x1 convolutions before the large windows save most of the multiplications.',
  source: 'Szegedy et al. 2014, arXiv:1409.4842, figure 2',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters1x1: countParameter('1x1', 'Filters of the 1x1 branch.'),
    reduce3x3: optionalFilters(
      '3x3 reduce',
      'Filters of the 1x1 convolution before the 3x3; 0: none, as in the naive module.',
    ),
    filters3x3: countParameter('3x3', 'Filters of the 3x3 branch.'),
    reduce5x5: optionalFilters('5x5 reduce', 'Filters of the 1x1 convolution before the 5x5; 0: none.'),
    filters5x5: countParameter('5x5', 'Filters of the 5x5 branch.'),
    poolFilters: optionalFilters('Pool projection', 'Filters of the 1x1 convolution behind the pooling; 0: none.'),
    batchNorm: z.boolean().default(false).meta({
      title: 'Batch norm',
      help: 'Batch normalisation behind each convolution, in place of its bias.',
    }),
    largeKernel: z.enum(['5x5', '3x3']).default('5x5').meta({
      title: 'Large window',
      help: 'The window of the third branch: 5x5 in the paper, 3x3 in torchvision.',
    }),
  }),
  start: {
    filters1x1: 64,
    reduce3x3: 96,
    filters3x3: 128,
    reduce5x5: 16,
    filters5x5: 32,
    poolFilters: 32,
  },
  expand({ params }) {
    const block = new BlockBuilder()
    const convolve = (path: string, filters: number, kernel: Pair, source: BlockSource) => {
      const norm = params.batchNorm ? { norm: `${path}/bn` } : {}
      const ids = { conv: `${path}/conv`, ...norm, activation: `${path}/relu` }
      return addConvolution(block, ids, { filters, kernel, bias: !params.batchNorm }, source)
    }
    const reduce = (path: string, filters: number) =>
      filters === 0 ? blockInput : convolve(path, filters, one, blockInput)
    const large = params.largeKernel === '5x5' ? five : three
    const branch1 = convolve('1x1', params.filters1x1, one, blockInput)
    const branch2 = convolve('3x3', params.filters3x3, three, reduce('3x3-reduce', params.reduce3x3))
    const branch3 = convolve('5x5', params.filters5x5, large, reduce('5x5-reduce', params.reduce5x5))
    const pooled = block.add('pool', 'maxPool2d', { kernel: 3, stride: 1, padding: [1, 1, 1, 1] }, blockInput)
    const branch4 = params.poolFilters === 0 ? pooled : convolve('pool-projection', params.poolFilters, one, pooled)
    return block.build(block.add('concat', 'concat', {}, branch1, branch2, branch3, branch4))
  },
  summary: ({ filters1x1, filters3x3, filters5x5, poolFilters }) =>
    [filters1x1, filters3x3, filters5x5, ...(poolFilters === 0 ? [] : [poolFilters])].join(' + '),
  examples: [
    {
      // 784 positions times 256*128 + 256*192*9 + 256*96*25
      name: 'the naive module of the lectures: 28x28x672, 854M multiplications',
      params: { filters1x1: 128, filters3x3: 192, filters5x5: 96 },
      inputs: [[256, 28, 28]],
      output: [672, 28, 28],
      macs: 784 * (32_768 + 442_368 + 614_400),
    },
    {
      // Lecture 4 prints 358M for this module; the six convolutions that it lists add up to 271.3M.
      name: 'with bottlenecks of 64: 28x28x480, 271.3M multiplications',
      params: { filters1x1: 128, reduce3x3: 64, filters3x3: 192, reduce5x5: 64, filters5x5: 96, poolFilters: 64 },
      inputs: [[256, 28, 28]],
      output: [480, 28, 28],
      macs: 784 * (32_768 + 16_384 + 110_592 + 16_384 + 153_600 + 16_384),
    },
    {
      // 12,288 + 18,432 + 110,592 + 3072 + 12,800 + 6144 weights and 64 + 96 + 128 + 16 + 32 + 32 biases
      name: 'module 3a of GoogLeNet',
      params: { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolFilters: 32 },
      inputs: [[192, 28, 28]],
      output: [256, 28, 28],
      parameters: 163_328 + 368,
      macs: 784 * 163_328,
    },
    {
      // 512 + 1024 + 1152 + 256 + 288 + 256 weights, and two numbers for each of 8 + 16 + 8 + 4 + 8 + 4 channels
      name: 'with batch norm and a 3x3 window in the third branch, as in torchvision',
      params: {
        filters1x1: 8,
        reduce3x3: 16,
        filters3x3: 8,
        reduce5x5: 4,
        filters5x5: 8,
        poolFilters: 4,
        batchNorm: true,
        largeKernel: '3x3',
      },
      inputs: [[64, 6, 6]],
      output: [28, 6, 6],
      parameters: 512 + 1024 + 1152 + 256 + 288 + 256 + 2 * 48,
    },
    {
      name: 'a vector',
      params: { filters1x1: 8, filters3x3: 8, filters5x5: 8 },
      inputs: [[10]],
      error: 'layer.rank',
    },
  ],
})
