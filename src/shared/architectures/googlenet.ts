// GoogLeNet from inception modules: by the table of its paper, and as torchvision has it.
import type { Architecture } from './architecture'
import { Chain } from './chain'

const classes = 1000
const input = [3, 224, 224] as const
const dataset = 'ImageNet 2012'
const reference = 'Szegedy et al., "Going deeper with convolutions", 2014, arXiv:1409.4842, table 1'

/** #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj. @see Szegedy et al. 2014, arXiv:1409.4842, table 1 */
const modules = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const
type Module = keyof typeof modules

const stages: readonly (readonly Module[])[] = [
  ['3a', '3b'],
  ['4a', '4b', '4c', '4d', '4e'],
  ['5a', '5b'],
]

const pooling = { kernel: 3, stride: 2, ceilMode: true } as const

/** The nine modules with a pooling between their stages. */
function addModules(chain: Chain, form: 'paper' | 'torchvision'): void {
  stages.forEach((names, stage) => {
    for (const name of names) {
      const [filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolFilters] = modules[name]
      const own = { filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolFilters }
      const others = form === 'paper' ? {} : { batchNorm: true, largeKernel: '3x3' }
      chain.add(`inception${name}`, 'inception', { ...own, ...others })
    }
    if (stage === stages.length - 1) return
    const isLastPool = stage === stages.length - 2
    chain.add(
      `pool${stage + 3}`,
      'maxPool2d',
      isLastPool && form === 'torchvision' ? { ...pooling, kernel: 2 } : pooling,
    )
  })
}

/**
 * Nine inception modules behind three convolutions; one dense layer.
 * @see Szegedy et al. 2014, arXiv:1409.4842, table 1 and figure 3
 */
export const googlenet: Architecture = {
  id: 'googlenet',
  title: 'GoogLeNet',
  year: 2014,
  input,
  classes,
  reference,
  publishedError: { top5: 10.07, dataset, source: 'arXiv:1409.4842, table 3, one network, one crop' },
  note:
    "Some figures of the paper's table do not follow from its own columns: the parameters of modules 4a to 5b (4c has " +
    '509,440 weights, printed 463K), the operations of 5a (51M, printed 54M), and the first convolution (9,408 weights, ' +
    'printed 2.7K; 118M multiplications, printed 34M). The lectures say 5 million parameters; it has 7.',
  build(options = {}) {
    const chain = new Chain('googlenet', options.input ?? input)
    chain.add('conv1', 'conv2d', { filters: 64, kernel: 7, stride: 2, padding: [3, 3, 3, 3] }).add('relu1', 'relu')
    chain.add('pool1', 'maxPool2d', pooling).add('norm1', 'localResponseNorm')
    chain.add('conv2-reduce', 'conv2d', { filters: 64, kernel: 1 }).add('relu2-reduce', 'relu')
    chain.add('conv2', 'conv2d', { filters: 192, kernel: 3, padding: [1, 1, 1, 1] }).add('relu2', 'relu')
    chain.add('norm2', 'localResponseNorm').add('pool2', 'maxPool2d', pooling)
    addModules(chain, 'paper')
    return chain.addPooledHead(options.classes ?? classes, 0.4).build()
  },
}

/** With batch norm, and 3x3 windows where the paper has 5x5. */
export const googlenetTorchvision: Architecture = {
  id: 'googlenet-torchvision',
  title: 'GoogLeNet, torchvision',
  year: 2014,
  input,
  classes,
  reference: `${reference}; form of torchvision 0.14`,
  publishedError: { top1: 30.222, top5: 10.47, dataset, source: 'torchvision 0.14, weights V1, one central crop' },
  note: 'With batch norm, and 3x3 windows in place of 5x5, as the weights of torchvision need it.',
  build(options = {}) {
    const chain = new Chain('googlenet-torchvision', options.input ?? input)
    chain.addConvolution(1, { filters: 64, kernel: 7, stride: 2 }).add('pool1', 'maxPool2d', pooling)
    chain.addConvolution(2, { filters: 64, kernel: 1 }).addConvolution(3, { filters: 192, kernel: 3 })
    chain.add('pool2', 'maxPool2d', pooling)
    addModules(chain, 'torchvision')
    return chain.addPooledHead(options.classes ?? classes, 0.2).build()
  },
}
