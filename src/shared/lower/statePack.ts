// How weights lie in the vectors that a training graph takes and returns; not the graph itself (trainingGraph.ts).
import type { Tensor, TensorMap } from '../onnx/tensor'

/** A weight inside a pack. */
export interface PackEntry {
  readonly path: string
  readonly dims: readonly number[]
  /** First element in the pack. */
  readonly offset: number
  readonly size: number
  /** Whether weight decay applies. */
  readonly decays: boolean
}

/**
 * Weights that enter and leave the graph as one vector. Hundreds of small tensors would cost more in calls than in
 * arithmetic; a large one stands alone, so that it is not copied.
 */
export interface StatePack {
  readonly name: string
  readonly entries: readonly PackEntry[]
  /** Elements in total. */
  readonly size: number
}

/** Weights with at least this many elements get a pack of their own. */
const standsAlone = 1 << 18

/** Lays weights out in packs: the small ones together in their order, each large one alone. */
export function packWeights(
  name: string,
  weights: readonly { readonly path: string; readonly shape: readonly number[]; readonly decays: boolean }[],
): readonly StatePack[] {
  const small: PackEntry[] = []
  const large: StatePack[] = []
  let offset = 0
  for (const { path, shape, decays } of weights) {
    const size = shape.reduce((product, extent) => product * extent, 1)
    if (size >= standsAlone) {
      large.push({ name: `${name}:${path}`, size, entries: [{ path, dims: shape, offset: 0, size, decays }] })
      continue
    }
    small.push({ path, dims: shape, offset, size, decays })
    offset += size
  }
  return small.length > 0 ? [{ name, entries: small, size: offset }, ...large] : large
}

/** Copies weights (or slots of them) into a pack's vector; what the map does not hold stays zero. */
export function fillPack(
  pack: StatePack,
  tensors: TensorMap,
  keyOf: (path: string) => string = (path) => path,
): Float32Array {
  const vector = new Float32Array(pack.size)
  for (const entry of pack.entries) {
    const tensor = tensors.get(keyOf(entry.path))
    if (tensor) vector.set(tensor.data, entry.offset)
  }
  return vector
}

/** Copies a pack's vector out again. */
export function unpack(
  pack: StatePack,
  vector: Float32Array,
  into: Map<string, Tensor>,
  keyOf: (path: string) => string = (path) => path,
): void {
  for (const { path, dims, offset, size } of pack.entries) {
    into.set(keyOf(path), { dims, data: vector.slice(offset, offset + size) })
  }
}
