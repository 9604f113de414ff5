// What one sees of an image in 63 numbers that stay nearly the same when it is stored anew, resized or made a little lighter; not comparing many (similarImages.ts).

/** Images are looked at in this side. */
export const hashSide = 32
const kept = 8
/** Coefficients of the cosine transform without the first, which is the brightness alone. */
export const coefficientCount = kept * kept - 1

/** Rows of the cosine transform: [8, 32], each of length 1. */
const waves = Float64Array.from({ length: kept * hashSide }, (_, at) => {
  const [wave, place] = [Math.floor(at / hashSide), at % hashSide]
  const scale = Math.sqrt((wave === 0 ? 1 : 2) / hashSide)
  return scale * Math.cos((Math.PI * (2 * place + 1) * wave) / (2 * hashSide))
})

/** What an image looks like. */
export interface ImageLook {
  /** The lowest coefficients of its cosine transform, of length 1 together: [63]; all 0 of an image of one colour. */
  readonly coefficients: Float32Array
  /** Whether each is above their median: bits 0 ... 31 and 32 ... 62. */
  readonly hash: readonly [number, number]
}

/** Deviation of grey values, of 255, below which there is nothing to compare. */
const leastDeviation = 3

/** @param grey [32, 32], 0 ... 255 */
export function lookAtImage(grey: Uint8Array): ImageLook {
  const rows = new Float64Array(kept * hashSide)
  for (let wave = 0; wave < kept; wave++)
    for (let y = 0; y < hashSide; y++) {
      const value = waves[wave * hashSide + y] ?? 0
      for (let x = 0; x < hashSide; x++) rows[wave * hashSide + x]! += value * (grey[y * hashSide + x] ?? 0)
    }
  const coefficients = new Float32Array(coefficientCount)
  let squares = 0
  for (let down = 0; down < kept; down++)
    for (let across = 0; across < kept; across++) {
      if (down + across === 0) continue
      let sum = 0
      for (let x = 0; x < hashSide; x++) sum += (rows[down * hashSide + x] ?? 0) * (waves[across * hashSide + x] ?? 0)
      coefficients[down * kept + across - 1] = sum
      squares += sum * sum
    }
  const length = Math.sqrt(squares)
  // The transform keeps lengths: `length / side` is the deviation of the image without its finest detail.
  if (length < leastDeviation * hashSide) return { coefficients: new Float32Array(coefficientCount), hash: [0, 0] }
  const hash = hashCoefficients(coefficients)
  return { coefficients: coefficients.map((value) => value / length), hash }
}

function hashCoefficients(coefficients: Float32Array): [number, number] {
  const median = coefficients.toSorted()[coefficientCount >> 1] ?? 0
  const hash: [number, number] = [0, 0]
  coefficients.forEach((value, bit) => {
    if (value <= median) return
    if (bit < 32) hash[0] |= 1 << bit
    else hash[1] |= 1 << (bit - 32)
  })
  return [hash[0] >>> 0, hash[1] >>> 0]
}

/** Bits that are set in 32 bits. */
export function countBits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
