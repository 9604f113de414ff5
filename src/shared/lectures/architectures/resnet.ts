// The residual networks for ImageNet and what was made of them: squeeze-and-excitation, groups; not those for CIFAR.
import type { ParameterValues } from '../../graph/document'
import type { Architecture, PublishedError } from './architecture'
import { Chain } from './chain'

const classes = 1000
const input = [3, 224, 224] as const
const stageFilters = [64, 128, 256, 512] as const
const dataset = 'ImageNet 2012'
const residualPaper = 'He et al., "Deep residual learning for image recognition", 2015, arXiv:1512.03385, table 1'
const torchvision = 'torchvision 0.14, weights V1, one central crop'

/** Blocks of each stage. @see He et al. 2015, arXiv:1512.03385, table 1 */
const depths = {
  18: { blocks: [2, 2, 2, 2], block: 'residualBasic' },
  34: { blocks: [3, 4, 6, 3], block: 'residualBasic' },
  50: { blocks: [3, 4, 6, 3], block: 'residualBottleneck' },
  101: { blocks: [3, 4, 23, 3], block: 'residualBottleneck' },
  152: { blocks: [3, 8, 36, 3], block: 'residualBottleneck' },
} as const
type Depth = keyof typeof depths

interface Form extends Pick<Architecture, 'id' | 'title' | 'year' | 'reference' | 'publishedError' | 'note'> {
  readonly depth: Depth
  /** The block where it is not that of the depth. */
  readonly block?: string
  /** Parameters of all blocks, beside their filters and strides. */
  readonly params?: ParameterValues
}

function residual({ depth, block, params = {}, ...face }: Form): Architecture {
  return {
    ...face,
    input,
    classes,
    build(options = {}) {
      const chain = new Chain(face.id, options.input ?? input)
      chain.addConvolution(1, { filters: 64, kernel: 7, stride: 2 })
      chain.add('pool1', 'maxPool2d', { kernel: 3, stride: 2, padding: [1, 1, 1, 1] })
      stageFilters.forEach((filters, stage) => {
        const stride = stage === 0 ? {} : { stride: 2 }
        const own = { filters, ...stride, ...params }
        chain.addStage(`stage${stage + 1}`, block ?? depths[depth].block, own, depths[depth].blocks[stage] ?? 1)
      })
      return chain.addPooledHead(options.classes ?? classes).build()
    },
  }
}

function resnet(depth: Depth, top1: number, top5: number, note?: string): Architecture {
  return residual({
    id: `resnet${depth}`,
    title: `ResNet-${depth}`,
    year: 2015,
    depth,
    reference: residualPaper,
    publishedError: { top1, top5, dataset, source: torchvision },
    note,
  })
}

/** With the stride on the first 1x1 convolution of a block, as in the paper: fewer multiplications, same parameters. */
function paperResnet(depth: 50 | 101 | 152, top1: number, top5: number, note?: string): Architecture {
  return residual({
    id: `resnet${depth}-paper`,
    title: `ResNet-${depth}, strides of the paper`,
    year: 2015,
    depth,
    params: { strideOn: '1x1' },
    reference: residualPaper,
    publishedError: tenCrops(top1, top5),
    note,
  })
}

function plain(depth: 18 | 34, top1: number): Architecture {
  return residual({
    id: `plain${depth}`,
    title: `Plain-${depth}`,
    year: 2015,
    depth,
    block: 'plainBlock',
    reference: residualPaper,
    publishedError: { top1, dataset, source: 'arXiv:1512.03385, table 2, ten crops' },
  })
}

function tenCrops(top1: number, top5: number): PublishedError {
  return { top1, top5, dataset, source: 'arXiv:1512.03385, table 3, ten crops' }
}

const strideNote = (billions: string): string =>
  `With the stride on the 3x3 convolutions, as in torchvision. The paper has it on the first 1x1: ${billions} billion multiply-adds.`

/** Residual and plain networks by the table of the paper, and their stride placements. */
export const resnets: readonly Architecture[] = [
  plain(18, 27.94),
  plain(34, 28.54),
  resnet(18, 30.242, 10.922),
  resnet(
    34,
    26.686,
    8.58,
    'The paper prints 3.6 billion multiply-adds, those without projections (3.64); with option B they add up to 3.66.',
  ),
  resnet(50, 23.87, 7.138, strideNote('3.86')),
  resnet(101, 22.626, 6.454, strideNote('7.57')),
  resnet(152, 21.688, 5.954, strideNote('11.28')),
  paperResnet(50, 22.85, 6.71, 'The paper prints 3.8 billion multiply-adds; the layers add up to 3.86.'),
  paperResnet(101, 21.75, 6.05),
  paperResnet(152, 21.43, 5.71),
]

/** ResNet-50 whose 3x3 convolutions have 32 groups of 4 channels. */
export const resnext50: Architecture = residual({
  id: 'resnext50-32x4d',
  title: 'ResNeXt-50 32x4d',
  year: 2016,
  depth: 50,
  params: { groups: 32, baseWidth: 4 },
  reference: 'Xie et al., "Aggregated residual transformations for deep neural networks", 2016, arXiv:1611.05431',
  publishedError: { top1: 22.2, dataset, source: 'arXiv:1611.05431, table 3, one crop' },
})

/** ResNet-50 with squeeze-and-excitation before each addition. */
export const seResnet50: Architecture = residual({
  id: 'se-resnet50',
  title: 'SE-ResNet-50',
  year: 2017,
  depth: 50,
  params: { reduction: 16 },
  reference: 'Hu et al., "Squeeze-and-excitation networks", 2017, arXiv:1709.01507',
  publishedError: { top1: 23.29, top5: 6.62, dataset, source: 'arXiv:1709.01507, table 2, one crop' },
})
