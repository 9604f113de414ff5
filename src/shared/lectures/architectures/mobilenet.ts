// The networks for small devices: MobileNet 1 and 2, and EfficientNet-B0, which is made of the same blocks.
import type { Architecture } from './architecture'
import { Chain } from './chain'

const classes = 1000
const input = [3, 224, 224] as const
const dataset = 'ImageNet 2012'

/** Filters, stride and number of blocks of each stage. @see Howard et al. 2017, arXiv:1704.04861, table 1 */
const separableStages = [
  [64, 1, 1],
  [128, 2, 2],
  [256, 2, 2],
  [512, 2, 6],
  [1024, 2, 2],
] as const

/** Expansion, filters, number of blocks, stride. @see Sandler et al. 2018, arXiv:1801.04381, table 2 */
const invertedStages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

/** Expansion, window, filters, number of blocks, stride. @see Tan and Le 2019, arXiv:1905.11946, table 1 */
const efficientStages = [
  [1, 3, 16, 1, 1],
  [6, 3, 24, 2, 2],
  [6, 5, 40, 2, 2],
  [6, 3, 80, 3, 2],
  [6, 5, 112, 3, 1],
  [6, 5, 192, 4, 2],
  [6, 3, 320, 1, 1],
] as const

function stepOf(stride: number): { readonly stride?: number } {
  return stride === 1 ? {} : { stride }
}

/**
 * Depthwise separable convolutions throughout; 4,231,976 parameters with 1000 classes.
 * @see Howard et al. 2017, arXiv:1704.04861, table 1
 */
export const mobilenet1: Architecture = {
  id: 'mobilenet-v1',
  title: 'MobileNet',
  year: 2017,
  input,
  classes,
  reference: 'Howard et al., "MobileNets", 2017, arXiv:1704.04861, table 1',
  publishedError: { top1: 29.4, dataset, source: 'arXiv:1704.04861, table 8' },
  build(options = {}) {
    const chain = new Chain('mobilenet-v1', options.input ?? input)
    chain.addConvolution(1, { filters: 32, kernel: 3, stride: 2 })
    separableStages.forEach(([filters, stride, repeat], stage) => {
      chain.addStage(`stage${stage + 1}`, 'depthwiseSeparable', { filters, ...stepOf(stride) }, repeat)
    })
    return chain.addPooledHead(options.classes ?? classes).build()
  },
}

/**
 * Inverted residual blocks; 3,504,872 parameters with 1000 classes.
 * @see Sandler et al. 2018, arXiv:1801.04381, table 2
 */
export const mobilenet2: Architecture = {
  id: 'mobilenet-v2',
  title: 'MobileNetV2',
  year: 2018,
  input,
  classes,
  reference: 'Sandler et al., "MobileNetV2", 2018, arXiv:1801.04381, table 2',
  publishedError: { top1: 28, dataset, source: 'arXiv:1801.04381, table 4' },
  build(options = {}) {
    const relu6 = { type: 'relu', limit: 6 }
    const chain = new Chain('mobilenet-v2', options.input ?? input)
    chain.addConvolution(1, { filters: 32, kernel: 3, stride: 2 }, relu6)
    invertedStages.forEach(([expansion, filters, repeat, stride], stage) => {
      chain.addStage(`stage${stage + 1}`, 'invertedResidual', { filters, expansion, ...stepOf(stride) }, repeat)
    })
    chain.addConvolution(2, { filters: 1280, kernel: 1 }, relu6)
    return chain.addPooledHead(options.classes ?? classes, 0.2).build()
  },
}

/**
 * Inverted residual blocks with squeeze-and-excitation and swish; 5,288,548 parameters with 1000 classes.
 * @see Tan and Le 2019, arXiv:1905.11946, table 1
 */
export const efficientnetB0: Architecture = {
  id: 'efficientnet-b0',
  title: 'EfficientNet-B0',
  year: 2019,
  input,
  classes,
  reference: 'Tan and Le, "EfficientNet", 2019, arXiv:1905.11946, table 1',
  publishedError: { top1: 22.9, top5: 6.7, dataset, source: 'arXiv:1905.11946, table 2' },
  note: 'Without the random skipping of whole blocks while training.',
  build(options = {}) {
    const swish = { type: 'swish' }
    const chain = new Chain('efficientnet-b0', options.input ?? input)
    chain.addConvolution(1, { filters: 32, kernel: 3, stride: 2 }, swish)
    efficientStages.forEach(([expansion, kernel, filters, repeat, stride], stage) => {
      const window = kernel === 3 ? {} : { kernel }
      const own = { filters, expansion, ...window, ...stepOf(stride), squeeze: 0.25, activation: 'swish' }
      chain.addStage(`stage${stage + 1}`, 'invertedResidual', own, repeat)
    })
    chain.addConvolution(2, { filters: 1280, kernel: 1 }, swish)
    return chain.addPooledHead(options.classes ?? classes, 0.2).build()
  },
}
