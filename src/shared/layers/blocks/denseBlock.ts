// The dense block: every layer sees the outputs of all layers before it.
import { z } from 'zod'
import { defineBlock, type BlockSource } from '../define'
import { BlockBuilder, blockInput } from '../parts/blockBuilder'
import { addConvolution } from '../parts/blockLayers'
import { oneInput, oneOutput } from '../parts/located'

export const denseBlock = defineBlock({
  type: 'denseBlock',
  version: 1,
  title: 'Dense block',
  category: 'block',
  icon: 'stack-3',
  keywords: ['densenet'],
  doc: 'Each layer adds a few channels to all that came before it, and sees all of them.',
  source: 'Huang et al. 2016, arXiv:1608.06993, section 3',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    layers: z.int().min(1).max(256).default(6).meta({ title: 'Layers', help: 'How many layers add channels.' }),
    growth: z.int().min(1).max(1_000_000).default(32).meta({ title: 'Growth', help: 'Channels that each layer adds.' }),
    bottleneck: z.int().min(0).max(64).default(4).meta({
      title: 'Bottleneck',
      help: 'A 1x1 convolution to this number times the growth before each 3x3; 0: none.',
    }),
    dropout: z.number().min(0).lt(1).default(0).meta({
      title: 'Dropout',
      help: 'The share of values of each layer that is set to 0 while training.',
    }),
  }),
  expand({ params: { layers, growth, bottleneck, dropout } }) {
    const block = new BlockBuilder()
    const features: BlockSource[] = [blockInput]
    const join = (id: string) => (features.length === 1 ? blockInput : block.add(id, 'concat', {}, ...features))
    for (let number = 1; number <= layers; number++) {
      const path = `layer${number}`
      const joined = join(`${path}/concat`)
      let last = block.add(`${path}/relu1`, 'relu', {}, block.add(`${path}/bn1`, 'batchNorm', {}, joined))
      if (bottleneck > 0) {
        const ids = { conv: `${path}/conv1`, norm: `${path}/bn2`, activation: `${path}/relu2` }
        last = addConvolution(block, ids, { filters: bottleneck * growth, kernel: [1, 1] }, last)
      }
      const conv = `${path}/conv${bottleneck > 0 ? 2 : 1}`
      last = addConvolution(block, { conv }, { filters: growth, kernel: [3, 3] }, last)
      if (dropout > 0) last = block.add(`${path}/dropout`, 'dropout', { rate: dropout }, last)
      features.push(last)
    }
    return block.build(join('concat'))
  },
  summary: ({ layers, growth }) => `+${growth} · x${layers}`,
  examples: [
    {
      // Layer l has 64 + 32*l channels in: 2*(64 + 32*l) + (64 + 32*l)*128 + 2*128 + 128*32*9 parameters, l = 0 and 1.
      name: 'two layers of DenseNet-121',
      params: { layers: 2 },
      inputs: [[64, 56, 56]],
      output: [128, 56, 56],
      parameters: 128 + 8192 + 256 + 36_864 + 192 + 12_288 + 256 + 36_864,
      macs: (8192 + 36_864 + 12_288 + 36_864) * 3136,
    },
    {
      name: 'without bottlenecks, with dropout: 2*8 + 8*4*9 and 2*12 + 12*4*9',
      params: { layers: 2, growth: 4, bottleneck: 0, dropout: 0.2 },
      inputs: [[8, 6, 6]],
      output: [16, 6, 6],
      parameters: 16 + 288 + 24 + 432,
    },
    { name: 'a vector', params: {}, inputs: [[10]], error: 'layer.rank' },
  ],
})
