// One 7x7 convolution against three 3x3: the same receptive field, fewer weights.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { Comparison } from './comparison'

const channels = 64

function buildStack(name: string, kernels: readonly number[]): NetworkDocument {
  const builder = new DocumentBuilder(name)
  let last = builder.add('input', 'input', { shape: [channels, 56, 56] })
  kernels.forEach((kernel, index) => {
    // The lecture counts weights only: no biases.
    const params = { filters: channels, kernel, padding: 'same-upper', bias: false }
    last = builder.add(`conv${index + 1}`, 'conv2d', params, last)
    last = builder.add(`relu${index + 1}`, 'relu', {}, last)
  })
  return builder.build()
}

/** @see lecture 4, "VGG": 49C² against 27C²; Simonyan and Zisserman 2014, arXiv:1409.1556, section 2.3 */
export const kernels: Comparison = {
  id: 'kernels',
  title: 'One 7×7 or three 3×3',
  claim:
    'Three 3×3 convolutions see the same 7×7 pixels as one 7×7, with 27·C² weights in place of 49·C² and three non-linearities in place of one.',
  source: 'Lecture 4, VGG; Simonyan and Zisserman 2014, section 2.3',
  arithmetic: [
    'one 7×7: (7·7·C)·C = 49·C² = 49·64² = 200,704 weights',
    'three 3×3: 3·(3·3·C)·C = 27·C² = 27·64² = 110,592 weights',
    'receptive field of three 3×3: 1 + 2 + 2 + 2 = 7',
  ],
  note: 'The price is memory: two more feature maps and their ReLUs are kept for the backward pass.',
  measures: ['parameters', 'receptiveField', 'macs', 'activationBytes', 'layers'],
  left: { title: 'One 7×7', build: () => buildStack('one-7x7', [7]) },
  right: { title: 'Three 3×3', build: () => buildStack('three-3x3', [3, 3, 3]) },
}
