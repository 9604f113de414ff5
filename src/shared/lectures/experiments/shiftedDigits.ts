// The experiment "shifted digits": trained on centred images, tested on the same ones moved by a few pixels.
import { lenet5 } from '../architectures/lenet5'
import { mlp } from '../architectures/mlp'
import type { Experiment, Measure } from './experimentPlan'
import { dropOf, judgeParts, measureOf, printChange, testOf } from './judging'
import { smallConvnet } from './networks'
import { bySize, makeVariant } from './variant'

const shifts = [1, 2, 3, 4] as const
/** The shift by which the claim is judged. */
const judged = 'shift-3'

const measures: readonly Measure[] = shifts.map((shift) => ({
  id: `shift-${shift}`,
  title: shift === 1 ? '1 pixel' : `${shift} pixels`,
  transform: { centre: true, shift },
}))

export const shiftedDigits: Experiment = {
  id: 'shifted-digits',
  title: 'Shifted digits',
  lecture: 'Lecture 4, "Why Image Classification is Hard" and "Why Gap"',
  claim:
    'An MLP will not recognise the digit if it is in a slightly different position; a convolutional network will, since it uses the same weights everywhere and sums the positions out.',
  method:
    'An MLP, LeNet-5 (which ends in dense layers) and a convolutional network that ends in global average pooling are trained on centred images. Then every test image is moved by 1 to 4 pixels, each in a fixed direction of its own.',
  data: { reference: 'builtin:digits', input: [1, 28, 28], classes: 10 },
  takesData: true,
  curve: 'trainError',
  variants(request) {
    const { input, classes } = request.data
    const limit = bySize(request, undefined, 1000)
    const recipe = {
      epochs: bySize(request, 6, 3),
      batchSize: 64,
      learningRate: 2e-3,
      schedule: { type: 'cosine' },
    } as const
    const kinds = [
      { id: 'mlp', title: 'MLP, centred', network: mlp.build({ input, classes }) },
      { id: 'lenet5', title: 'LeNet-5, centred', network: lenet5.build({ input, classes }) },
      { id: 'gap', title: 'Convnet with mean, centred', network: smallConvnet(input, classes, 'mean') },
    ]
    const own = bySize(
      request,
      measures,
      measures.filter(({ id }) => id === judged),
    )
    return kinds.map((kind) =>
      makeVariant(request, { ...kind, recipe, measures: own, options: { limit, centre: true } }),
    )
  },
  judge(results) {
    const compare = (id: string) => {
      const [before, after] = [testOf(results, id), measureOf(results, id, judged)]
      return { ...dropOf(before, after), text: printChange(before, after) }
    }
    const [ofMlp, ofLenet, ofMean] = [compare('mlp'), compare('lenet5'), compare('gap')]
    // "Not hurt" taken strictly would need no loss at all; a quarter of the MLP's loss is what we call not hurt.
    const isUnhurt = ({ drop }: { readonly drop: number }) => ofMlp.isReal && drop < ofMlp.drop / 4
    return judgeParts(
      [
        { what: 'The MLP is hurt', agrees: ofMlp.isReal },
        { what: 'LeNet-5 is not', agrees: isUnhurt(ofLenet) },
        { what: 'The convolutional network with global average pooling is not', agrees: isUnhurt(ofMean) },
      ],
      `Moved by 3 pixels, the MLP ${ofMlp.text}, LeNet-5 ${ofLenet.text}, and the convolutional network with global average pooling ${ofMean.text}.`,
    )
  },
}
