// The experiment "plain against residual": the training error of both kinds of networks as they grow deeper.
import { printShare } from '../../graph/printNumbers'
import type { Experiment } from './experimentPlan'
import { judgeParts, resultOf } from './judging'
import { thinNetwork } from './networks'
import type { VariantResult } from './results'
import { bySize, makeVariant } from './variant'

const kinds = ['plain', 'residual'] as const
const titles = { plain: 'Plain', residual: 'Residual' } as const
const fullDepths = [8, 20, 56] as const
const quickDepths = [8, 14] as const

/** Share of training images that were wrong, over the last two epochs: one epoch alone jumps. */
export function trainingError({ epochs }: Pick<VariantResult, 'epochs'>): number {
  const last = epochs.slice(-2)
  return last.reduce((sum, { train }) => sum + (1 - train.accuracy), 0) / Math.max(1, last.length)
}

/** Differences of the training error below one point are another seed's. */
const noise = 0.01

export const plainAgainstResidual: Experiment = {
  id: 'plain-against-residual',
  title: 'Plain against residual',
  lecture: 'Lecture 2, "Case study: ResNet"; lectures 1 and 4, "ResNet"',
  claim:
    'Of plain networks the deeper one has the higher training error, so it is not overfitting but harder to optimise. With shortcuts around every block the deeper network is no worse.',
  method:
    'Networks of 8, 20 and 56 layers as in the residual paper, at half its width, are trained alike, without and with shortcuts; both have the same number of parameters. Compared is the error on the training images while training goes on.',
  data: { reference: 'builtin:shapes', input: [3, 32, 32], classes: 10 },
  takesData: true,
  curve: 'trainError',
  variants(request) {
    const { input, classes } = request.data
    const recipe = {
      epochs: bySize(request, 10, 2),
      batchSize: 64,
      learningRate: 0.05,
      optimizer: { type: 'momentum', momentum: 0.9 },
      schedule: { type: 'cosine' },
      weightDecay: 1e-4,
    } as const
    const depths = request.size === 'full' ? fullDepths : quickDepths
    const limit = bySize(request, 4000, 400)
    return depths.flatMap((depth) =>
      kinds.map((kind) =>
        makeVariant(request, {
          id: `${kind}${depth}`,
          title: `${titles[kind]}-${depth}`,
          network: thinNetwork(input, classes, depth, kind),
          recipe,
          options: { limit },
        }),
      ),
    )
  },
  judge(results) {
    const depths = results.has(`plain${fullDepths[2]}`) ? fullDepths : quickDepths
    const errorOf = (kind: string, depth: number) => trainingError(resultOf(results, `${kind}${depth}`))
    const steps = depths.slice(1).map((deep, index) => ({ shallow: depths[index] ?? deep, deep }))
    const riseOf = (kind: string, { shallow, deep }: (typeof steps)[number]) =>
      errorOf(kind, deep) - errorOf(kind, shallow)
    const parts = steps.flatMap((step) => [
      { what: `Plain-${step.deep} is worse than plain-${step.shallow}`, agrees: riseOf('plain', step) > noise },
      {
        what: `Residual-${step.deep} is no worse than residual-${step.shallow}`,
        agrees: riseOf('residual', step) <= noise,
      },
    ])
    const printErrors = (kind: string) => depths.map((depth) => printShare(errorOf(kind, depth))).join(', ')
    const text = `Training error at ${depths.join(', ')} layers: plain networks ${printErrors('plain')}; residual networks ${printErrors('residual')}.`
    return judgeParts(parts, text)
  },
}
