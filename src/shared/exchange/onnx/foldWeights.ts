// Constant operators on weights of any size: rearranging, casting, plain arithmetic; all others are computed by onnx/evaluateNode.ts.
import { stridesOf } from '../../onnx/cells'
import { countDims } from '../../onnx/dataTypes'
import type { ValueType } from '../../onnx/inferShapes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import { ownValue } from '../../graph/ownValue'

const relabelling = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout'])

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
}

/**
 * Computes a node on constant float32 tensors.
 * @param inputs the constants, undefined where an input is left out
 * @returns its first output, or undefined where the operator is not one of these
 */
export function foldWeights(
  node: OnnxNode,
  inputs: readonly (OnnxTensor | undefined)[],
  output: ValueType,
): OnnxTensor | undefined {
  const [x, y] = inputs
  if (!x || !(x.data instanceof Float32Array) || output.dataType !== 'float32') return undefined
  if (relabelling.has(node.opType) || node.opType === 'Cast') return { ...x, dims: output.dims }
  if (node.opType === 'Transpose') {
    const perm = node.attributes['perm']
    const order = perm?.type === 'ints' ? perm.value : x.dims.map((_, axis) => x.dims.length - 1 - axis)
    return { ...x, dims: output.dims, data: pick(x.data, output.dims, permuted(x.dims, order)) }
  }
  const combine = node.domain === '' ? ownValue(arithmetic, node.opType) : undefined
  if (!combine || !(y?.data instanceof Float32Array)) return undefined
  const left = pick(x.data, output.dims, broadcastSteps(x.dims, output.dims))
  const right = pick(y.data, output.dims, broadcastSteps(y.dims, output.dims))
  for (let index = 0; index < left.length; index++) left[index] = combine(left[index] ?? 0, right[index] ?? 0)
  return { dataType: 'float32', dims: output.dims, data: left }
}

function permuted(dims: readonly number[], order: readonly number[]): readonly number[] {
  const strides = stridesOf(dims)
  return order.map((axis) => strides[axis] ?? 0)
}

function broadcastSteps(dims: readonly number[], wide: readonly number[]): readonly number[] {
  const strides = stridesOf(dims)
  const offset = wide.length - dims.length
  return wide.map((_, axis) => ((dims[axis - offset] ?? 1) === 1 ? 0 : (strides[axis - offset] ?? 0)))
}

/** Values of extents `dims`, each taken at the sum of position * step over the axes. */
function pick(source: Float32Array, dims: readonly number[], steps: readonly number[]): Float32Array {
  const result = new Float32Array(countDims(dims))
  const position = dims.map(() => 0)
  let offset = 0
  for (let index = 0; index < result.length; index++) {
    result[index] = source[offset] ?? 0
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const step = steps[axis] ?? 0
      const next = (position[axis] ?? 0) + 1
      offset += step
      if (next < (dims[axis] ?? 0)) {
        position[axis] = next
        break
      }
      offset -= next * step
      position[axis] = 0
    }
  }
  return result
}

/** A matrix with its two axes exchanged. @param dims [rows, columns] */
export function transposeMatrix(data: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  const result = new Float32Array(data.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column] ?? 0
  return result
}
