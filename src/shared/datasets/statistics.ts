// Per-channel mean and standard deviation of pixels, as the scaling of a network's inputs.
import type { InputScaling } from '../graph/document'

/** Deviations below this belong to images of one colour; dividing by them would blow up noise, so 1 is taken. */
const smallestDeviation = 1e-6

/** Sums over images, exact as long as they stay below 2^53 (more than 10^11 pixels). */
export class ChannelStatistics {
  private readonly sums: number[]
  private readonly squares: number[]
  private pixelsPerChannel = 0

  constructor(private readonly channels: number) {
    this.sums = Array.from({ length: channels }, () => 0)
    this.squares = Array.from({ length: channels }, () => 0)
  }

  /** @param image one image: [C, H, W], 0 ... 255 */
  add(image: Uint8Array): void {
    const plane = image.length / this.channels
    for (let c = 0; c < this.channels; c++) {
      let sum = 0
      let square = 0
      for (let i = c * plane; i < (c + 1) * plane; i++) {
        const value = image[i] ?? 0
        sum += value
        square += value * value
      }
      this.sums[c] = (this.sums[c] ?? 0) + sum
      this.squares[c] = (this.squares[c] ?? 0) + square
    }
    this.pixelsPerChannel += plane
  }

  /**
   * Mean and (population) standard deviation of pixel / 255 per channel; a deviation of 0 becomes 1,
   * and without any image the scaling is mean 0, deviation 1.
   */
  scaling(): InputScaling {
    const count = Math.max(1, this.pixelsPerChannel)
    const mean = this.sums.map((sum) => sum / count / 255)
    const deviation = this.sums.map((sum, c) => {
      const variance = ((this.squares[c] ?? 0) - (sum * sum) / count) / count
      const value = Math.sqrt(Math.max(0, variance)) / 255
      return value < smallestDeviation ? 1 : value
    })
    return { mean, deviation }
  }
}
