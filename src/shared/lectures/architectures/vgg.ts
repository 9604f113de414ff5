// The VGG networks, columns A to E, from VGG blocks, each with and without batch norm.
import type { ParameterValues } from '../../graph/document'
import type { Architecture, PublishedError } from './architecture'
import { Chain } from './chain'

const classes = 1000
const input = [3, 224, 224] as const
const stageFilters = [64, 128, 256, 512, 512] as const
const dataset = 'ImageNet 2012'

/** What the stages of a column are. @see Simonyan and Zisserman 2014, arXiv:1409.1556, table 1 */
interface Column {
  readonly id: string
  readonly title: string
  /** Convolutions of each stage. */
  readonly convolutions: readonly number[]
  /** More parameters of a stage, the first being 0. */
  readonly stage?: (index: number) => ParameterValues
  readonly errors: readonly [top1: number, top5: number]
  readonly note?: string
  /** Errors with batch norm, where they are published. */
  readonly normErrors?: readonly [top1: number, top5: number]
}

const columns: readonly Column[] = [
  {
    id: 'vgg-a',
    title: 'VGG-11 (A)',
    convolutions: [1, 1, 2, 2, 2],
    errors: [29.6, 10.4],
    normErrors: [29.63, 10.19],
  },
  {
    id: 'vgg-a-lrn',
    title: 'VGG-11 with LRN (A-LRN)',
    convolutions: [1, 1, 2, 2, 2],
    stage: (index) => (index === 0 ? { responseNorm: true } : {}),
    errors: [29.7, 10.5],
  },
  {
    id: 'vgg-b',
    title: 'VGG-13 (B)',
    convolutions: [2, 2, 2, 2, 2],
    errors: [28.7, 9.9],
    normErrors: [28.414, 9.626],
  },
  {
    id: 'vgg-c',
    title: 'VGG-16 with 1x1 (C)',
    convolutions: [2, 2, 3, 3, 3],
    stage: (index) => (index >= 2 ? { lastKernel: '1x1' } : {}),
    errors: [27.3, 8.8],
  },
  {
    id: 'vgg16',
    title: 'VGG-16 (D)',
    convolutions: [2, 2, 3, 3, 3],
    errors: [25.6, 8.1],
    note: 'The lectures print 24M values (96 MB) in memory; their rows add up to 15.2M (61 MB).',
    normErrors: [26.64, 8.484],
  },
  {
    id: 'vgg19',
    title: 'VGG-19 (E)',
    convolutions: [2, 2, 4, 4, 4],
    errors: [25.5, 8.0],
    normErrors: [25.782, 8.158],
  },
]

function publishedError({ errors, normErrors }: Column, batchNorm: boolean): PublishedError | undefined {
  if (!batchNorm) return { top1: errors[0], top5: errors[1], dataset, source: 'arXiv:1409.1556, table 3, best scale' }
  if (!normErrors) return undefined
  const [top1, top5] = normErrors
  return { top1, top5, dataset, source: 'torchvision 0.14, weights V1, one central crop' }
}

/**
 * Five stages of 3x3 convolutions with a pooling behind each, and three dense layers.
 * @see Simonyan and Zisserman 2014, arXiv:1409.1556, table 1
 */
function vgg(column: Column, batchNorm: boolean): Architecture {
  const id = batchNorm ? `${column.id}-bn` : column.id
  return {
    id,
    title: batchNorm ? `${column.title}, batch norm` : column.title,
    year: 2014,
    input,
    classes,
    reference:
      'Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014, ' +
      'arXiv:1409.1556, table 1',
    publishedError: publishedError(column, batchNorm),
    note: column.note,
    build(options = {}) {
      const chain = new Chain(id, options.input ?? input)
      column.convolutions.forEach((convolutions, index) => {
        const own = { convolutions, filters: stageFilters[index], ...column.stage?.(index) }
        chain.add(`stage${index + 1}`, 'vggBlock', batchNorm ? { ...own, batchNorm } : own)
      })
      return chain.addDenseHead(options.classes ?? classes).build()
    },
  }
}

/** Columns A, A-LRN, B, C, D and E, each followed by its form with batch norm; A-LRN has a norm of its own. */
export const vggs: readonly Architecture[] = columns.flatMap((column) =>
  column.id === 'vgg-a-lrn' ? [vgg(column, false)] : [vgg(column, false), vgg(column, true)],
)
