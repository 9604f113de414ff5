// Shapes of the core's texts as screens print them, and what is none.
import { expect, it } from 'vitest'
import { withScreenShapes } from './printFacts'

it.each([
  ['Add "add": [N, 3, 32, 32] and [N, 16, 32, 32] differ.', 'Add "add": 3×32×32 and 16×32×32 differ.'],
  [
    'window 3x3 is larger than its input 2x2 (from "conv4", [N, 64, 2, 2]).',
    'window 3×3 is larger than its input 2×2 (from "conv4", 64×2×2).',
  ],
  ['It takes [N, 120].', 'It takes 120.'],
  // Names, numbers of another base and lists that are no shapes stay.
  [
    '"model_2x3.onnx", 0x1f, "5x5" and "a/1x1-reduce", [3, 3]',
    '"model_2x3.onnx", 0x1f, "5x5" and "a/1x1-reduce", [3, 3]',
  ],
])('prints shapes in %j as screens do', (text, printed) => {
  expect(withScreenShapes(text)).toBe(printed)
})
