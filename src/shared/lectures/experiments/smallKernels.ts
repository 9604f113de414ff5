// The experiment "5x5 against two 3x3": the same receptive field from one large kernel or from two small ones.
import { printCount } from '../../graph/printNumbers'
import type { Experiment } from './experimentPlan'
import { dropOf, judgeParts, printChange, resultOf, testOf } from './judging'
import { kernelNetwork } from './networks'
import { bySize, makeVariant } from './variant'

export const smallKernels: Experiment = {
  id: 'small-kernels',
  title: '5x5 against two 3x3',
  lecture: 'Lecture 2, "Patterns in convnet design since 2014"; lecture 4, "VGGNet"',
  claim:
    'Two 3x3 convolutions see the same 5x5 region as one 5x5 convolution, with fewer weights (18 C^2 against 25 C^2) and one non-linearity more, so they do at least as well.',
  method:
    'Two networks of the same receptive field and the same numbers of channels are trained alike: with one 5x5 convolution in each of two stages, or with two 3x3 convolutions.',
  data: { reference: 'builtin:digits', input: [1, 28, 28], classes: 10 },
  takesData: true,
  curve: 'trainError',
  variants(request) {
    const { input, classes } = request.data
    const recipe = {
      epochs: bySize(request, 6, 2),
      batchSize: 64,
      learningRate: 3e-3,
      schedule: { type: 'cosine' },
    } as const
    const limit = bySize(request, 3000, 500)
    return [
      { id: 'one5x5', title: 'One 5x5', network: kernelNetwork(input, classes, 'one5x5') },
      { id: 'two3x3', title: 'Two 3x3', network: kernelNetwork(input, classes, 'two3x3') },
    ].map((kind) => makeVariant(request, { ...kind, recipe, options: { limit } }))
  },
  judge(results) {
    const [large, small] = [testOf(results, 'one5x5'), testOf(results, 'two3x3')]
    const [manyWeights, fewWeights] = [resultOf(results, 'one5x5').parameters, resultOf(results, 'two3x3').parameters]
    const { isReal } = dropOf(large, small)
    return judgeParts(
      [
        { what: 'Two 3x3 have fewer parameters', agrees: fewWeights < manyWeights },
        { what: 'They are no worse', agrees: !isReal },
      ],
      `From one 5x5 to two 3x3 the network ${printChange(large, small)}, with ${printCount(fewWeights)} parameters in place of ${printCount(manyWeights)}.`,
    )
  },
}
