// Edges and colours of an image as numbers, for images that the pretrained network knows little of; not the network's own.
import { toGrey } from './measureImage'

const side = 32
const cells = 4
const directions = 8
const cellSide = side / cells
const edgeCount = cells * cells * directions
const colourCount = 3 * cells * cells + 3

/** Values per image. */
export const plainFeatureCount = edgeCount + colourCount

/** Strength of edges by direction in each of 4 x 4 cells, as a root of its share. @see Dalal and Triggs, 2005, doi:10.1109/CVPR.2005.177 */
function writeEdges(grey: Uint8Array, target: Float32Array): void {
  let total = 0
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = y * side + x
      const across = x === 0 || x === side - 1 ? 0 : (grey[at + 1] ?? 0) - (grey[at - 1] ?? 0)
      const down = y === 0 || y === side - 1 ? 0 : (grey[at + side] ?? 0) - (grey[at - side] ?? 0)
      const strength = Math.sqrt(across * across + down * down)
      if (strength === 0) continue
      const turn = (Math.atan2(down, across) / Math.PI + 1) % 1
      const direction = Math.min(directions - 1, Math.floor(turn * directions))
      const cell = Math.floor(y / cellSide) * cells + Math.floor(x / cellSide)
      target[cell * directions + direction]! += strength
      total += strength
    }
  const perCell = total / (cells * cells) + 1e-3
  for (let at = 0; at < edgeCount; at++) target[at] = Math.sqrt((target[at] ?? 0) / perCell)
}

/** Mean of each colour in each cell, and its deviation over the whole image; 0 ... 1. */
function writeColours(planes: Uint8Array, target: Float32Array): void {
  const pixels = side * side
  for (let colour = 0; colour < 3; colour++) {
    let [sum, squares] = [0, 0]
    for (let at = 0; at < pixels; at++) {
      const value = (planes[colour * pixels + at] ?? 0) / 255
      const cell = Math.floor(at / side / cellSide) * cells + Math.floor((at % side) / cellSide)
      target[colour * cells * cells + cell]! += value / (cellSide * cellSide)
      sum += value
      squares += value * value
    }
    const mean = sum / pixels
    target[3 * cells * cells + colour] = Math.sqrt(Math.max(0, squares / pixels - mean * mean))
  }
}

/**
 * @param planes [3, 32, 32], 0 ... 255
 * @returns [179]
 */
export function describeEdgesAndColours(planes: Uint8Array): Float32Array {
  const features = new Float32Array(plainFeatureCount)
  writeEdges(toGrey(planes, side * side), features.subarray(0, edgeCount))
  writeColours(planes, features.subarray(edgeCount))
  return features
}
