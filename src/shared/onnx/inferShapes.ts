// Shapes and types of ONNX values, operator by operator, for graphs whose inputs have fixed shapes.
import { NetloomError } from '../graph/errors'
import type { DataType, OnnxNode, OnnxTensor } from './model'

/** Type and extents of one value, batch axis included. */
export interface ValueType {
  readonly dataType: DataType
  readonly dims: readonly number[]
}

/**
 * Infers the types of a node's outputs, in order.
 * @throws NetloomError `onnx.shape` where shapes do not fit, `onnx.unsupported` for an operator without a rule
 */
export function inferNode(
  node: OnnxNode,
  typeOf: (value: string) => ValueType | undefined,
  constantOf: (value: string) => OnnxTensor | undefined,
): readonly ValueType[] {
  void typeOf
  void constantOf
  throw new NetloomError('onnx.unsupported', `${node.opType} has no shape rule.`)
}
