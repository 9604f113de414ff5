// The experiment "global average pooling against dense layers": parameters, overfitting and bearing of shifts of two heads.
import { printPoints, printShare } from '../../graph/printNumbers'
import type { Experiment } from './experimentPlan'
import { judgeParts, measureOf, resultOf, testOf } from './judging'
import { smallConvnet } from './networks'
import type { VariantResult } from './results'
import { bySize, makeVariant } from './variant'

const shift = { id: 'shift-4', title: '4 pixels', transform: { shift: 4 } } as const

/** By how much the training images of the last epoch do better than the test images. */
function overfitOf(result: VariantResult, test: number): number {
  return (result.epochs.at(-1)?.train.accuracy ?? 0) - test
}

export const averageAgainstDense: Experiment = {
  id: 'average-against-dense',
  title: 'Global average pooling against dense layers',
  lecture: 'Lecture 4, "Global Average Pooling" and "Why Gap"',
  claim:
    'Global average pooling has no parameters, so overfitting is avoided at this layer, and it sums out the positions, so it bears shifts of the image better than dense layers over all positions.',
  method:
    'Three convolutions are followed by two dense layers over all positions, or by global average pooling and one dense layer. Both are trained on 1,000 images, few enough to overfit, and tested again with every image moved by 4 pixels.',
  data: { reference: 'builtin:digits', input: [1, 28, 28], classes: 10 },
  takesData: true,
  curve: 'trainError',
  variants(request) {
    const { input, classes } = request.data
    const recipe = {
      epochs: bySize(request, 20, 3),
      batchSize: 32,
      learningRate: 3e-3,
      schedule: { type: 'cosine' },
    } as const
    const options = { limit: bySize(request, 1000, 400) }
    return [
      { id: 'dense', title: 'Dense head', network: smallConvnet(input, classes, 'dense') },
      { id: 'mean', title: 'Global average head', network: smallConvnet(input, classes, 'mean') },
    ].map((kind) => makeVariant(request, { ...kind, recipe, options, measures: [shift] }))
  },
  judge(results) {
    const read = (id: string) => {
      const result = resultOf(results, id)
      const test = testOf(results, id)
      const drop = test.top1 - measureOf(results, id, shift.id).top1
      return { parameters: result.parameters, test: test.top1, overfit: overfitOf(result, test.top1), drop }
    }
    const [dense, mean] = [read('dense'), read('mean')]
    const print = ({ parameters, test, overfit, drop }: typeof dense) =>
      `${parameters.toLocaleString('en-US')} parameters, ${printShare(test)} of the test images right, ${printPoints(overfit)} ${overfit < 0 ? 'above' : 'below'} the training images, ${printPoints(drop)} ${drop < 0 ? 'gained' : 'lost'} by the shift`
    return judgeParts(
      [
        { what: 'The average head has fewer parameters', agrees: mean.parameters < dense.parameters },
        { what: 'It overfits less', agrees: mean.overfit < dense.overfit },
        { what: 'It bears the shift better', agrees: mean.drop < dense.drop },
      ],
      `Dense layers: ${print(dense)}. Global average pooling: ${print(mean)}.`,
    )
  },
}
