// A multi-layer perceptron against a small convolutional network on a 12-megapixel photograph.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { Comparison } from './comparison'

/** A photograph of 12 megapixels: 36 million numbers. */
const photograph = [3, 3000, 4000]
/** Cats and dogs. */
const classes = 2

function buildPerceptron(): NetworkDocument {
  const builder = new DocumentBuilder('photograph-mlp')
  builder.add('input', 'input', { shape: photograph })
  builder.add('flatten', 'flatten', {}, 'input')
  builder.add('fc1', 'dense', { units: 100 }, 'flatten')
  builder.add('relu1', 'relu', {}, 'fc1')
  builder.add('fc2', 'dense', { units: classes }, 'relu1')
  return builder.build()
}

function buildConvolutional(): NetworkDocument {
  const builder = new DocumentBuilder('photograph-cnn')
  let last = builder.add('input', 'input', { shape: photograph })
  ;[10, 20, 40].forEach((filters, index) => {
    const step = index + 1
    last = builder.add(`conv${step}`, 'conv2d', { filters, kernel: 5, padding: 'same-upper' }, last)
    last = builder.add(`relu${step}`, 'relu', {}, last)
    last = builder.add(`pool${step}`, 'maxPool2d', { kernel: 4, stride: 4 }, last)
  })
  builder.add('average', 'globalAveragePool', { keepDims: false }, last)
  builder.add('fc', 'dense', { units: classes }, 'average')
  return builder.build()
}

/** @see lecture 3, "Classifying images with fully connected NNs" */
export const images: Comparison = {
  id: 'images',
  title: 'MLP or CNN on the same photograph',
  claim:
    'A photograph of 12 megapixels has 36 million numbers. A fully connected layer of only 100 units needs about 3.6 billion parameters; convolutions share a few small kernels over the whole image.',
  source: 'Lecture 3, "Classifying images with fully connected NNs"',
  arithmetic: [
    '3·3000·4000 = 36,000,000 numbers',
    'first dense layer: (36,000,000 + 1)·100 = 3,600,000,100 parameters',
    'first convolution, ten 5×5: (5·5·3 + 1)·10 = 760 parameters',
  ],
  note: 'The perceptron would need 14.4 GB for its weights alone: it can be drawn and counted, not trained. The convolutions pay with multiplications and with memory for their large feature maps.',
  measures: ['parameters', 'macs', 'activationBytes', 'layers'],
  left: { title: 'MLP with 100 hidden units', build: buildPerceptron },
  right: { title: 'CNN with three convolutions', build: buildConvolutional },
}
