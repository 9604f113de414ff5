// Images and dropout masks as TensorFlow.js takes them: float32, channels last; images come from the loader, masks from random streams.
import type { InputScaling } from '../../../shared/graph/document'
import type { Shape } from '../../../shared/graph/shape'
import { requireScaling } from '../../../shared/network/checkScaling'
import type { TfjsMask } from '../../../shared/targets/tfjs/tfjsNetwork'
import { toNhwc } from '../../../shared/targets/tfjs/weightLayout'
import { RandomStream } from '../../../shared/training/randomStream'

/** (pixel / 255 - mean) / deviation of images [N, C, H, W], as [N, H, W, C]; vectors [N, F] stay. */
export function scalePixels(pixels: Uint8Array, count: number, shape: Shape, scaling: InputScaling): Float32Array {
  const { mean, deviation } = requireScaling(scaling, shape)
  const [channels = 1, ...positions] = shape
  const plane = positions.reduce((product, extent) => product * extent, 1)
  const result = new Float32Array(pixels.length)
  for (let channel = 0; channel < channels; channel++) {
    const scale = mean.length === 1 ? 0 : channel
    const divisor = deviation[scale] ?? 1
    const factor = Math.fround(1 / (255 * divisor))
    const shift = Math.fround(-(mean[scale] ?? 0) / divisor)
    for (let image = 0; image < count; image++) {
      const from = (image * channels + channel) * plane
      const to = image * channels * plane + channel
      for (let position = 0; position < plane; position++)
        result[to + position * channels] = (pixels[from + position] ?? 0) * factor + shift
    }
  }
  return result
}

/** A dropout mask of a step: the same for the same seed, layer and step, and the same as on ONNX Runtime. */
export function drawMask({ name, rate, shape }: TfjsMask, count: number, seed: number, step: number): Float32Array {
  const stream = new RandomStream(seed, 'dropout', name, step)
  const kept = 1 / (1 - rate)
  const threshold = rate * 4294967296
  const size = shape.reduce((product, extent) => product * extent, count)
  const values = new Float32Array(size)
  for (let index = 0; index < size; index++) values[index] = stream.nextUint32() < threshold ? 0 : kept
  return toNhwc(values, count, shape)
}
