// Images as models take them: scaled, and channels last; not decoding image files.
import type { InputScaling } from '../../../shared/graph/document'
import type { Shape } from '../../../shared/graph/shape'
import type { Tensor } from '../../../shared/onnx/tensor'

/** (pixel / 255 - mean) / deviation; one value of mean and deviation serves all channels. */
export function scalePixels(pixels: Uint8Array, shape: Shape, scaling: InputScaling): Float32Array {
  const [channels = 1, height = 1, width = 1] = shape
  const plane = height * width
  const result = new Float32Array(pixels.length)
  for (let start = 0; start < pixels.length; start += plane) {
    const channel = (start / plane) % channels
    const deviation = scaling.deviation[channel] ?? scaling.deviation[0] ?? 1
    const mean = scaling.mean[channel] ?? scaling.mean[0] ?? 0
    const factor = 1 / (255 * deviation)
    const shift = -mean / deviation
    for (let i = start; i < start + plane; i++) result[i] = (pixels[i] ?? 0) * factor + shift
  }
  return result
}

/** [N, C, H, W] as [N, H, W, C]. */
export function toChannelsLast({ dims, data }: Tensor): Tensor {
  const [count = 0, channels = 0, height = 0, width = 0] = dims
  const plane = height * width
  const turned = new Float32Array(data.length)
  for (let index = 0; index < data.length; index++) {
    const [image, rest] = [Math.floor(index / (channels * plane)), index % (channels * plane)]
    const [channel, pixel] = [Math.floor(rest / plane), rest % plane]
    turned[image * channels * plane + pixel * channels + channel] = data[index] ?? 0
  }
  return { dims: [count, height, width, channels], data: turned }
}
