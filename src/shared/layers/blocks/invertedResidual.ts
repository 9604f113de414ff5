// The inverted residual block of MobileNetV2 and EfficientNet: wide in the middle, narrow at both ends.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { activationParameter, addActivation, addConvolution, addDepthwise, keepsExtents } from '../parts/blockLayers'
import { oneInput, oneOutput, requireFeatureMap } from '../parts/located'
import { countParameter, kernelParameterOr, strideParameter } from '../parts/parameters'
import { expandRepeated, repeatParameter, summariseStage } from '../parts/repeat'
import { startWithChannels } from '../parts/startChannels'

const type = 'invertedResidual'
const title = 'Inverted residual'

export const invertedResidual = defineBlock({
  type,
  version: 1,
  title,
  category: 'block',
  icon: 'arrows-maximize',
  keywords: ['mobilenet', 'mbconv', 'efficientnet'],
  doc: 'Widens the channels by a 1x1 convolution, convolves each by itself, narrows them again without an activation, and adds the input where the shape stays.',
  source: 'Sandler et al. 2018, arXiv:1801.04381, table 1; Tan and Le 2019, arXiv:1905.11946, table 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters: countParameter('Filters', 'Number of output channels.'),
    expansion: z.int().min(1).max(64).default(6).meta({
      title: 'Expansion',
      help: 'Channels in the middle for each channel of the input; 1: the first convolution is left out.',
    }),
    kernel: kernelParameterOr([3, 3]),
    stride: strideParameter(),
    squeeze: z.number().min(0).max(1).default(0).meta({
      title: 'Squeeze',
      help: 'Squeeze-and-excitation in the middle, with this share of the input channels; 0.25 in EfficientNet, 0: without.',
    }),
    activation: activationParameter('relu6'),
    repeat: repeatParameter(),
  }),
  start: startWithChannels,
  expand(context) {
    const { params } = context
    if (params.repeat > 1) return expandRepeated(type, params, { stride: [1, 1] })
    const { filters, expansion, kernel, stride, squeeze, activation } = params
    const { channels } = requireFeatureMap(title, context)
    const block = new BlockBuilder()
    let last = blockInput
    if (expansion > 1) {
      const wide = { filters: channels * expansion, kernel: [1, 1] as const, activation }
      last = addConvolution(block, { conv: 'expand', norm: 'bn1', activation: 'act1' }, wide, last)
    }
    last = addDepthwise(block, 'depthwise', { kernel, stride }, last)
    last = addActivation(block, 'act2', activation, block.add('bn2', 'batchNorm', {}, last))
    if (squeeze > 0) {
      const squeezed = Math.max(1, Math.floor(channels * squeeze))
      last = block.add('se', 'squeezeExcitation', { channels: squeezed, activation }, last)
    }
    last = addConvolution(block, { conv: 'project', norm: 'bn3' }, { filters, kernel: [1, 1] }, last)
    const keepsShape = keepsExtents(stride) && channels === filters
    return block.build(keepsShape ? block.add('add', 'add', {}, blockInput, last) : last)
  },
  summary: ({ filters, kernel, stride, repeat }) => summariseStage({ kernel, filters, stride, repeat }),
  examples: [
    {
      name: 'from 24 to 24 channels by way of 144, with an addition',
      params: { filters: 24 },
      inputs: [[24, 56, 56]],
      output: [24, 56, 56],
      parameters: 24 * 144 + 144 * 9 + 144 * 24 + 2 * (144 + 144 + 24),
      macs: (24 * 144 + 144 * 9 + 144 * 24) * 3136,
    },
    {
      name: 'expansion 1 leaves the first convolution out',
      params: { filters: 16, expansion: 1 },
      inputs: [[32, 112, 112]],
      output: [16, 112, 112],
      parameters: 32 * 9 + 32 * 16 + 2 * (32 + 16),
    },
    {
      name: 'the second stage of EfficientNet-B0: stride 2, squeeze to 16/4 channels',
      params: { filters: 24, stride: 2, squeeze: 0.25, activation: 'swish' },
      inputs: [[16, 112, 112]],
      output: [24, 56, 56],
      parameters: 16 * 96 + 96 * 9 + (96 + 1) * 4 + (4 + 1) * 96 + 96 * 24 + 2 * (96 + 96 + 24),
    },
    {
      name: 'two of them: stride 2 and new channels in the first, an addition in the second',
      params: { filters: 8, expansion: 2, stride: 2, repeat: 2 },
      inputs: [[4, 10, 10]],
      output: [8, 5, 5],
      parameters: 32 + 72 + 64 + 2 * (8 + 8 + 8) + 128 + 144 + 128 + 2 * (16 + 16 + 8),
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
  ],
})
