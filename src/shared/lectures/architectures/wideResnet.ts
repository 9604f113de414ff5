// Wide residual networks for CIFAR: fewer blocks than the deep ones, each many times as wide.
import type { Architecture } from './architecture'
import { Chain } from './chain'

const depth = 28
const width = 10
const stageFilters = [16, 32, 64] as const

/**
 * 28 weighted layers, ten times as wide as a ResNet for CIFAR, activation first; 36,479,194 parameters with 10 classes.
 * @see Zagoruyko and Komodakis 2016, arXiv:1605.07146, table 1
 */
export const wideResnet: Architecture = {
  id: 'wide-resnet28-10',
  title: 'Wide ResNet-28-10',
  year: 2016,
  input: [3, 32, 32],
  classes: 10,
  reference: 'Zagoruyko and Komodakis, "Wide residual networks", 2016, arXiv:1605.07146',
  publishedError: { top1: 4, dataset: 'CIFAR-10', source: 'arXiv:1605.07146, table 5' },
  build(options = {}) {
    const chain = new Chain('wide-resnet28-10', options.input ?? wideResnet.input)
    chain.add('conv1', 'conv2d', { filters: 16, kernel: 3, padding: [1, 1, 1, 1], bias: false })
    stageFilters.forEach((filters, stage) => {
      const stride = stage === 0 ? {} : { stride: 2 }
      const own = { filters: filters * width, ...stride, order: 'pre' }
      chain.addStage(`stage${stage + 1}`, 'residualBasic', own, (depth - 4) / 6)
    })
    chain.add('bn', 'batchNorm').add('relu', 'relu')
    return chain.addPooledHead(options.classes ?? wideResnet.classes).build()
  },
}
