// The perceptron: one layer of weighted sums and thresholds, with the learning rule of 1958 as its recipe.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { RecipeInput } from '../../training/recipe'
import type { Architecture } from './architecture'

const classes = 2
const input = [1, 1, 3] as const

/**
 * One row after the other, w + 0.5 (t - f) x: with inputs of 0 and 1 and weights that start at 0, all weights stay whole
 * numbers.
 */
const recipe: RecipeInput = {
  epochs: 20,
  batchSize: 1,
  learningRate: 0.5,
  optimizer: { type: 'sgd' },
  loss: { type: 'perceptron' },
}

/**
 * One unit y = sign(w x + b) where there are two classes, one unit per class where there are more.
 * Made for rows of numbers in 0 ... 1 as images of one pixel per number, such as `builtin:truth-table`.
 * @see Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain", 1958
 */
export const perceptron: Architecture = {
  id: 'perceptron',
  title: 'Perceptron',
  year: 1958,
  input,
  classes,
  reference:
    'Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain", 1958',
  build(options = {}) {
    const shape = options.input ?? input
    const count = options.classes ?? classes
    const builder = new DocumentBuilder('perceptron')
    let last = builder.add('input', 'input', { shape: [...shape] })
    last = builder.add('flatten', 'flatten', {}, last)
    last = builder.add('unit', 'dense', { units: count === 2 ? 1 : count, initialiser: 'zeros' }, last)
    last = builder.add('threshold', 'threshold', {}, last)
    if (count === 2) builder.add('classes', 'twoClasses', {}, last)
    return { ...builder.build(), recipe, scaling: { mean: [0], deviation: [1] } }
  },
}
