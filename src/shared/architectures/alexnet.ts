// AlexNet by the simplified table of the lectures: one tower, no groups.
import { DocumentBuilder } from '../graph/documentBuilder'
import type { Architecture } from './architecture'

const classes = 1000
const input = [3, 227, 227] as const

/** A convolution, its ReLU and, where named, what follows. Returns the id of the last layer. */
function addStage(
  builder: DocumentBuilder,
  number: number,
  conv: Readonly<Record<string, unknown>>,
  from: string,
  tail: { readonly pool: boolean; readonly norm: boolean },
): string {
  let last = builder.add(`conv${number}`, 'conv2d', conv, from)
  last = builder.add(`relu${number}`, 'relu', {}, last)
  const poolNumber = number === 5 ? 3 : number
  if (tail.pool) last = builder.add(`pool${poolNumber}`, 'maxPool2d', { kernel: 3, stride: 2 }, last)
  if (tail.norm) last = builder.add(`norm${number}`, 'localResponseNorm', {}, last)
  return last
}

/**
 * Five convolutions, two of them followed by local response normalisation, and three dense layers with dropout;
 * 62,378,344 parameters with 1000 classes.
 * @see Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012
 */
export const alexnet: Architecture = {
  id: 'alexnet',
  title: 'AlexNet',
  year: 2012,
  input,
  classes,
  reference: 'Krizhevsky et al., "ImageNet classification with deep convolutional neural networks", 2012',
  publishedError: { top1: 40.7, top5: 18.2, dataset: 'ImageNet 2012', source: 'the paper, table 2, one network' },
  note: 'One tower and no groups, by the table of the lectures; the paper splits the network over two devices.',
  build(options = {}) {
    const builder = new DocumentBuilder('alexnet')
    const end = { pool: true, norm: true }
    const plain = { pool: false, norm: false }
    const one = [1, 1, 1, 1]
    let last = builder.add('input', 'input', { shape: [...(options.input ?? input)] })
    last = addStage(builder, 1, { filters: 96, kernel: 11, stride: 4 }, last, end)
    last = addStage(builder, 2, { filters: 256, kernel: 5, padding: [2, 2, 2, 2] }, last, end)
    last = addStage(builder, 3, { filters: 384, kernel: 3, padding: one }, last, plain)
    last = addStage(builder, 4, { filters: 384, kernel: 3, padding: one }, last, plain)
    last = addStage(builder, 5, { filters: 256, kernel: 3, padding: one }, last, { pool: true, norm: false })
    last = builder.add('flatten', 'flatten', {}, last)
    for (const number of [6, 7]) {
      last = builder.add(`fc${number}`, 'dense', { units: 4096 }, last)
      last = builder.add(`relu${number}`, 'relu', {}, last)
      last = builder.add(`dropout${number}`, 'dropout', { rate: 0.5 }, last)
    }
    builder.add('fc8', 'dense', { units: options.classes ?? classes }, last)
    return builder.build()
  },
}
