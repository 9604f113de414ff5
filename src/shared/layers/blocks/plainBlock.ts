// The residual block without its shortcut: two 3x3 convolutions, for comparison.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter, strideParameter } from '../parts/parameters'
import { expandRepeated, repeatParameter, summariseStage } from '../parts/repeat'
import { startWithChannels } from '../parts/startChannels'

const type = 'plainBlock'
const kernel = [3, 3] as const

export const plainBlock = defineBlock({
  type,
  version: 1,
  title: 'Plain block',
  category: 'block',
  icon: 'stack-2',
  keywords: ['resnet'],
  doc: 'Two 3x3 convolutions with batch norm and ReLU: a residual block without its shortcut. Networks of many of them train badly.',
  source: 'He et al. 2015, arXiv:1512.03385, section 3.3, plain network',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters: countParameter('Filters', 'Number of kernels of both convolutions, and of output channels.'),
    stride: strideParameter(),
    repeat: repeatParameter(),
  }),
  start: startWithChannels,
  expand({ params }) {
    if (params.repeat > 1) return expandRepeated(type, params, { stride: [1, 1] })
    const { filters, stride } = params
    const block = new BlockBuilder()
    const ids = (number: number) => ({ conv: `conv${number}`, norm: `bn${number}`, activation: `relu${number}` })
    const middle = addConvolution(block, ids(1), { filters, kernel, stride }, blockInput)
    return block.build(addConvolution(block, ids(2), { filters, kernel }, middle))
  },
  summary: ({ filters, stride, repeat }) => summariseStage({ kernel, filters, stride, repeat }),
  examples: [
    {
      name: 'the same shape: two times 64*64*9 weights and 2*64 of the batch norm',
      params: { filters: 64 },
      inputs: [[64, 56, 56]],
      output: [64, 56, 56],
      parameters: 2 * (36_864 + 128),
      macs: 2 * 36_864 * 3136,
    },
    {
      name: 'two of them, the first with stride 2: 16*32*9 + 3*32*32*9 weights, 4*2*32 of the batch norms',
      params: { filters: 32, stride: 2, repeat: 2 },
      inputs: [[16, 32, 32]],
      output: [32, 16, 16],
      parameters: 4608 + 3 * 9216 + 256,
      macs: (4608 + 3 * 9216) * 256,
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
    { name: 'no filters', params: {}, inputs: [[8, 8, 8]], error: 'layer.parameter' },
  ],
})
