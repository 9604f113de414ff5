// A multi-layer perceptron as the lectures first show it: sigmoid units and squared error.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { RecipeInput } from '../../training/recipe'
import type { Architecture } from './architecture'

const classes = 2
const input = [1, 1, 2] as const
const initialiser = 'xavier-normal'

/** Few rows and few units: whole-batch steps of Adam are fast here, and few steps are needed. */
const recipe: RecipeInput = {
  epochs: 200,
  batchSize: 4,
  learningRate: 0.1,
  optimizer: { type: 'adam' },
  loss: { type: 'mse' },
}

/**
 * One hidden layer of four sigmoid units, one sigmoid output per class; 22 parameters on two inputs. Solves XOR.
 * @see Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986
 */
export const sigmoidMlp: Architecture = {
  id: 'mlp-sigmoid',
  title: 'MLP with sigmoid and squared error',
  year: 1986,
  input,
  classes,
  reference: 'Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986',
  build(options = {}) {
    const builder = new DocumentBuilder('mlp-sigmoid')
    let last = builder.add('input', 'input', { shape: [...(options.input ?? input)] })
    last = builder.add('flatten', 'flatten', {}, last)
    last = builder.add('hidden', 'dense', { units: 4, initialiser }, last)
    last = builder.add('sigmoid1', 'sigmoid', {}, last)
    last = builder.add('outputs', 'dense', { units: options.classes ?? classes, initialiser }, last)
    builder.add('sigmoid2', 'sigmoid', {}, last)
    return { ...builder.build(), recipe, scaling: { mean: [0], deviation: [1] } }
  },
}
