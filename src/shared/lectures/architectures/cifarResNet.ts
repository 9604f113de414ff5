// The residual networks for CIFAR and the plain networks of the same depth, any depth of 6n + 2.
import type { Architecture } from './architecture'
import { Chain } from './chain'

const classes = 10
const input = [3, 32, 32] as const
const stageFilters = [16, 32, 64] as const

/** Test errors on CIFAR-10, in %. @see He et al. 2015, arXiv:1512.03385, table 6 */
const residualErrors = new Map([
  [20, 8.75],
  [32, 7.51],
  [44, 7.17],
  [56, 6.97],
  [110, 6.43],
  [1202, 7.93],
])

/**
 * A network of 6n + 2 weighted layers: a convolution, three stages of n blocks with 16, 32 and 64 filters, a dense layer.
 * Residual networks take the shortcut of option A, so plain ones have as many parameters: 0.27M at depth 20.
 * @param depth 8, 14, 20, ...
 * @see He et al. 2015, arXiv:1512.03385, section 4.2
 */
export function cifarResNet(depth: number, isResidual: boolean): Architecture {
  const id = `${isResidual ? 'resnet' : 'plain'}${depth}-cifar`
  const repeat = (depth - 2) / 6
  const [type, shortcut] = isResidual ? ['residualBasic', { shortcut: 'padded' }] : ['plainBlock', {}]
  const top1 = isResidual ? residualErrors.get(depth) : undefined
  return {
    id,
    title: `${isResidual ? 'ResNet' : 'Plain'}-${depth} for CIFAR`,
    year: 2015,
    input,
    classes,
    reference: 'He et al., "Deep residual learning for image recognition", 2015, arXiv:1512.03385, section 4.2',
    ...(top1 === undefined
      ? {}
      : { publishedError: { top1, dataset: 'CIFAR-10', source: 'arXiv:1512.03385, table 6' } }),
    build(options = {}) {
      const chain = new Chain(id, options.input ?? input)
      chain.addConvolution(1, { filters: stageFilters[0], kernel: 3 })
      stageFilters.forEach((filters, stage) => {
        const stride = stage === 0 ? {} : { stride: 2 }
        chain.addStage(`stage${stage + 1}`, type, { filters, ...stride, ...shortcut }, repeat)
      })
      return chain.addPooledHead(options.classes ?? classes).build()
    },
  }
}
