// SqueezeNet 1.0 and 1.1 from fire modules.
import type { Architecture, PublishedError } from './architecture'
import { Chain } from './chain'

const classes = 1000
const dataset = 'ImageNet 2012'

interface Form {
  readonly version: '1.0' | '1.1'
  readonly conv1: { readonly filters: number; readonly kernel: number }
  /** The numbers of the fire modules in front of which a pooling stands. */
  readonly pooledBefore: readonly number[]
  readonly publishedError: PublishedError
}

/** Squeezed channels of the modules 2 to 9; each half of what they give has four times as many. */
const squeezed = [16, 16, 32, 32, 48, 48, 64, 64] as const

/** @see Iandola et al. 2016, arXiv:1602.07360, table 1 */
function squeezenet({ version, conv1, pooledBefore, publishedError }: Form): Architecture {
  const id = `squeezenet${version}`
  const input = [3, 227, 227] as const
  return {
    id,
    title: `SqueezeNet ${version}`,
    year: 2016,
    input,
    classes,
    reference: 'Iandola et al., "SqueezeNet", 2016, arXiv:1602.07360, table 1',
    publishedError,
    note: 'The paper writes 224x224, but its sizes follow from 227x227.',
    build(options = {}) {
      const chain = new Chain(id, options.input ?? input)
      chain.add('conv1', 'conv2d', { ...conv1, stride: 2 }).add('relu1', 'relu')
      squeezed.forEach((squeeze, index) => {
        const number = index + 2
        if (pooledBefore.includes(number))
          chain.add(`pool${number - 1}`, 'maxPool2d', { kernel: 3, stride: 2, ceilMode: true })
        chain.add(`fire${number}`, 'fire', { squeeze, expand1x1: 4 * squeeze, expand3x3: 4 * squeeze })
      })
      chain.add('dropout', 'dropout').add('conv10', 'conv2d', { filters: options.classes ?? classes, kernel: 1 })
      return chain.add('relu10', 'relu').add('pool', 'globalAveragePool').add('flatten', 'flatten').build()
    },
  }
}

/** 1,248,424 and, at less than half the multiplications, 1,235,496 parameters with 1000 classes. */
export const squeezenets: readonly Architecture[] = [
  squeezenet({
    version: '1.0',
    conv1: { filters: 96, kernel: 7 },
    pooledBefore: [2, 5, 9],
    publishedError: { top1: 42.5, top5: 19.7, dataset, source: 'arXiv:1602.07360, table 2' },
  }),
  squeezenet({
    version: '1.1',
    conv1: { filters: 64, kernel: 3 },
    pooledBefore: [2, 4, 6],
    publishedError: { top1: 41.822, top5: 19.376, dataset, source: 'torchvision 0.14, weights V1, one central crop' },
  }),
]
