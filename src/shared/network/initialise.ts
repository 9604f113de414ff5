// First values of a document's weights, reproducible from a seed; not which weights there are (weights.ts).
import { printBytes, printCount } from '../graph/printNumbers'
import type { Tensor } from '../onnx/tensor'
import type { NetworkDocument } from '../graph/document'
import { NetloomError } from '../graph/errors'
import type { Initialiser } from '../layers/define'
import { RandomStream } from '../training/randomStream'
import { requireSound, type FindLayer } from './inferDocument'
import { listWeights, type DocumentWeight } from './weights'

/**
 * Draws every weight of a document from a stream of its own, named by its path: adding, removing or reordering other
 * layers does not change it.
 * @returns tensors by path, in the order of the layers
 * @throws NetloomError the first error of the document; `weights.mismatch` where a weight does not fit in memory
 */
export function initialiseWeights(document: NetworkDocument, seed: number, findLayer?: FindLayer): Map<string, Tensor> {
  const weights = listWeights(requireSound(document, findLayer))
  return new Map(weights.map((weight) => [weight.path, initialiseWeight(weight, seed)]))
}

/** Draws one weight; the same path, shape and seed give the same values. */
export function initialiseWeight({ path, nodeId, shape, spec }: DocumentWeight, seed: number): Tensor {
  const data = allocate(path, nodeId, shape)
  fill(data, spec.initialiser, new RandomStream(seed, path))
  return { dims: shape, data }
}

function allocate(path: string, nodeId: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, extent) => product * extent, 1)
  try {
    return new Float32Array(count)
  } catch (cause) {
    const message = `The weight "${path}" has ${printCount(count)} values (${printBytes(4 * count)}).`
    const hint = 'That does not fit into memory: put pooling or a stride before the layer, or make it smaller.'
    throw new NetloomError('weights.mismatch', message, { nodeId, path, received: shape, hint, cause })
  }
}

function fill(data: Float32Array, initialiser: Initialiser, random: RandomStream): void {
  switch (initialiser.kind) {
    case 'constant':
      data.fill(initialiser.value)
      return
    case 'normal':
      for (let i = 0; i < data.length; i++) data[i] = initialiser.mean + initialiser.deviation * random.normal()
      return
    case 'uniform':
      for (let i = 0; i < data.length; i++) data[i] = random.between(initialiser.low, initialiser.high)
      return
    case 'he':
    case 'xavier': {
      const deviation = fanDeviation(initialiser)
      if (initialiser.distribution === 'normal') {
        for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal()
      } else {
        // The uniform distribution on [-b, b) has the deviation b / sqrt(3).
        const bound = Math.sqrt(3) * deviation
        for (let i = 0; i < data.length; i++) data[i] = random.between(-bound, bound)
      }
      return
    }
    default:
      initialiser satisfies never
  }
}

/**
 * The deviation that keeps the variance of activations: `sqrt(2 / fanIn)` for layers before a ReLU,
 * `sqrt(2 / (fanIn + fanOut))` for symmetric activations.
 * @see He et al., "Delving Deep into Rectifiers", 2015, eq. 10
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, eq. 12
 */
function fanDeviation({ kind, fanIn, fanOut }: Extract<Initialiser, { kind: 'he' | 'xavier' }>): number {
  return Math.sqrt(2 / (kind === 'he' ? fanIn : fanIn + fanOut))
}
