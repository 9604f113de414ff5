// Numbers that ONNX takes where an operator does not state them, as far as more than one place needs them.

/** Selu, opset 6: y = gamma * (alpha * exp(x) - alpha) for x <= 0, gamma * x above. */
export const seluNumbers = { alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 } as const
