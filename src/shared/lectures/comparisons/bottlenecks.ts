// The naive inception module against the one with 1x1 bottlenecks.
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { Comparison } from './comparison'

const input = [256, 28, 28]
const bottleneck = 64

function convolution(filters: number, kernel: number) {
  return { filters, kernel, padding: 'same-upper' }
}

function buildModule(name: string, reduces: boolean): NetworkDocument {
  const builder = new DocumentBuilder(name)
  builder.add('input', 'input', { shape: input })
  const reduce = (id: string, from: string): string =>
    reduces ? builder.add(id, 'conv2d', convolution(bottleneck, 1), from) : from
  builder.add('conv1x1', 'conv2d', convolution(128, 1), 'input')
  builder.add('conv3x3', 'conv2d', convolution(192, 3), reduce('reduce3x3', 'input'))
  builder.add('conv5x5', 'conv2d', convolution(96, 5), reduce('reduce5x5', 'input'))
  builder.add('pool', 'maxPool2d', { kernel: 3, stride: 1, padding: [1, 1, 1, 1] }, 'input')
  const pooled = reduce('reducePool', 'pool')
  builder.add('concat', 'concat', {}, 'conv1x1', 'conv3x3', 'conv5x5', pooled)
  return builder.build()
}

/** @see lecture 4, "Naïve inception module" and "Dimension reduction in inception module" */
export const inception: Comparison = {
  id: 'inception',
  title: 'Inception, naive or with bottlenecks',
  claim:
    'The naive module costs 854M multiplications. With 1×1 convolutions to 64 channels before the large kernels and after the pooling, the same four branches cost a third of it.',
  source: 'Lecture 4, inception; Szegedy et al. 2014, arXiv:1409.4842',
  arithmetic: [
    'naive: 28·28·(128·1·1 + 192·3·3 + 96·5·5)·256 = 854,196,224',
    'naive output: 128 + 192 + 96 + 256 = 672 channels',
    'bottlenecks: 28·28·((64 + 64 + 128 + 64)·256 + (192·3·3 + 96·5·5)·64) = 271,351,808',
    'bottleneck output: 128 + 192 + 96 + 64 = 480 channels',
  ],
  note: 'The lecture prints 358M for the second module. The six terms that it lists add up to 271.35M (271,351,808), and that is what the layers count.',
  measures: ['macs', 'output', 'parameters', 'activationBytes', 'layers'],
  left: { title: 'Naive', build: () => buildModule('inception-naive', false) },
  right: { title: 'With 1×1 bottlenecks', build: () => buildModule('inception-bottlenecks', true) },
}
