// GoogLeNet from inception modules: by the table of its paper, and as torchvision has it.
import type { ParameterValues } from '../../graph/document'
import type { Pair } from '../../shapes/window'
import type { Architecture, ImageShape } from './architecture'
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

interface Form {
  readonly isTorchvision: boolean
  /** Classes of the auxiliary heads behind modules 4a and 4d, and the size of the image there; left out: no heads. */
  readonly heads?: { readonly classes: number; readonly extents: Pair }
}

/** The modules behind which a side branch ends in an auxiliary output. @see section 5 */
const headed: readonly Module[] = ['4a', '4d']

/** A pooling, a 1x1 convolution and two dense layers; their logits teach the layers before them. */
function addHead(chain: Chain, number: number, { isTorchvision, heads }: Form): void {
  if (!heads) return
  const { builder } = chain
  const add = (name: string, type: string, params: ParameterValues, from: string): string =>
    builder.add(`aux${number}/${name}`, type, params, from)
  // 5x5 with stride 3 on the 14x14 of the paper; smaller images have a smaller window.
  const kernel = heads.extents.map((extent) => Math.min(5, extent))
  let last = add('pool', 'averagePool2d', { kernel, stride: 3, ceilMode: true }, chain.last)
  last = add('conv', 'conv2d', { filters: 128, kernel: 1, ...(isTorchvision ? { bias: false } : {}) }, last)
  if (isTorchvision) last = add('bn', 'batchNorm', {}, last)
  last = add('relu1', 'relu', {}, last)
  last = add('flatten', 'flatten', {}, last)
  last = add('fc1', 'dense', { units: 1024 }, last)
  last = add('relu2', 'relu', {}, last)
  last = add('dropout', 'dropout', { rate: 0.7 }, last)
  last = add('fc2', 'dense', { units: heads.classes }, last)
  add('output', 'auxiliaryOutput', { weight: 0.3 }, last)
}

/** The nine modules with a pooling between their stages. */
function addModules(chain: Chain, form: Form): void {
  const { isTorchvision } = form
  stages.forEach((names, stage) => {
    for (const name of names) {
      const [filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolFilters] = modules[name]
      const own = { filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolFilters }
      const others = isTorchvision ? { batchNorm: true, largeKernel: '3x3' } : {}
      chain.add(`inception${name}`, 'inception', { ...own, ...others })
      if (headed.includes(name)) addHead(chain, headed.indexOf(name) + 1, form)
    }
    if (stage === stages.length - 1) return
    const isLastPool = stage === stages.length - 2
    chain.add(`pool${stage + 3}`, 'maxPool2d', isLastPool && isTorchvision ? { ...pooling, kernel: 2 } : pooling)
  })
}

type Face = Pick<Architecture, 'id' | 'title' | 'publishedError' | 'note'>

/** Height and width behind the three poolings and the convolution of stride 2 before them, each rounded up. */
function extentsBehindStem([, height, width]: ImageShape): Pair {
  return [Math.ceil(height / 16), Math.ceil(width / 16)]
}

/** By the paper, with or without its auxiliary heads. @see Szegedy et al. 2014, arXiv:1409.4842, table 1 and figure 3 */
function paperForm(face: Face, hasHeads: boolean): Architecture {
  return {
    ...face,
    year: 2014,
    input,
    classes,
    reference,
    build(options = {}) {
      const shape = options.input ?? input
      const count = options.classes ?? classes
      const chain = new Chain(face.id, shape)
      chain.add('conv1', 'conv2d', { filters: 64, kernel: 7, stride: 2, padding: [3, 3, 3, 3] }).add('relu1', 'relu')
      chain.add('pool1', 'maxPool2d', pooling).add('norm1', 'localResponseNorm')
      chain.add('conv2-reduce', 'conv2d', { filters: 64, kernel: 1 }).add('relu2-reduce', 'relu')
      chain.add('conv2', 'conv2d', { filters: 192, kernel: 3, padding: [1, 1, 1, 1] }).add('relu2', 'relu')
      chain.add('norm2', 'localResponseNorm').add('pool2', 'maxPool2d', pooling)
      const heads = hasHeads ? { heads: { classes: count, extents: extentsBehindStem(shape) } } : {}
      addModules(chain, { isTorchvision: false, ...heads })
      return chain.addPooledHead(count, 0.4).build()
    },
  }
}

/** As in torchvision, with or without its auxiliary heads. */
function torchvisionForm(face: Face, hasHeads: boolean): Architecture {
  return {
    ...face,
    year: 2014,
    input,
    classes,
    reference: `${reference}; form of torchvision 0.14`,
    build(options = {}) {
      const shape = options.input ?? input
      const count = options.classes ?? classes
      const chain = new Chain(face.id, shape)
      chain.addConvolution(1, { filters: 64, kernel: 7, stride: 2 }).add('pool1', 'maxPool2d', pooling)
      chain.addConvolution(2, { filters: 64, kernel: 1 }).addConvolution(3, { filters: 192, kernel: 3 })
      chain.add('pool2', 'maxPool2d', pooling)
      const heads = hasHeads ? { heads: { classes: count, extents: extentsBehindStem(shape) } } : {}
      addModules(chain, { isTorchvision: true, ...heads })
      return chain.addPooledHead(count, 0.2).build()
    },
  }
}

const paperError = { top5: 10.07, dataset, source: 'arXiv:1409.4842, table 3, one network, one crop' }
const torchvisionError = {
  top1: 30.222,
  top5: 10.47,
  dataset,
  source: 'torchvision 0.14, weights V1, one central crop',
}

/** Nine inception modules behind three convolutions, one dense layer; each form also with auxiliary heads. */
export const googlenets: readonly Architecture[] = [
  paperForm(
    {
      id: 'googlenet',
      title: 'GoogLeNet',
      publishedError: paperError,
      note:
        "Some figures of the paper's table do not follow from its own columns: the parameters of modules 4a to 5b (4c " +
        'has 509,440 weights, printed 463K), the operations of 5a (51M, printed 54M), and the first convolution (9,408 ' +
        'weights, printed 2.7K; 118M multiplications, printed 34M). The lectures say 5 million parameters; it has 7.',
    },
    false,
  ),
  paperForm(
    {
      id: 'googlenet-aux',
      title: 'GoogLeNet with auxiliary heads',
      publishedError: paperError,
      note: 'Two side branches add their losses, times 0.3, while training; after it they are left out.',
    },
    true,
  ),
  torchvisionForm(
    {
      id: 'googlenet-torchvision',
      title: 'GoogLeNet, torchvision',
      publishedError: torchvisionError,
      note: 'With batch norm, and 3x3 windows in place of 5x5, as the weights of torchvision need it.',
    },
    false,
  ),
  torchvisionForm(
    {
      id: 'googlenet-torchvision-aux',
      title: 'GoogLeNet, torchvision, with auxiliary heads',
      publishedError: torchvisionError,
      note: 'Two side branches add their losses, times 0.3, while training; after it they are left out.',
    },
    true,
  ),
]
