// The residual networks for CIFAR and the plain networks of the same depth, any depth of 6n + 2.
import { DocumentBuilder } from '../graph/documentBuilder'
import type { Architecture } from './architecture'

const classes = 10
const input = [3, 32, 32] as const
const stageFilters = [16, 32, 64] as const

/** A 3x3 convolution without bias and its batch norm; returns the id of the batch norm. */
function addConvolution(
  builder: DocumentBuilder,
  ids: { readonly conv: string; readonly norm: string },
  params: { readonly filters: number; readonly stride: number },
  from: string,
): string {
  const { filters, stride } = params
  const step = stride === 1 ? {} : { stride }
  const conv = builder.add(
    ids.conv,
    'conv2d',
    { filters, kernel: 3, ...step, padding: [1, 1, 1, 1], bias: false },
    from,
  )
  return builder.add(ids.norm, 'batchNorm', {}, conv)
}

/**
 * The shortcut of option A, without parameters: every other pixel, and channels of zeros before and after.
 * @see He et al. 2015, arXiv:1512.03385, section 3.3
 */
function addShortcut(builder: DocumentBuilder, path: string, missing: number, from: string): string {
  const picked = builder.add(`${path}/shortcut/subsample`, 'averagePool2d', { kernel: 1, stride: 2 }, from)
  const front = Math.floor(missing / 2)
  return builder.add(`${path}/shortcut/pad`, 'zeroPad2d', { channels: [front, missing - front] }, picked)
}

/** Two convolutions and, in a residual block, the shortcut around them. Returns the id of the last layer. */
function addBlock(
  builder: DocumentBuilder,
  path: string,
  block: { readonly filters: number; readonly stride: number; readonly isResidual: boolean },
  from: string,
): string {
  const { filters, stride, isResidual } = block
  const ids = (number: number) => ({ conv: `${path}/conv${number}`, norm: `${path}/bn${number}` })
  let last = addConvolution(builder, ids(1), { filters, stride }, from)
  last = builder.add(`${path}/relu1`, 'relu', {}, last)
  last = addConvolution(builder, ids(2), { filters, stride: 1 }, last)
  if (isResidual) {
    const shortcut = stride === 1 ? from : addShortcut(builder, path, filters / 2, from)
    last = builder.add(`${path}/add`, 'add', {}, last, shortcut)
  }
  return builder.add(`${path}/relu2`, 'relu', {}, last)
}

/**
 * A network of 6n + 2 weighted layers: a convolution, three stages of n blocks with 16, 32 and 64 filters, a dense layer.
 * Residual networks take the shortcut of option A, so plain ones have as many parameters: 0.27M at depth 20.
 * @param depth 8, 14, 20, ...
 * @see He et al. 2015, arXiv:1512.03385, section 4.2
 */
export function cifarResNet(depth: number, isResidual: boolean): Architecture {
  const id = `${isResidual ? 'resnet' : 'plain'}${depth}-cifar`
  const blocks = (depth - 2) / 6
  return {
    id,
    title: `${isResidual ? 'ResNet' : 'Plain'}-${depth} for CIFAR`,
    year: 2015,
    input,
    classes,
    build(options = {}) {
      const builder = new DocumentBuilder(id)
      let last = builder.add('input', 'input', { shape: [...(options.input ?? input)] })
      last = addConvolution(builder, { conv: 'conv1', norm: 'bn1' }, { filters: stageFilters[0], stride: 1 }, last)
      last = builder.add('relu1', 'relu', {}, last)
      stageFilters.forEach((filters, stage) => {
        for (let block = 1; block <= blocks; block++) {
          const stride = stage > 0 && block === 1 ? 2 : 1
          last = addBlock(builder, `stage${stage + 1}/block${block}`, { filters, stride, isResidual }, last)
        }
      })
      last = builder.add('pool', 'globalAveragePool', {}, last)
      last = builder.add('flatten', 'flatten', {}, last)
      builder.add('fc', 'dense', { units: options.classes ?? classes }, last)
      return builder.build()
    },
  }
}
