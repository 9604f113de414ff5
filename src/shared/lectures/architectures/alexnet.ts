// AlexNet by the simplified table of the lectures, in torchvision's form, and the ZFNet that followed it.
import type { ParameterValues } from '../../graph/document'
import type { Architecture } from './architecture'
import { Chain } from './chain'

const classes = 1000
const dataset = 'ImageNet 2012'
const one = [1, 1, 1, 1]
const two = [2, 2, 2, 2]

/** A convolution and its ReLU. */
function convolve(chain: Chain, number: number, params: ParameterValues): Chain {
  return chain.add(`conv${number}`, 'conv2d', params).add(`relu${number}`, 'relu')
}

/** A 3x3 maximum pooling with stride 2 and local response normalisation. */
function poolAndNorm(chain: Chain, number: number, params: ParameterValues = {}): Chain {
  chain.add(`pool${number}`, 'maxPool2d', { kernel: 3, stride: 2, ...params })
  return chain.add(`norm${number}`, 'localResponseNorm')
}

/** The three last convolutions and their pooling, alike in AlexNet and ZFNet. */
function addLastConvolutions(chain: Chain): Chain {
  convolve(chain, 3, { filters: 384, kernel: 3, padding: one })
  convolve(chain, 4, { filters: 384, kernel: 3, padding: one })
  convolve(chain, 5, { filters: 256, kernel: 3, padding: one })
  return chain.add('pool3', 'maxPool2d', { kernel: 3, stride: 2 })
}

/**
 * Five convolutions, two of them followed by local response normalisation, and three dense layers with dropout;
 * 62,378,344 parameters with 1000 classes.
 * @see Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012
 */
export const alexnet: Architecture = {
  id: 'alexnet',
  title: 'AlexNet',
  year: 2012,
  input: [3, 227, 227],
  classes,
  reference: 'Krizhevsky et al., "ImageNet classification with deep convolutional neural networks", 2012',
  publishedError: { top1: 40.7, top5: 18.2, dataset, source: 'the paper, table 2, one network' },
  note: 'One tower and no groups, by the table of the lectures; the paper splits the network over two devices.',
  build(options = {}) {
    const chain = new Chain('alexnet', options.input ?? alexnet.input)
    poolAndNorm(convolve(chain, 1, { filters: 96, kernel: 11, stride: 4 }), 1)
    poolAndNorm(convolve(chain, 2, { filters: 256, kernel: 5, padding: two }), 2)
    return addLastConvolutions(chain)
      .addDenseHead(options.classes ?? classes)
      .build()
  },
}

/**
 * Narrower and without normalisation; 61,100,840 parameters with 1000 classes.
 * @see Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, arXiv:1404.5997
 */
export const alexnetTorchvision: Architecture = {
  id: 'alexnet-torchvision',
  title: 'AlexNet, torchvision',
  year: 2014,
  input: [3, 224, 224],
  classes,
  reference: 'Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, arXiv:1404.5997',
  publishedError: { top1: 43.478, top5: 20.934, dataset, source: 'torchvision 0.14, weights V1, one central crop' },
  build(options = {}) {
    const chain = new Chain('alexnet-torchvision', options.input ?? alexnetTorchvision.input)
    const pool = { kernel: 3, stride: 2 }
    convolve(chain, 1, { filters: 64, kernel: 11, stride: 4, padding: two }).add('pool1', 'maxPool2d', pool)
    convolve(chain, 2, { filters: 192, kernel: 5, padding: two }).add('pool2', 'maxPool2d', pool)
    convolve(chain, 3, { filters: 384, kernel: 3, padding: one })
    convolve(chain, 4, { filters: 256, kernel: 3, padding: one })
    convolve(chain, 5, { filters: 256, kernel: 3, padding: one }).add('pool3', 'maxPool2d', pool)
    chain.add('flatten', 'flatten')
    for (const number of [6, 7]) {
      chain.add(`dropout${number}`, 'dropout', { rate: 0.5 })
      chain.add(`fc${number}`, 'dense', { units: 4096 }).add(`relu${number}`, 'relu')
    }
    return chain.add('fc8', 'dense', { units: options.classes ?? classes }).build()
  },
}

/**
 * AlexNet with a smaller window and stride at its beginning; 62,357,608 parameters with 1000 classes.
 * @see Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013, arXiv:1311.2901, figure 3
 */
export const zfnet: Architecture = {
  id: 'zfnet',
  title: 'ZFNet',
  year: 2013,
  input: [3, 224, 224],
  classes,
  reference:
    'Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013, arXiv:1311.2901, figure 3',
  publishedError: { top1: 38.4, top5: 16.5, dataset, source: 'arXiv:1311.2901, table 2, one network' },
  build(options = {}) {
    const chain = new Chain('zfnet', options.input ?? zfnet.input)
    const up = { ceilMode: true }
    poolAndNorm(convolve(chain, 1, { filters: 96, kernel: 7, stride: 2, padding: one }), 1, up)
    poolAndNorm(convolve(chain, 2, { filters: 256, kernel: 5, stride: 2 }), 2, up)
    return addLastConvolutions(chain)
      .addDenseHead(options.classes ?? classes)
      .build()
  },
}
