// A fully connected head against global average pooling, on the feature maps that VGG-16's convolutions give.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { Comparison } from './comparison'

const features = [512, 7, 7]
const classes = 1000

function buildDenseHead(): NetworkDocument {
  const builder = new DocumentBuilder('head-dense')
  builder.add('input', 'input', { shape: features })
  let last = builder.add('flatten', 'flatten', {}, 'input')
  for (const id of ['fc1', 'fc2']) {
    last = builder.add(id, 'dense', { units: 4096 }, last)
    last = builder.add(`${id}-relu`, 'relu', {}, last)
  }
  builder.add('fc3', 'dense', { units: classes }, last)
  return builder.build()
}

function buildPooledHead(): NetworkDocument {
  const builder = new DocumentBuilder('head-pooled')
  builder.add('input', 'input', { shape: features })
  builder.add('pool', 'globalAveragePool', { keepDims: false }, 'input')
  builder.add('fc', 'dense', { units: classes }, 'pool')
  return builder.build()
}

/** @see lecture 4, "Global average pooling"; Lin, Chen and Yan 2013, arXiv:1312.4400, section 3.2 */
export const heads: Comparison = {
  id: 'heads',
  title: 'Fully connected head or global average pooling',
  claim:
    'Global average pooling reduces each 7×7 map to its mean: nothing to learn there, so nothing to overfit, and shifts of the object matter less.',
  source: 'Lecture 4, "Why GAP"; Lin, Chen and Yan 2013, section 3.2',
  arithmetic: [
    'dense: (512·7·7 + 1)·4096 + (4096 + 1)·4096 + (4096 + 1)·1000 = 123,642,856 parameters',
    'pooled: 0 + (512 + 1)·1000 = 513,000 parameters',
  ],
  note: 'Both begin with the 512×7×7 maps that the convolutions of VGG-16 give for a 224×224 image.',
  measures: ['parameters', 'macs', 'activationBytes', 'layers'],
  left: { title: 'Three dense layers, as VGG-16', build: buildDenseHead },
  right: { title: 'Global average pooling, one dense layer', build: buildPooledHead },
}
