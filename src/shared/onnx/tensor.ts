// Tensors of float32 numbers as they pass between files, graphs and engines.

/** A float32 tensor in ONNX's layout. */
export interface Tensor {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** Weights by path (`conv1/weight`), and optimiser slots by path and slot (`conv1/weight#momentum`). */
export type TensorMap = ReadonlyMap<string, Tensor>
