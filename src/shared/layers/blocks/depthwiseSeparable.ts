// The depthwise separable convolution of MobileNet: first each channel by itself, then all channels of one place.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { activationParameter, addActivation, addConvolution, addDepthwise } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter, kernelParameterOr, strideParameter } from '../parts/parameters'
import { expandRepeated, repeatParameter, summariseStage } from '../parts/repeat'
import { startWithChannels } from '../parts/startChannels'

const type = 'depthwiseSeparable'

export const depthwiseSeparable = defineBlock({
  type,
  version: 1,
  title: 'Depthwise separable',
  category: 'block',
  icon: 'stack',
  keywords: ['mobilenet'],
  doc: 'A depthwise convolution and a 1x1 convolution, each with batch norm and activation: nearly what an ordinary convolution does, at about a ninth of the multiplications.',
  source: 'Howard et al. 2017, arXiv:1704.04861, figure 3',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters: countParameter('Filters', 'Number of 1x1 kernels, and of output channels.'),
    kernel: kernelParameterOr([3, 3]),
    stride: strideParameter(),
    activation: activationParameter('relu'),
    repeat: repeatParameter(),
  }),
  start: startWithChannels,
  expand({ params }) {
    if (params.repeat > 1) return expandRepeated(type, params, { stride: [1, 1] })
    const { filters, kernel, stride, activation } = params
    const block = new BlockBuilder()
    let last = addDepthwise(block, 'depthwise', { kernel, stride }, blockInput)
    last = addActivation(block, 'act1', activation, block.add('bn1', 'batchNorm', {}, last))
    const ids = { conv: 'pointwise', norm: 'bn2', activation: 'act2' }
    return block.build(addConvolution(block, ids, { filters, kernel: [1, 1], activation }, last))
  },
  summary: ({ filters, kernel, stride, repeat }) => summariseStage({ kernel, filters, stride, repeat }),
  examples: [
    {
      name: 'the first of MobileNet: 32*9 + 32*64 weights, 2*(32 + 64) of the batch norms',
      params: { filters: 64 },
      inputs: [[32, 112, 112]],
      output: [64, 112, 112],
      parameters: 288 + 2048 + 192,
      macs: (288 + 2048) * 12_544,
    },
    {
      name: 'stride 2, twice: the second keeps the size',
      params: { filters: 32, stride: 2, repeat: 2 },
      inputs: [[16, 9, 9]],
      output: [32, 5, 5],
      parameters: 144 + 512 + 96 + 288 + 1024 + 128,
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
  ],
})
