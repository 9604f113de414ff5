// The small networks that only experiments build; the named architectures are in architectures/.
import type { ImageShape } from '../architectures/architecture'
import type { NetworkDocument } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'

const same = [1, 1, 1, 1] as const

/** Ends a network in one value per class: over the mean of each channel. */
function addMeanHead(builder: DocumentBuilder, classes: number, from: string): void {
  const pool = builder.add('mean', 'globalAveragePool', {}, from)
  builder.add('classes', 'dense', { units: classes }, builder.add('flatten', 'flatten', {}, pool))
}

/** Ends a network in one value per class: two dense layers over all positions. */
function addDenseHead(builder: DocumentBuilder, classes: number, units: number, from: string): void {
  const flat = builder.add('flatten', 'flatten', {}, from)
  const hidden = builder.add('fc1', 'dense', { units }, flat)
  builder.add('classes', 'dense', { units: classes }, builder.add('relu4', 'relu', {}, hidden))
}

/** Three convolutions 3x3 of 16, 32 and 64 filters, each with batch norm and ReLU, two with 2x2 pooling, and one of two heads. */
export function smallConvnet(input: ImageShape, classes: number, head: 'mean' | 'dense'): NetworkDocument {
  const builder = new DocumentBuilder(head)
  let last = builder.add('input', 'input', { shape: [...input] })
  ;[16, 32, 64].forEach((filters, index) => {
    last = builder.add(`conv${index + 1}`, 'conv2d', { filters, kernel: 3, padding: same, bias: false }, last)
    last = builder.add(`bn${index + 1}`, 'batchNorm', {}, last)
    last = builder.add(`relu${index + 1}`, 'relu', {}, last)
    if (index < 2) last = builder.add(`pool${index + 1}`, 'maxPool2d', { kernel: 2, stride: 2 }, last)
  })
  if (head === 'mean') addMeanHead(builder, classes, last)
  else addDenseHead(builder, classes, 128, last)
  return builder.build()
}

/**
 * A first convolution, then two stages, each of one 5x5 convolution or of two 3x3 ones, all with batch norm: the same
 * receptive field, 25 C^2 or 18 C^2 weights.
 */
export function kernelNetwork(input: ImageShape, classes: number, kind: 'one5x5' | 'two3x3'): NetworkDocument {
  const filters = 16
  const builder = new DocumentBuilder(kind)
  let last = builder.add('input', 'input', { shape: [...input] })
  const addConvolution = (id: string, kernel: number): void => {
    const side = (kernel - 1) / 2
    const padding = [side, side, side, side]
    last = builder.add(`conv${id}`, 'conv2d', { filters, kernel, padding, bias: false }, last)
    last = builder.add(`bn${id}`, 'batchNorm', {}, last)
    last = builder.add(`relu${id}`, 'relu', {}, last)
  }
  addConvolution('0', 3)
  for (const stage of ['1', '2']) {
    if (kind === 'one5x5') addConvolution(stage, 5)
    else for (const half of ['a', 'b']) addConvolution(stage + half, 3)
    last = builder.add(`pool${stage}`, 'maxPool2d', { kernel: 2, stride: 2 }, last)
  }
  addMeanHead(builder, classes, last)
  return builder.build()
}

const stageFilters = [8, 16, 32] as const

function addNormedConvolution(
  builder: DocumentBuilder,
  path: string,
  step: { readonly filters: number; readonly stride: number },
  from: string,
): string {
  const conv = builder.add(`${path}conv`, 'conv2d', { kernel: 3, padding: same, bias: false, ...step }, from)
  return builder.add(`${path}bn`, 'batchNorm', {}, conv)
}

/** Every other pixel and channels of zeros behind: a shortcut without parameters (He et al. 2015, option A). */
function addShortcut(builder: DocumentBuilder, path: string, filters: number, stride: number, from: string): string {
  if (stride === 1) return from
  const picked = builder.add(`${path}subsample`, 'averagePool2d', { kernel: 1, stride }, from)
  return builder.add(`${path}pad`, 'zeroPad2d', { channels: [0, filters / 2] }, picked)
}

/**
 * The CIFAR networks of the residual paper at half their width, and with a first stride of 2 where images are large, so
 * that 56 layers train in minutes. Plain and residual ones have the same number of parameters.
 * @param depth 6 n + 2
 * @see He et al. 2015, arXiv:1512.03385, section 4.2
 */
export function thinNetwork(
  input: ImageShape,
  classes: number,
  depth: number,
  kind: 'plain' | 'residual',
): NetworkDocument {
  const builder = new DocumentBuilder(`${kind}${depth}`)
  const image = builder.add('input', 'input', { shape: [...input] })
  const stride = Math.min(input[1], input[2]) >= 24 ? 2 : 1
  let last = addNormedConvolution(builder, 'stem/', { filters: stageFilters[0], stride }, image)
  last = builder.add('stem/relu', 'relu', {}, last)
  stageFilters.forEach((filters, stage) => {
    for (let block = 1; block <= (depth - 2) / 6; block++) {
      const path = `stage${stage + 1}/block${block}/`
      const first = { filters, stride: stage > 0 && block === 1 ? 2 : 1 }
      const shortcut = kind === 'residual' ? addShortcut(builder, path, filters, first.stride, last) : undefined
      last = addNormedConvolution(builder, `${path}1/`, first, last)
      last = builder.add(`${path}relu1`, 'relu', {}, last)
      last = addNormedConvolution(builder, `${path}2/`, { filters, stride: 1 }, last)
      if (shortcut !== undefined) last = builder.add(`${path}add`, 'add', {}, last, shortcut)
      last = builder.add(`${path}relu2`, 'relu', {}, last)
    }
  })
  addMeanHead(builder, classes, last)
  return builder.build()
}
