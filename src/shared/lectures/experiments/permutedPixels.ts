// The experiment "permuted pixels": all images in one random order of pixels, for an MLP and for a convolutional network.
import { lenet5 } from '../architectures/lenet5'
import { mlp } from '../architectures/mlp'
import type { Experiment } from './experimentPlan'
import { dropOf, judgeParts, printChange, testOf } from './judging'
import { bySize, makeVariant } from './variant'

/** Seed of the one permutation. */
const permutation = 1

export const permutedPixels: Experiment = {
  id: 'permuted-pixels',
  title: 'Permuted pixels',
  lecture: 'Lecture 2, "Spatial correspondence" and "Permuted pixels"',
  claim:
    'An MLP flattens the image at once, so one fixed permutation of all pixels changes nothing for it. Convolutional networks take advantage of what lies side by side, and lose it.',
  method:
    'An MLP and LeNet-5 are trained twice: on the images as they are, and with the pixels of all images, training and test alike, in the same random order.',
  data: { reference: 'builtin:digits', input: [1, 28, 28], classes: 10 },
  takesData: true,
  curve: 'trainError',
  variants(request) {
    const { input, classes } = request.data
    const recipe = {
      epochs: bySize(request, 6, 4),
      batchSize: 64,
      learningRate: 2e-3,
      schedule: { type: 'cosine' },
    } as const
    const limit = bySize(request, undefined, 1500)
    const kinds = [
      { id: 'mlp', title: 'MLP', network: mlp.build({ input, classes }) },
      { id: 'cnn', title: 'LeNet-5', network: lenet5.build({ input, classes }) },
    ]
    return kinds.flatMap(({ id, title, network }) => [
      makeVariant(request, { id, title, network, recipe, options: { limit } }),
      makeVariant(request, {
        id: `${id}-permuted`,
        title: `${title}, permuted`,
        network,
        recipe,
        options: { limit, permute: permutation },
      }),
    ])
  },
  judge(results) {
    const [mlpBefore, mlpAfter] = [testOf(results, 'mlp'), testOf(results, 'mlp-permuted')]
    const [cnnBefore, cnnAfter] = [testOf(results, 'cnn'), testOf(results, 'cnn-permuted')]
    const [ofMlp, ofCnn] = [dropOf(mlpBefore, mlpAfter), dropOf(cnnBefore, cnnAfter)]
    const what = [
      `The MLP ${printChange(mlpBefore, mlpAfter)}, ${ofMlp.isReal ? 'more than chance' : 'no more than chance'}.`,
      `LeNet-5 ${printChange(cnnBefore, cnnAfter)}, ${ofCnn.isReal ? 'more than chance' : 'no more than chance'}.`,
    ]
    const parts = [
      { what: 'The MLP loses nothing', agrees: !ofMlp.isReal },
      { what: 'LeNet-5 loses', agrees: ofCnn.isReal },
    ]
    return judgeParts(parts, what.join(' '))
  },
}
