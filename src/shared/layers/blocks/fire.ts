// The fire module of SqueezeNet: few channels, then a 1x1 and a 3x3 convolution of them side by side.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter } from '../parts/parameters'

export const fire = defineBlock({
  type: 'fire',
  version: 1,
  title: 'Fire',
  category: 'block',
  icon: 'flame',
  keywords: ['squeezenet'],
  doc: 'Squeezes to few channels by a 1x1 convolution, then widens them by 1x1 and 3x3 convolutions side by side: few weights for its size.',
  source: 'Iandola et al. 2016, arXiv:1602.07360, figure 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    squeeze: countParameter('Squeeze', 'Filters of the first 1x1 convolution.'),
    expand1x1: countParameter('Expand 1x1', 'Filters of the 1x1 convolution behind it.'),
    expand3x3: countParameter('Expand 3x3', 'Filters of the 3x3 convolution beside that one.'),
  }),
  start: { squeeze: 16, expand1x1: 64, expand3x3: 64 },
  expand({ params }) {
    const block = new BlockBuilder()
    const convolve = (path: string, filters: number, size: 1 | 3, source: typeof blockInput) =>
      addConvolution(
        block,
        { conv: `${path}/conv`, activation: `${path}/relu` },
        { filters, kernel: [size, size], bias: true },
        source,
      )
    const squeezed = convolve('squeeze', params.squeeze, 1, blockInput)
    const narrow = convolve('expand1x1', params.expand1x1, 1, squeezed)
    const wide = convolve('expand3x3', params.expand3x3, 3, squeezed)
    return block.build(block.add('concat', 'concat', {}, narrow, wide))
  },
  summary: ({ squeeze, expand1x1, expand3x3 }) => `${squeeze} · ${expand1x1} + ${expand3x3}`,
  examples: [
    {
      name: 'fire2 of SqueezeNet: (96 + 1)*16 + (16 + 1)*64 + (16*9 + 1)*64',
      params: { squeeze: 16, expand1x1: 64, expand3x3: 64 },
      inputs: [[96, 55, 55]],
      output: [128, 55, 55],
      parameters: 1552 + 1088 + 9280,
      macs: (1536 + 1024 + 9216) * 3025,
    },
    { name: 'a vector', params: { squeeze: 2, expand1x1: 4, expand3x3: 4 }, inputs: [[10]], error: 'layer.rank' },
    { name: 'nothing squeezed', params: { expand1x1: 4, expand3x3: 4 }, inputs: [[8, 8, 8]], error: 'layer.parameter' },
  ],
})
