// DenseNet-121 from dense blocks and transitions.
import type { Architecture } from './architecture'
import { Chain } from './chain'

/** Layers of each dense block. @see Huang et al. 2016, arXiv:1608.06993, table 1 */
const layers = [6, 12, 24, 16] as const

/**
 * Four dense blocks that grow by 32 channels per layer; 7,978,856 parameters with 1000 classes.
 * @see Huang et al. 2016, arXiv:1608.06993, table 1
 */
export const densenet121: Architecture = {
  id: 'densenet121',
  title: 'DenseNet-121',
  year: 2016,
  input: [3, 224, 224],
  classes: 1000,
  reference: 'Huang et al., "Densely connected convolutional networks", 2016, arXiv:1608.06993, table 1',
  publishedError: { top1: 25.02, top5: 7.71, dataset: 'ImageNet 2012', source: 'arXiv:1608.06993, table 3, one crop' },
  build(options = {}) {
    const chain = new Chain('densenet121', options.input ?? densenet121.input)
    chain.addConvolution(1, { filters: 64, kernel: 7, stride: 2 })
    chain.add('pool1', 'maxPool2d', { kernel: 3, stride: 2, padding: [1, 1, 1, 1] })
    layers.forEach((count, stage) => {
      chain.add(`stage${stage + 1}`, 'denseBlock', { layers: count })
      if (stage < layers.length - 1) chain.add(`transition${stage + 1}`, 'transition')
    })
    chain.add('bn', 'batchNorm').add('relu', 'relu')
    return chain.addPooledHead(options.classes ?? densenet121.classes).build()
  },
}
