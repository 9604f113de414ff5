// The residual block of a 1x1, a 3x3 and a 1x1 convolution, narrow in the middle.
import { z } from 'zod'
import { defineBlock, type LayerContext } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { layerError, oneInput, oneOutput } from '../parts/located'
import { countParameter } from '../parts/parameters'
import { expandRepeated, summariseStage } from '../parts/repeat'
import { finishResidual, normOf, residualParameters, startResidual } from '../parts/residual'
import { channelsAt } from '../parts/startChannels'

const type = 'residualBottleneck'
const title = 'Residual bottleneck'
const [one, three] = [
  [1, 1],
  [3, 3],
] as const

/** The base width at which the middle is as wide as `filters` says. */
const usualBaseWidth = 64

const params = z.object({
  filters: countParameter(
    'Filters',
    'Channels of the two narrow convolutions; the block gives this times the expansion.',
  ),
  expansion: z.int().min(1).max(64).default(4).meta({
    title: 'Expansion',
    help: 'Output channels for each filter of the narrow convolutions.',
  }),
  strideOn: z.enum(['1x1', '3x3']).default('3x3').meta({
    title: 'Stride on',
    help: 'The convolution that has the stride: the first 1x1, as in the paper, or the 3x3, as in torchvision.',
  }),
  groups: z.int().min(1).max(1024).default(1).meta({
    title: 'Groups',
    help: 'The 3x3 convolution is split into this many groups: 32 in ResNeXt.',
  }),
  baseWidth: z.int().min(1).max(4096).default(usualBaseWidth).meta({
    title: 'Base width',
    help: 'Channels of each group of the 3x3 convolution for 64 filters: 4 in ResNeXt 32x4d, 128 in wide ResNets.',
  }),
  ...residualParameters,
})

/** Channels of the two narrow convolutions. @see Xie et al. 2016, arXiv:1611.05431, table 1 */
function widthOf(context: LayerContext<z.output<typeof params>>): number {
  const { filters, groups, baseWidth } = context.params
  const perGroup = Math.floor((filters * baseWidth) / usualBaseWidth)
  if (perGroup > 0) return perGroup * groups
  throw layerError(
    title,
    context,
    'layer.parameter',
    `base width ${baseWidth} leaves each group ${filters}*${baseWidth}/${usualBaseWidth} < 1 channels.`,
    {
      path: 'params.baseWidth',
      expected: `at least ${Math.ceil(usualBaseWidth / filters)}`,
      received: baseWidth,
      hint: 'Use a larger base width or more filters.',
    },
  )
}

export const residualBottleneck = defineBlock({
  type,
  version: 1,
  title,
  category: 'block',
  icon: 'arrow-ramp-right',
  keywords: ['resnet', 'skip', 'shortcut'],
  doc: 'A 1x1 convolution to few channels, a 3x3 one among them, a 1x1 one back to many, and the input added. Cheaper than two 3x3 convolutions on all channels.',
  source: 'He et al. 2015, arXiv:1512.03385, figure 5; groups: Xie et al. 2016, arXiv:1611.05431',
  inputs: oneInput,
  outputPorts: oneOutput,
  params,
  start({ shape }) {
    const channels = channelsAt(shape)
    return { filters: channels < 64 ? 64 : Math.round(channels / 4) }
  },
  expand(context) {
    const { params } = context
    if (params.repeat > 1) return expandRepeated(type, params, { stride: [1, 1] })
    const { stride, strideOn, groups, order } = params
    const width = widthOf(context)
    const filters = params.filters * params.expansion
    const block = new BlockBuilder()
    const frame = { title, context, params, block, filters, input: blockInput }
    const start = startResidual(frame)
    // In the order `pre` the norm and activation behind a convolution are those in front of the next one.
    const behind = (number: number) => (order === 'post' ? number : number + 1)
    const ids = (number: number) => ({
      conv: `conv${number}`,
      ...normOf(params, `bn${behind(number)}`),
      activation: `relu${behind(number)}`,
    })
    const bias = !params.batchNorm
    const first = { filters: width, kernel: one, stride: strideOn === '1x1' ? stride : one, bias }
    const second = { filters: width, kernel: three, stride: strideOn === '3x3' ? stride : one, groups, bias }
    const narrow = addConvolution(block, ids(1), first, start.main)
    const middle = addConvolution(block, ids(2), second, narrow)
    const lastIds = { conv: 'conv3', ...(order === 'post' ? normOf(params, 'bn3') : {}) }
    const main = addConvolution(block, lastIds, { filters, kernel: one, bias }, middle)
    return block.build(finishResidual(frame, start, main, 'relu3'))
  },
  summary: ({ filters, expansion, stride, repeat }) =>
    summariseStage({ kernel: three, filters: filters * expansion, stride, repeat }),
  examples: [
    {
      name: '256 channels, 64 in the middle: 256*64 + 64*64*9 + 64*256 weights, 2*(64 + 64 + 256) of the batch norms',
      params: { filters: 64 },
      inputs: [[256, 56, 56]],
      output: [256, 56, 56],
      parameters: 16_384 + 36_864 + 16_384 + 768,
      macs: (16_384 + 36_864 + 16_384) * 3136,
    },
    {
      name: 'stride 2 on the 3x3: the first 1x1 still sees 56x56',
      params: { filters: 128, stride: 2 },
      inputs: [[256, 56, 56]],
      output: [512, 28, 28],
      parameters: 32_768 + 147_456 + 65_536 + 131_072 + 2 * (128 + 128 + 512 + 512),
      macs: 32_768 * 3136 + (147_456 + 65_536 + 131_072) * 784,
    },
    {
      name: 'stride 2 on the first 1x1: everything at 28x28',
      params: { filters: 128, stride: 2, strideOn: '1x1' },
      inputs: [[256, 56, 56]],
      output: [512, 28, 28],
      macs: (32_768 + 147_456 + 65_536 + 131_072) * 784,
    },
    {
      name: 'ResNeXt 32x4d: 128 channels in the middle in 32 groups of 4',
      params: { filters: 64, groups: 32, baseWidth: 4 },
      inputs: [[256, 56, 56]],
      output: [256, 56, 56],
      parameters: 32_768 + 128 * 4 * 9 + 32_768 + 2 * (128 + 128 + 256),
    },
    {
      name: 'three of them: a projection only in the first',
      params: { filters: 16, repeat: 3 },
      inputs: [[64, 8, 8]],
      output: [64, 8, 8],
      parameters: 3 * (1024 + 2304 + 1024 + 2 * (16 + 16 + 64)),
    },
    {
      name: 'activation first: batch norms of 64, 16 and 16 channels',
      params: { filters: 16, order: 'pre' },
      inputs: [[64, 8, 8]],
      output: [64, 8, 8],
      parameters: 1024 + 2304 + 1024 + 2 * (64 + 16 + 16),
    },
    {
      name: 'a padded shortcut at stride 1 pads channels only',
      params: { filters: 16, shortcut: 'padded' },
      inputs: [[32, 8, 8]],
      output: [64, 8, 8],
      parameters: 512 + 2304 + 1024 + 2 * (16 + 16 + 64),
    },
    {
      name: 'a base width that leaves no channels',
      params: { filters: 8, baseWidth: 4 },
      inputs: [[32, 8, 8]],
      error: 'layer.parameter',
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
  ],
})
