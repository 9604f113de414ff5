// A multi-layer perceptron: every pixel to every unit, no convolutions.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { Architecture } from './architecture'

const classes = 10
const input = [1, 28, 28] as const

/**
 * Two hidden layers of 256 and 128 units; 235,146 parameters on 28x28 grey images with 10 classes.
 * @see Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986
 */
export const mlp: Architecture = {
  id: 'mlp',
  title: 'Multi-layer perceptron',
  year: 1986,
  input,
  classes,
  reference: 'Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986',
  build(options = {}) {
    const builder = new DocumentBuilder('mlp')
    let last = builder.add('input', 'input', { shape: [...(options.input ?? input)] })
    last = builder.add('flatten', 'flatten', {}, last)
    last = builder.add('fc1', 'dense', { units: 256 }, last)
    last = builder.add('relu1', 'relu', {}, last)
    last = builder.add('fc2', 'dense', { units: 128 }, last)
    last = builder.add('relu2', 'relu', {}, last)
    builder.add('fc3', 'dense', { units: options.classes ?? classes }, last)
    return builder.build()
  },
}
