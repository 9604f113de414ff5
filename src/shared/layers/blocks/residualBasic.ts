// The residual block of two 3x3 convolutions.
import { z } from 'zod'
import { defineBlock } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'
import { countParameter } from '../parts/parameters'
import { expandRepeated, summariseStage } from '../parts/repeat'
import { finishResidual, normOf, residualParameters, startResidual } from '../parts/residual'
import { startWithChannels } from '../parts/startChannels'

const type = 'residualBasic'
const title = 'Residual block'
const kernel = [3, 3] as const

export const residualBasic = defineBlock({
  type,
  version: 1,
  title,
  category: 'block',
  icon: 'arrow-ramp-right',
  keywords: ['resnet', 'skip', 'shortcut', 'basic'],
  doc: 'Two 3x3 convolutions, and the input added to what they give: the block learns only the difference.',
  source: 'He et al. 2015, arXiv:1512.03385, figure 2; order pre: He et al. 2016, arXiv:1603.05027, figure 4e',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    filters: countParameter('Filters', 'Number of kernels of both convolutions, and of output channels.'),
    ...residualParameters,
    dropout: z.number().min(0).lt(1).default(0).meta({
      title: 'Dropout',
      help: 'The share of values between the convolutions that is set to 0 while training, as in wide residual networks.',
    }),
  }),
  start: startWithChannels,
  expand(context) {
    const { params } = context
    if (params.repeat > 1) return expandRepeated(type, params, { stride: [1, 1] })
    const { filters, stride, order, dropout } = params
    const block = new BlockBuilder()
    const frame = { title, context, params, block, filters, input: blockInput }
    const start = startResidual(frame)
    const drop = (source: typeof blockInput) =>
      dropout === 0 ? source : block.add('dropout', 'dropout', { rate: dropout }, source)
    const bias = !params.batchNorm
    const first = { filters, kernel, stride, bias }
    const second = { filters, kernel, bias }
    if (order === 'pre') {
      const middle = addConvolution(
        block,
        { conv: 'conv1', ...normOf(params, 'bn2'), activation: 'relu2' },
        first,
        start.main,
      )
      const main = addConvolution(block, { conv: 'conv2' }, second, drop(middle))
      return block.build(finishResidual(frame, start, main, 'relu2'))
    }
    const middle = addConvolution(
      block,
      { conv: 'conv1', ...normOf(params, 'bn1'), activation: 'relu1' },
      first,
      start.main,
    )
    const main = addConvolution(block, { conv: 'conv2', ...normOf(params, 'bn2') }, second, drop(middle))
    return block.build(finishResidual(frame, start, main, 'relu2'))
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
      name: 'half the extents and a projection: 64*128*9 + 128*128*9 + 64*128 weights, 3*2*128 of the batch norms',
      params: { filters: 128, stride: 2 },
      inputs: [[64, 56, 56]],
      output: [128, 28, 28],
      parameters: 73_728 + 147_456 + 8192 + 768,
      macs: (73_728 + 147_456 + 8192) * 784,
    },
    {
      name: 'a padded shortcut has no parameters: 16*32*9 + 32*32*9 weights, 2*2*32 of the batch norms',
      params: { filters: 32, stride: 2, shortcut: 'padded' },
      inputs: [[16, 32, 32]],
      output: [32, 16, 16],
      parameters: 4608 + 9216 + 128,
      macs: (4608 + 9216) * 256,
    },
    {
      name: 'three of them, the first with stride 2 and a projection',
      params: { filters: 32, stride: 2, repeat: 3 },
      inputs: [[16, 9, 9]],
      output: [32, 5, 5],
      parameters: 4608 + 9216 + 512 + 3 * 64 + 2 * (2 * 9216 + 2 * 64),
    },
    {
      name: 'activation first: batch norms of 2*16 and 2*160, and a projection without one',
      params: { filters: 160, order: 'pre', dropout: 0.3 },
      inputs: [[16, 8, 8]],
      output: [160, 8, 8],
      parameters: 32 + 23_040 + 320 + 230_400 + 2560,
    },
    {
      name: 'squeeze-and-excitation by 16: 2*64*4 weights, 4 + 64 biases more',
      params: { filters: 64, reduction: 16 },
      inputs: [[64, 8, 8]],
      output: [64, 8, 8],
      parameters: 2 * (36_864 + 128) + 512 + 68,
    },
    {
      name: 'a projection where the shape stays (option C): 8*8 weights and a batch norm more',
      params: { filters: 8, shortcut: 'projection' },
      inputs: [[8, 6, 6]],
      output: [8, 6, 6],
      parameters: 2 * (576 + 16) + 64 + 16,
    },
    {
      name: 'without batch norms: biases of 8 in each of three convolutions',
      params: { filters: 8, stride: 2, batchNorm: false },
      inputs: [[4, 8, 8]],
      output: [8, 4, 4],
      parameters: 4 * 8 * 9 + 8 * 8 * 9 + 4 * 8 + 3 * 8,
    },
    {
      name: 'an identity shortcut where the channels change',
      params: { filters: 32, shortcut: 'identity' },
      inputs: [[16, 8, 8]],
      error: 'layer.shape',
    },
    {
      name: 'a padded shortcut to fewer channels',
      params: { filters: 8, shortcut: 'padded' },
      inputs: [[16, 8, 8]],
      error: 'layer.shape',
    },
    { name: 'a vector', params: { filters: 8 }, inputs: [[10]], error: 'layer.rank' },
    { name: 'no blocks at all', params: { filters: 8, repeat: 0 }, inputs: [[8, 8, 8]], error: 'layer.parameter' },
  ],
})
