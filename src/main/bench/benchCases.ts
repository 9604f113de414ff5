// The networks and batches that `npm run bench` measures; not how they are measured.
import { findArchitecture } from '../../shared/lectures/architectures'
import type { NetworkDocument } from '../../shared/graph/document'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { internalError, NetloomError } from '../../shared/graph/errors'

export const benchModes = ['train', 'infer'] as const
export type BenchMode = (typeof benchModes)[number]

export interface BenchCase {
  /** Names the row, with its batch size. */
  readonly name: string
  /** Images per step. */
  readonly batch: number
  /** The network; its input is [C, H, W] and its outputs are `benchClasses` logits. */
  build(): NetworkDocument
}

/** Classes of every network here. */
export const benchClasses = 10

export const benchCases: readonly BenchCase[] = [
  { name: 'lenet5-128', batch: 128, build: () => buildArchitecture('lenet5', [1, 28, 28]) },
  { name: 'resnet20-32', batch: 32, build: () => buildArchitecture('resnet20-cifar', [3, 32, 32]) },
  { name: 'resnet20-128', batch: 128, build: () => buildArchitecture('resnet20-cifar', [3, 32, 32]) },
  { name: 'convstack-8', batch: 8, build: buildConvolutionStack },
]

/**
 * The rows of one name: `resnet20-32`, or `resnet20` for all of that network.
 * @throws NetloomError `model.unknown`
 */
export function findBenchCases(name: string): readonly BenchCase[] {
  const found = benchCases.filter((each) => each.name === name || each.name.startsWith(`${name}-`))
  if (found.length > 0) return found
  const known = benchCases.map((each) => each.name)
  throw new NetloomError('model.unknown', `The bench has no row "${name}": its rows are ${known.join(', ')}.`, {
    expected: known,
    received: name,
  })
}

function buildArchitecture(id: string, input: readonly [number, number, number]): NetworkDocument {
  const architecture = findArchitecture(id)
  if (!architecture) throw internalError(`the bench needs the architecture "${id}"`)
  return architecture.build({ input, classes: benchClasses })
}

/** Four 3x3 convolutions of 64 channels on 56x56, each with batch norm and ReLU: the widest stage of a ResNet-18. */
function buildConvolutionStack(): NetworkDocument {
  const builder = new DocumentBuilder('Convolution stack')
  let last = builder.add('input', 'input', { shape: [3, 56, 56] })
  for (const number of [1, 2, 3, 4]) {
    last = builder.add(
      `conv${number}`,
      'conv2d',
      { filters: 64, kernel: [3, 3], padding: 'same-upper', bias: false },
      last,
    )
    last = builder.add(`norm${number}`, 'batchNorm', {}, last)
    last = builder.add(`relu${number}`, 'relu', {}, last)
  }
  last = builder.add('pool', 'globalAveragePool', {}, last)
  last = builder.add('flatten', 'flatten', {}, last)
  builder.add('classifier', 'dense', { units: benchClasses }, last)
  return builder.build()
}
